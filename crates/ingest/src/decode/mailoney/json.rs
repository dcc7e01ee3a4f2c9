//! The lines as JSON.

use std::borrow::Cow;

use super::{DECKY, PORT, sent};
use crate::decode::origin::Origin;
use crate::decode::record::Record;
use crate::decode::{DecodeError, Decoded};

/// The fields of a record.
const FIELDS: [&str; 4] = ["timestamp", "src_ip", "src_port", "data"];
/// And those that it may have.
const MAY_HAVE: [&str; 6] = ["timestamp", "src_ip", "src_port", "data", "emails", "smtp_input"];

/// Are these the names of its fields? Many have such names: nothing else may stand beside them.
pub(in crate::decode) fn is_record(names: &[Cow<'_, str>]) -> bool {
    FIELDS.iter().all(|name| names.iter().any(|it| it == name))
        && names.iter().all(|name| MAY_HAVE.contains(&&**name))
}

/// Reads one line.
pub(in crate::decode) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let origin = Origin::new(it.time("timestamp")?, it.address("src_ip")?, DECKY)?
        .connection(it.port("src_port"), PORT);
    Ok(sent(&origin, &it.shown("data").unwrap_or_default()))
}
