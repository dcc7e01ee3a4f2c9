//! Where an address is, by databases that the user brings (MaxMind's format: GeoLite2, DB-IP Lite and others).

use std::fs::File;
use std::io::Read as _;
use std::net::IpAddr;
use std::path::Path;

use maxminddb::{MaxMindDbError, Reader, path};
use vespid_model::actor::Origin;

/// The largest database: it is held in memory.
const LARGEST: u64 = 1 << 30;
/// Characters of a source's name and of an operator's, as long as DECNET's columns.
const SOURCE: usize = 16;
const OPERATOR: usize = 128;

/// Databases that were opened.
pub struct Geo {
    country: Option<Database>,
    asn: Option<Database>,
}

struct Database {
    name: String,
    reader: Reader<Vec<u8>>,
}

/// What is wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum GeoError {
    /// It cannot be read.
    #[error("{name}: {error}")]
    Io {
        /// The file.
        name: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// It is too large.
    #[error("{0}: more than 1 GiB: no database of countries or networks")]
    TooLarge(String),
    /// It is none, or damaged.
    #[error("{name}: {error}; give a file in MaxMind's format (.mmdb), unpacked")]
    Bad {
        /// The file.
        name: String,
        /// What is wrong with it.
        error: MaxMindDbError,
    },
}

impl Geo {
    /// Opens what is named.
    ///
    /// # Errors
    /// [`GeoError`] when a file cannot be read or is no such database.
    pub fn open(country: Option<&Path>, asn: Option<&Path>) -> Result<Self, GeoError> {
        Ok(Self { country: country.map(open).transpose()?, asn: asn.map(open).transpose()? })
    }

    /// What the databases know of an address, each with its own name as the source.
    ///
    /// # Errors
    /// [`GeoError`] when a database is damaged where the address is.
    pub fn look(&self, ip: IpAddr) -> Result<Origin, GeoError> {
        let mut origin = Origin::default();
        if let Some(database) = &self.country {
            let code: Option<&str> = database.find(ip, &path!["country", "iso_code"])?;
            // A code has two letters; anything else is none.
            let code =
                code.filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
            origin.country_source = code.map(|_| database.source());
            origin.country_code = code.map(str::to_owned);
        }
        if let Some(database) = &self.asn {
            let number: Option<u32> = database.find(ip, &path!["autonomous_system_number"])?;
            let name: Option<&str> = database.find(ip, &path!["autonomous_system_organization"])?;
            origin.asn_source = number.map(|_| database.source());
            origin.as_name = number.and(name).map(|name| shortened(name, OPERATOR));
            origin.asn = number.map(u64::from);
        }
        Ok(origin)
    }
}

impl Database {
    fn find<'a, T: serde::Deserialize<'a>>(
        &'a self,
        ip: IpAddr,
        path: &[maxminddb::PathElement<'_>],
    ) -> Result<Option<T>, GeoError> {
        let bad = |error| GeoError::Bad { name: self.name.clone(), error };
        match self.reader.lookup(ip) {
            Ok(found) => found.decode_path(path).map_err(bad),
            // A database of the other kind of addresses.
            Err(MaxMindDbError::InvalidInput { .. }) => Ok(None),
            Err(error) => Err(bad(error)),
        }
    }

    fn source(&self) -> String {
        shortened(&self.reader.metadata().database_type, SOURCE)
    }
}

fn open(path: &Path) -> Result<Database, GeoError> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        #[expect(clippy::disallowed_methods, reason = "through a cap")]
        file.take(LARGEST + 1).read_to_end(&mut bytes)
    });
    read.map_err(|error| GeoError::Io { name: name.clone(), error })?;
    if bytes.len() as u64 > LARGEST {
        return Err(GeoError::TooLarge(name));
    }
    match Reader::from_source(bytes) {
        Ok(reader) => Ok(Database { name, reader }),
        Err(error) => Err(GeoError::Bad { name, error }),
    }
}

fn shortened(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
