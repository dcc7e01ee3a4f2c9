//! Anything else in the life of a connection.

mod fields;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::decimal::Decimal;

/// Anything else in the life of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Session {
    /// The connection began.
    Connect {
        /// `ssh`, `telnet`, ...
        service: String,
        /// The attacker's port.
        src_port: u16,
        /// The decoy's address as the sensor knows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dst_ip: Option<IpAddr>,
        /// The decoy's port.
        dst_port: u16,
    },
    /// The client said what it is.
    ClientVersion {
        /// The banner, for example `SSH-2.0-Go`.
        version: String,
    },
    /// The SSH key exchange.
    ClientKex {
        /// HASSH: MD5 of the client's algorithm lists.
        hassh: String,
        /// The lists themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hassh_algorithms: Option<String>,
    },
    /// The client's terminal.
    ClientSize {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// An environment variable sent by the client.
    ClientVariable {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// What the decoy pretended to be.
    Parameters {
        /// The architecture shown, for example `linux-x64-lsb`.
        arch: String,
    },
    /// The decoy's verdict on a typed line. It repeats the input and says nothing of success.
    CommandResult {
        /// The line again.
        input: String,
        /// Whether the decoy knew the command.
        found: bool,
    },
    /// Text typed into a running program, not to a shell.
    Input {
        /// The program that read it.
        realm: String,
        /// The text.
        input: String,
    },
    /// A password was changed on the decoy.
    PasswordChange {
        /// Whose.
        username: String,
    },
    /// The client asked the decoy to connect onward (SSH direct-tcpip).
    ForwardRequest {
        /// The target: a host name or address.
        dst_host: String,
        /// The target's port. The protocol has room for 32 bits (RFC 4254, 7.2), and a client may fill them.
        dst_port: u32,
        /// Where the client says the connection came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        orig_host: Option<String>,
    },
    /// Bytes sent through such a connection.
    ForwardData {
        /// The target: a host name or address.
        dst_host: String,
        /// The target's port.
        dst_port: u32,
        /// The bytes as the sensor prints them.
        data: String,
    },
    /// A TLS or HTTP fingerprint of such a connection.
    ForwardFingerprint {
        /// The target: a host name or address.
        dst_host: String,
        /// The target's port.
        dst_port: u32,
        /// JA4 or JA4H.
        fingerprint: String,
    },
    /// A Telnet option negotiated.
    TelnetOption {
        /// `DO`, `DONT`, `WILL`, `WONT`.
        command: String,
        /// The option's name.
        option: String,
    },
    /// A protocol error the client caused.
    ProtocolError {
        /// What the sensor says of it.
        error: String,
    },
    /// A known vulnerability was tried on the decoy's own service.
    ExploitAttempt {
        /// For example `CVE-2026-24061`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cve: Option<String>,
        /// The variable or account name that carried it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        /// Whether the decoy pretended that it worked.
        succeeded: bool,
    },
    /// The recording of the terminal was closed.
    Recording {
        /// Where the sensor keeps it.
        path: String,
        /// Bytes.
        size: u64,
        /// SHA-256, lower-case hex.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
    /// The connection ended.
    Closed {
        /// Its length in milliseconds.
        duration_ms: u64,
    },
    /// A statement given to a database service.
    DatabaseQuery {
        /// The statement, as sent.
        op_text: String,
        /// `redis`, `mysql`, ...
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<String>,
        /// The database, table or index it names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<String>,
        /// Rows that it was answered with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rows_read: Option<u64>,
        /// Bytes that it was answered with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes_read: Option<u64>,
    },
    /// What was moved in the whole session.
    Transfer {
        /// Bytes that left the decoy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes_out: Option<u64>,
        /// Requests sent outwards.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_count: Option<u64>,
        /// Rows read from a database.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rows_read: Option<u64>,
        /// Bytes read from a database.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes_read: Option<u64>,
        /// Where to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_host: Option<String>,
        /// `redis`, `https`, ...
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<String>,
    },
    /// A connection made again and again in even time.
    Beacon {
        /// Seconds between two.
        beacon_interval_s: Decimal,
        /// How much that varies: the standard deviation as a part of the interval.
        beacon_jitter_pct: Decimal,
        /// Where to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_host: Option<String>,
    },
    /// A container asked for.
    ContainerRequest {
        /// What stands out in it: `privileged:true`, `bind:/:/`, ...
        signals: Vec<String>,
        /// Its image.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        container_image: Option<String>,
        /// What it was to run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        container_command: Option<String>,
    },
    /// Names answered for that are not the attacker's (LLMNR, NBT-NS, mDNS).
    NamePoisoning {
        /// `llmnr`, `nbtns`, `mdns`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<String>,
        /// Was a false answer seen?
        #[serde(default, skip_serializing_if = "Option::is_none")]
        llmnr_poisoned: Option<bool>,
        /// How many.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        llmnr_poison_count: Option<u64>,
        /// The name asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        poisoned_query: Option<String>,
        /// Who asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        victim_host: Option<String>,
    },
    /// A file asked for over TFTP, FTP, SMB or another service than HTTP.
    FileRequest {
        /// Its path as sent.
        path: String,
        /// `tftp`, `ftp`, `smb`, ...
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<String>,
        /// Was it to be written?
        #[serde(default, skip_serializing_if = "Option::is_none")]
        write: Option<bool>,
        /// Whose file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_host: Option<String>,
    },
    /// A text left behind for somebody to read.
    Note {
        /// The text.
        body_text: String,
        /// Where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<String>,
    },
    /// How the peer speaks TLS or SSH, as an active or passive probe saw it.
    PeerFingerprint {
        /// JARM of a server.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        jarm: Option<String>,
        /// JA4X, JA3S or another one, as the sensor names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
        /// HASSH of a client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hassh: Option<String>,
        /// The framework whose fingerprint this is, by the sensor's own list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matched_framework: Option<String>,
    },
    /// A command or other request to a service that is neither shell, web nor database: FTP, SMTP, SIP, SNMP, ...
    ProtocolCommand {
        /// `ftp`, `smtp`, ...; `tcp` or `udp` where nothing but bytes is known.
        service: String,
        /// The command as sent, without its arguments; bytes that are no text as `\xNN`.
        command: String,
        /// Its arguments as sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arguments: Option<String>,
    },
    /// The client's side of a TLS handshake.
    ClientTls {
        /// JA3: MD5 of what the client offers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ja3: Option<String>,
        /// JA4.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ja4: Option<String>,
        /// The name of the server that is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        server_name: Option<String>,
        /// The version agreed on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
    },
    /// A signature of an intrusion detection system, or of the sensor itself, matched.
    Alert {
        /// Its name.
        signature: String,
        /// Its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature_id: Option<u64>,
        /// What it is counted under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category: Option<String>,
        /// How grave it is, as the sensor counts: 1 is the gravest of Suricata's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        severity: Option<u64>,
        /// The service that was attacked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<String>,
        /// The ATT&CK tactics that the signature names, such as `TA0007`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tactics: Vec<String>,
        /// The ATT&CK techniques that the signature names, such as `T1046`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        techniques: Vec<String>,
    },
    /// An event of the sensor that has no shape of its own here, kept so that nothing is lost.
    Other {
        /// The sensor's own name for it.
        event: String,
        /// The sensor's message.
        message: String,
    },
}

impl Session {
    /// The name of what happened, for example `client_version`.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "connect",
            Self::ClientVersion { .. } => "client_version",
            Self::ClientKex { .. } => "client_kex",
            Self::ClientSize { .. } => "client_size",
            Self::ClientVariable { .. } => "client_variable",
            Self::Parameters { .. } => "parameters",
            Self::CommandResult { .. } => "command_result",
            Self::Input { .. } => "input",
            Self::PasswordChange { .. } => "password_change",
            Self::ForwardRequest { .. } => "forward_request",
            Self::ForwardData { .. } => "forward_data",
            Self::ForwardFingerprint { .. } => "forward_fingerprint",
            Self::TelnetOption { .. } => "telnet_option",
            Self::ProtocolError { .. } => "protocol_error",
            Self::ExploitAttempt { .. } => "exploit_attempt",
            Self::Recording { .. } => "recording",
            Self::Closed { .. } => "closed",
            Self::DatabaseQuery { .. } => "database_query",
            Self::Transfer { .. } => "transfer",
            Self::Beacon { .. } => "beacon",
            Self::ContainerRequest { .. } => "container_request",
            Self::NamePoisoning { .. } => "name_poisoning",
            Self::FileRequest { .. } => "file_request",
            Self::Note { .. } => "note",
            Self::PeerFingerprint { .. } => "peer_fingerprint",
            Self::ProtocolCommand { .. } => "protocol_command",
            Self::ClientTls { .. } => "client_tls",
            Self::Alert { .. } => "alert",
            Self::Other { .. } => "other",
        }
    }
}
