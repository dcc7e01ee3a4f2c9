//! The formats that are read.

use std::fmt;

use super::{
    DecodeError, Decoded, access, access_json, adbhoney, conpot, cowrie_text, decnet, dionaea, elasticpot,
    h0neytr4p, heralding, honeytrap, hpserver, ipphoney, mailoney, mixed, opencanary, qeeqbox, rdphoneypot,
    redishoneypot, sentrypeer, suricata, tanner, wordpot,
};

/// One table: the format, its name, and what reads a line of it.
macro_rules! formats {
    ($($(#[$doc:meta])* $format:ident = $name:literal => $decode:path;)*) => {
        /// A log format that is read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Format {
            $($(#[$doc])* $format,)*
        }

        impl Format {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$format,)*];

            /// The name that users give it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$format => $name,)*
                }
            }

            /// Reads one line. The events follow from its bytes alone.
            ///
            /// # Errors
            /// [`DecodeError`] when the line is none of this format.
            pub fn decode(self, line: &[u8]) -> Result<Decoded, DecodeError> {
                match self {
                    $(Self::$format => $decode(line),)*
                }
            }
        }
    };
}

formats! {
    /// Vespid's own events (`docs/events.md`).
    Vespid = "vespid" => mixed::decode;
    /// Cowrie's `cowrie.json`.
    Cowrie = "cowrie" => mixed::decode;
    /// Cowrie's `cowrie.log`.
    CowrieText = "cowrie-text" => cowrie_text::decode;
    /// OpenCanary's log.
    OpenCanary = "opencanary" => opencanary::decode;
    /// The honeypots of qeeqbox.
    Qeeqbox = "qeeqbox" => qeeqbox::decode;
    /// honeypot-server.
    HpServer = "hpserver" => hpserver::decode;
    /// Heralding's `log_session.json`.
    Heralding = "heralding" => heralding::session::decode;
    /// Heralding's `log_auth.csv`.
    HeraldingAuth = "heralding-auth" => heralding::auth::decode;
    /// Dionaea's `dionaea.json`.
    Dionaea = "dionaea" => dionaea::decode;
    /// Conpot's `conpot.json`.
    Conpot = "conpot" => conpot::decode;
    /// ADBHoney's `adbhoney.json`.
    AdbHoney = "adbhoney" => adbhoney::json::decode;
    /// ADBHoney's `adbhoney.log`.
    AdbHoneyText = "adbhoney-text" => adbhoney::text::decode;
    /// Elasticpot's `elasticpot.json`.
    Elasticpot = "elasticpot" => elasticpot::decode;
    /// IPPHoney's `ipphoney.json`.
    IppHoney = "ipphoney" => ipphoney::decode;
    /// The RDP honeypot's JSON log.
    RdpHoneypot = "rdphoneypot" => rdphoneypot::decode;
    /// Suricata's `eve.json`.
    Suricata = "suricata" => suricata::decode;
    /// Honeytrap's `attackers.json`.
    Honeytrap = "honeytrap" => honeytrap::json::decode;
    /// Honeytrap's `honeytrap.log`.
    HoneytrapText = "honeytrap-text" => honeytrap::text::decode;
    /// Tanner's `tanner_report.json`.
    Tanner = "tanner" => tanner::decode;
    /// Mailoney's `commands.log` as JSON.
    Mailoney = "mailoney" => mailoney::json::decode;
    /// Mailoney's `commands.log` as text.
    MailoneyText = "mailoney-text" => mailoney::text::decode;
    /// RedisHoneyPot's log.
    RedisHoneypot = "redishoneypot" => redishoneypot::decode;
    /// SentryPeer's `sentrypeer.json`.
    SentryPeer = "sentrypeer" => sentrypeer::decode;
    /// Wordpot's `wordpot.log`.
    Wordpot = "wordpot" => wordpot::decode;
    /// H0neytr4p's `log.json`.
    H0neytr4p = "h0neytr4p" => h0neytr4p::decode;
    /// A web server's access log in the common or combined format.
    Access = "access" => access::decode;
    /// A web server's access log as JSON: nginx, Caddy, Traefik.
    AccessJson = "access-json" => access_json::decode;
    /// DECNET's syslog lines.
    Decnet = "decnet" => decnet::decode;
}

impl Format {
    /// Are its lines text, and no JSON?
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::CowrieText
                | Self::HeraldingAuth
                | Self::AdbHoneyText
                | Self::HoneytrapText
                | Self::MailoneyText
                | Self::Wordpot
                | Self::Access
                | Self::Decnet
        )
    }

    /// The format of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
