//! OpenCanary's log: a number says what happened, `logdata` with what (<https://docs.opencanary.org>).
//!
//! Connections have no name of their own. What MySQL is given is a hash of the password and a challenge, which is no
//! password. Times are UTC.

use smallvec::smallvec;
use vespid_model::Body;
use vespid_model::body::{HttpRequest, Session};

use super::origin::Origin;
use super::record::{Object, Record, shown};
use super::service::{client_version, command, connect, finding, login, other, sip};
use super::{DecodeError, Decoded, Events, Passed, http};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let logtype = it.whole("logtype").ok_or(DecodeError::Missing("logtype"))?;
    // Starts, errors and its own settings have no source.
    if (1000..2000).contains(&logtype) || it.text("src_host")?.is_none() {
        return Ok(Decoded::Passed(Passed::Housekeeping));
    }
    let time = if it.has("utc_time") { it.time("utc_time")? } else { it.time("local_time")? };
    let decky = it.text("node_id")?.unwrap_or("opencanary");
    let (src_port, dst_port) = (it.port("src_port"), it.port("dst_port"));
    let origin = Origin::new(time, it.address("src_host")?, decky)?.connection(src_port, dst_port);
    let connect = |service| connect(service, src_port, it.maybe_address("dst_host"), dst_port);
    let Some(data) = it.object("logdata") else {
        return Ok(origin.events([unnamed(logtype, it.shown("logdata").unwrap_or_default())]));
    };
    let body = match logtype {
        2001 => connect("ftp"),
        3000..=3003 => return Ok(web(&origin, logtype, data)),
        4000 => connect("ssh"),
        4001 => client_version(&text(data, "REMOTEVERSION")),
        5000 => file(text(data, "FILENAME"), "smb", None),
        5001 => connect("unknown"),
        5002..=5005 => finding(format!("port scan {}", scan(logtype)), Some("scan".to_owned()), "tcp"),
        6002 => connect("telnet"),
        // Its number for a connection to MSSQL, and written for MySQL too.
        9003 if dst_port == 3306 => connect("mysql"),
        9003 => connect("mssql"),
        10001 => {
            let write = data.shown("OPCODE").map(|code| code.eq_ignore_ascii_case("WRITE"));
            file(text(data, "FILENAME"), "tftp", write)
        }
        11001 => command("ntp", &text(data, "NTP CMD"), None),
        13001 => command("snmp", "request", Some(snmp(data))),
        15001 => sip(&data.object("HEADERS").map(http::headers).unwrap_or_default()),
        16001 => file(text(data, "REPO"), "git", None),
        17001 => command("redis", &text(data, "CMD"), data.shown("ARGS")),
        18001 | 18002 => connect("tcp"),
        _ => login_of(logtype, data).unwrap_or_else(|| unnamed(logtype, data.json())),
    };
    Ok(origin.events([body]))
}

fn unnamed(logtype: u64, message: String) -> Body {
    other(format!("opencanary.{logtype}"), message)
}

fn text(data: Object<'_>, name: &str) -> String {
    data.shown(name).unwrap_or_default()
}

fn file(path: String, service: &str, write: Option<bool>) -> Body {
    Body::Session(Session::FileRequest { path, service: Some(service.to_owned()), write, source_host: None })
}

const fn scan(logtype: u64) -> &'static str {
    match logtype {
        5002 => "of nmap for the operating system",
        5003 => "without flags",
        5004 => "with FIN, PSH and URG",
        _ => "with FIN",
    }
}

/// What stands for the password of VNC when it is not known.
const UNCOMMON: &str = "<Password was not in the common list>";

/// Logins by number. None of its services lets anybody in.
fn login_of(logtype: u64, data: Object<'_>) -> Option<Body> {
    let service = match logtype {
        2000 => "ftp",
        4002 => "ssh",
        6001 => "telnet",
        7001 => "httpproxy",
        8001 => "mysql",
        9001 | 9002 => "mssql",
        12001 => "vnc",
        14001 => "rdp",
        _ => return None,
    };
    let password = match logtype {
        8001 => None,
        // It tries common ones against the answer, and says so when it was none of them.
        12001 => data.value("VNC Password").filter(|found| **found != UNCOMMON),
        _ => data.value("PASSWORD"),
    };
    Some(login(service, &text(data, "USERNAME"), password.map(shown).as_deref(), false))
}

/// A request, and the login that it is when it is one.
fn web(origin: &Origin<'_>, logtype: u64, data: Object<'_>) -> Decoded {
    // 3002 is a method that it does not know, and it does not say which.
    let method = match logtype {
        3000 | 3003 => "GET",
        3001 => "POST",
        _ => "",
    };
    let password = data.value("PASSWORD").map(shown);
    let request = HttpRequest {
        host: data.shown("HOSTNAME"),
        user_agent: data.shown("USERAGENT"),
        username: data.shown("USERNAME"),
        password: password.clone(),
        ..http::request(method, &text(data, "PATH"), "http")
    };
    let mut events: Events = smallvec![origin.event(Body::HttpRequest(request))];
    if logtype == 3001 {
        events.push(origin.event(login("http", &text(data, "USERNAME"), password.as_deref(), false)));
    }
    Decoded::Events(events)
}

fn snmp(data: Object<'_>) -> String {
    let asked = data.list("REQUESTS").iter().map(shown);
    std::iter::once(text(data, "COMMUNITY_STRING")).chain(asked).collect::<Vec<_>>().join(" ")
}
