//! The certificate that a listener shows.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Who answers with the certificates (the server's own one first) and the key of these PEM files. Peers need no
/// certificate.
pub(super) fn acceptor(certificates: &Path, key: &Path) -> Result<TlsAcceptor> {
    let chain = || format!("certificate {}", certificates.display());
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificates)
        .with_context(chain)?
        .collect::<Result<_, _>>()
        .with_context(chain)?;
    if chain.is_empty() {
        bail!("certificate {}: no CERTIFICATE in this file; a PEM file is needed", certificates.display());
    }
    let private = PrivateKeyDer::from_pem_file(key).with_context(|| format!("key {}", key.display()))?;
    // One provider for all, whatever others of the program choose.
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| format!("certificate {} with key {}", certificates.display(), key.display()))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
