//! Elasticpot's `elasticpot.json`: requests to an Elasticsearch.

use vespid_model::Body;
use vespid_model::body::HttpRequest;

use super::origin::Origin;
use super::record::{Object, Record};
use super::{DecodeError, Decoded, http};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    if !it.required("eventid")?.starts_with("elasticpot.") {
        return Err(DecodeError::NotThis("elasticpot"));
    }
    let origin = origin(it, "elasticpot")?;
    Ok(origin.events([Body::HttpRequest(request(it, "elasticsearch")?)]))
}

/// Who asked whom, as this program and IPPHoney write it.
pub(super) fn origin<'a>(it: Object<'a>, unnamed: &'a str) -> Result<Origin<'a>, DecodeError> {
    let decky = it.text("sensor")?.unwrap_or(unnamed);
    let origin = Origin::new(it.time("timestamp")?, it.address("src_ip")?, decky)?;
    Ok(origin.connection(it.port("src_port"), it.port("dst_port")))
}

/// The request, as this program and IPPHoney write it.
pub(super) fn request(it: Object<'_>, service: &str) -> Result<HttpRequest, DecodeError> {
    const HEADERS: [(&str, &str); 3] =
        [("accept_language", "Accept-Language"), ("content_type", "Content-Type"), ("referer", "Referer")];
    let headers = HEADERS.iter().filter_map(|(field, name)| Some(((*name).to_owned(), it.shown(field)?)));
    Ok(HttpRequest {
        user_agent: it.shown("user_agent"),
        headers: headers.collect(),
        body: it.shown("payload").or_else(|| it.shown("body")),
        ..http::request(it.text("request")?.unwrap_or_default(), it.required("url")?, service)
    })
}
