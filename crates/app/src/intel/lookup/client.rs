//! One request, bounded in time and size.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Response, redirect};
use tokio::time::sleep;

use super::Ask;

/// The longest answer.
const LONGEST: usize = 16 << 20;
/// How long to connect, and how long all of it may take.
const TIMES: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(30));
/// The shortest pause after a provider asked for one, whatever it says, and the longest that it may ask for; who asks for
/// more is left alone.
const LEAST: u64 = 2;
const PAUSE: u64 = 120;
/// How often one address is asked about again after such a pause.
const AGAIN: u32 = 3;

/// Asks one provider.
pub(super) struct Client<'a> {
    http: reqwest::Client,
    provider: &'a dyn Ask,
}

/// What came back.
pub(super) enum Answer {
    Said(Vec<u8>),
    /// This time not.
    Failed(String),
    /// Not this time, and no other for now.
    Stop(String),
    /// Not with this key.
    Refused(String),
}

impl<'a> Client<'a> {
    pub(super) fn new(provider: &'a dyn Ask) -> Result<Self> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some((name, key)) = provider.key() {
            let mut key =
                HeaderValue::from_str(key).context("a key that cannot be one: it has strange characters")?;
            key.set_sensitive(true);
            headers.insert(name, key);
        }
        let http = reqwest::Client::builder()
            .user_agent(concat!("vespid/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            // Whoever is sent elsewhere would take the key along.
            .redirect(redirect::Policy::none())
            .connect_timeout(TIMES.0)
            .timeout(TIMES.1)
            .build()?;
        Ok(Self { http, provider })
    }

    pub(super) async fn ask(&self, ip: IpAddr) -> Answer {
        let url = format!("{}{}", self.provider.base().trim_end_matches('/'), self.provider.path(ip));
        for _ in 0..AGAIN {
            let response = match self.http.get(&url).send().await {
                Ok(response) => response,
                Err(error) => return Answer::Failed(said(&error)),
            };
            let status = response.status().as_u16();
            match status {
                429 => match pause(&response) {
                    Some(seconds) if seconds <= PAUSE => {
                        sleep(Duration::from_secs(seconds.max(LEAST))).await;
                    }
                    Some(seconds) => {
                        return Answer::Stop(format!(
                            "the provider wants to be left alone for {seconds} seconds"
                        ));
                    }
                    None => return Answer::Stop("the provider has answered enough for now (429)".to_owned()),
                },
                401 | 403 => return Answer::Refused(format!("the provider refuses the key ({status})")),
                _ if status == 200 || self.provider.is_ignorant(status) => return body(response).await,
                _ => return Answer::Failed(format!("status {status}")),
            }
        }
        Answer::Stop("the provider goes on asking for patience (429)".to_owned())
    }
}

/// How many seconds the provider asks for.
fn pause(response: &Response) -> Option<u64> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

async fn body(mut response: Response) -> Answer {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= LONGEST => bytes.extend_from_slice(&chunk),
            Ok(Some(_)) => return Answer::Failed("an answer of more than 16 MiB".to_owned()),
            Ok(None) => return Answer::Said(bytes),
            Err(error) => return Answer::Failed(said(&error)),
        }
    }
}

/// In a few words, without the address that was asked, so that the same reason is counted together.
fn said(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        "no connection".to_owned()
    } else {
        "a broken answer".to_owned()
    }
}
