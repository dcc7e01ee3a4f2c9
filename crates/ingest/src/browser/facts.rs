//! What the page's script sends.

use serde::Deserialize;

/// Bytes of what a script sends.
const LONGEST: usize = 16 << 10;
/// Characters of a text, and addresses, that are looked at.
const TEXT: usize = 512;
const ADDRESSES: usize = 16;

/// What a browser says of itself. Absent is what it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The number that the page came with.
    pub nonce: String,
    /// `navigator.webdriver`.
    pub webdriver: Option<bool>,
    /// `navigator.platform`.
    pub platform: Option<String>,
    /// `navigator.userAgent`.
    pub user_agent: Option<String>,
    /// Minutes that its clock is ahead of UTC.
    pub utc_offset: Option<i64>,
    /// `navigator.language`: the first that is preferred.
    pub language: Option<String>,
    /// What a canvas shows that everybody is asked to paint alike, as a hash that the page makes.
    pub canvas_hash: Option<String>,
    /// What a sound is that everybody is asked to make alike, in the same way.
    pub audio_hash: Option<String>,
    /// The graphics renderer that WebGL names.
    pub renderer: Option<String>,
    /// The addresses that WebRTC finds; those that it hides are left out.
    pub addresses: Vec<String>,
}

/// Why what a script sent says nothing.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// Too much of it.
    #[error("{0} bytes, more than {LONGEST}")]
    TooLong(usize),
    /// It is not what the page's script sends.
    #[error("not what the page sends: {0}")]
    Bad(#[from] serde_json::Error),
}

impl Facts {
    /// Reads what a script sent.
    ///
    /// # Errors
    /// [`FactsError`] when it is too long, or not what the page's script sends.
    pub fn parse(bytes: &[u8]) -> Result<Self, FactsError> {
        if bytes.len() > LONGEST {
            return Err(FactsError::TooLong(bytes.len()));
        }
        let mut facts: Self = serde_json::from_slice(bytes)?;
        let texts = [
            &mut facts.platform,
            &mut facts.user_agent,
            &mut facts.language,
            &mut facts.canvas_hash,
            &mut facts.audio_hash,
            &mut facts.renderer,
        ];
        for text in texts.into_iter().flatten() {
            text.truncate(text.floor_char_boundary(TEXT));
        }
        facts.addresses.truncate(ADDRESSES);
        Ok(facts)
    }
}
