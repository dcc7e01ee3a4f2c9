//! The fields of what happened in a session.

use super::Session;
use crate::body::fields::Fields;

impl Session {
    pub(in crate::body) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.text("action", self.action());
        match self {
            Self::Connect { service, src_port, dst_ip, dst_port } => {
                fields.text("service", service);
                fields.show("src_port", src_port);
                if let Some(ip) = dst_ip {
                    fields.show("dst_ip", &ip);
                }
                fields.show("dst_port", dst_port);
            }
            Self::ClientVersion { version } => fields.text("version", version),
            Self::ClientKex { hassh, hassh_algorithms } => {
                fields.text("hassh", hassh);
                fields.option("hassh_algorithms", hassh_algorithms.as_deref());
            }
            Self::ClientSize { width, height } => {
                fields.show("width", width);
                fields.show("height", height);
            }
            Self::ClientVariable { name, value } => {
                fields.text("name", name);
                fields.text("value", value);
            }
            Self::Parameters { arch } => fields.text("arch", arch),
            Self::CommandResult { input, found } => {
                fields.text("input", input);
                fields.show("found", found);
            }
            Self::Input { realm, input } => {
                fields.text("realm", realm);
                fields.text("input", input);
            }
            Self::PasswordChange { username } => fields.text("username", username),
            Self::ForwardRequest { dst_host, dst_port, orig_host } => {
                fields.text("dst_host", dst_host);
                fields.show("dst_port", dst_port);
                fields.option("orig_host", orig_host.as_deref());
            }
            Self::ForwardData { dst_host, dst_port, data } => {
                fields.text("dst_host", dst_host);
                fields.show("dst_port", dst_port);
                fields.text("data", data);
            }
            Self::ForwardFingerprint { dst_host, dst_port, fingerprint } => {
                fields.text("dst_host", dst_host);
                fields.show("dst_port", dst_port);
                fields.text("fingerprint", fingerprint);
            }
            Self::TelnetOption { command, option } => {
                fields.text("command", command);
                fields.text("option", option);
            }
            Self::ProtocolError { error } => fields.text("error", error),
            Self::ExploitAttempt { cve, name, value, succeeded } => {
                fields.option("cve", cve.as_deref());
                fields.option("name", name.as_deref());
                fields.option("value", value.as_deref());
                fields.show("succeeded", succeeded);
            }
            Self::Recording { path, size, sha256 } => {
                fields.text("path", path);
                fields.show("size", size);
                fields.option("sha256", sha256.as_deref());
            }
            Self::Closed { duration_ms } => fields.show("duration_ms", duration_ms),
            Self::Other { event, message } => {
                fields.text("event", event);
                fields.text("message", message);
            }
            other => other.worked_out(fields),
        }
    }

    /// The fields of what sensors work out.
    fn worked_out<'a>(&'a self, fields: &mut Fields<'a>) {
        match self {
            Self::DatabaseQuery { op_text, service, target, rows_read, bytes_read } => {
                fields.offer("op_text", op_text);
                fields.offer("service", service);
                fields.offer("target", target);
                fields.offer("rows_read", rows_read);
                fields.offer("bytes_read", bytes_read);
            }
            Self::Transfer { bytes_out, request_count, rows_read, bytes_read, target_host, service } => {
                fields.offer("bytes_out", bytes_out);
                fields.offer("request_count", request_count);
                fields.offer("rows_read", rows_read);
                fields.offer("bytes_read", bytes_read);
                fields.offer("target_host", target_host);
                fields.offer("service", service);
            }
            Self::Beacon { beacon_interval_s, beacon_jitter_pct, target_host } => {
                fields.offer("beacon_interval_s", beacon_interval_s);
                fields.offer("beacon_jitter_pct", beacon_jitter_pct);
                fields.offer("target_host", target_host);
            }
            Self::ContainerRequest { signals, container_image, container_command } => {
                fields.offer("signals", signals);
                fields.offer("container_image", container_image);
                fields.offer("container_command", container_command);
            }
            Self::NamePoisoning {
                service,
                llmnr_poisoned,
                llmnr_poison_count,
                poisoned_query,
                victim_host,
            } => {
                fields.offer("service", service);
                fields.offer("llmnr_poisoned", llmnr_poisoned);
                fields.offer("llmnr_poison_count", llmnr_poison_count);
                fields.offer("poisoned_query", poisoned_query);
                fields.offer("victim_host", victim_host);
            }
            Self::FileRequest { path, service, write, source_host } => {
                fields.offer("path", path);
                fields.offer("service", service);
                fields.offer("write", write);
                fields.offer("source_host", source_host);
            }
            Self::Note { body_text, path } => {
                fields.offer("body_text", body_text);
                fields.offer("path", path);
            }
            Self::PeerFingerprint { jarm, fingerprint, hassh, matched_framework } => {
                fields.offer("jarm", jarm);
                fields.offer("fingerprint", fingerprint);
                fields.offer("hassh", hassh);
                fields.offer("matched_framework", matched_framework);
            }
            Self::ProtocolCommand { service, command, arguments } => {
                fields.offer("service", service);
                fields.offer("command", command);
                fields.offer("arguments", arguments);
            }
            Self::ClientTls { ja3, ja4, server_name, version } => {
                fields.offer("ja3", ja3);
                fields.offer("ja4", ja4);
                fields.offer("server_name", server_name);
                fields.offer("version", version);
            }
            Self::Alert { signature, signature_id, category, severity, service, tactics, techniques } => {
                fields.offer("signature", signature);
                fields.offer("signature_id", signature_id);
                fields.offer("category", category);
                fields.offer("severity", severity);
                fields.offer("service", service);
                fields.offer("tactics", tactics);
                fields.offer("techniques", techniques);
            }
            _ => {}
        }
    }
}
