//! Messages given to mail services.

use vespid_model::body::Email;

/// Characters of a message that are kept.
const LONGEST_BODY: usize = 64 << 10;

/// The domain of `Name <user@domain>`, in lower case.
pub(super) fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let end = domain.find(|char: char| !(char.is_alphanumeric() || matches!(char, '.' | '-' | '_')));
    let domain = domain.get(..end.unwrap_or(domain.len()))?;
    (!domain.is_empty()).then(|| domain.to_lowercase())
}

/// Domains, each once, sorted.
pub(super) fn domains<'a>(addresses: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut domains: Vec<_> = addresses.filter_map(domain).collect();
    domains.sort_unstable();
    domains.dedup();
    domains
}

/// A message with its headers, when the text is one.
pub(super) fn message(text: &str) -> Option<Email> {
    let text = text.replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut email = Email::default();
    let mut any = false;
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "subject" => email.subject = Some(value.to_owned()),
            "from" => email.from_domain = domain(value),
            "return-path" => email.return_path_domain = domain(value),
            "x-mailer" => email.x_mailer = Some(value.to_owned()),
            "to" => email.rcpt_domains = domains(value.split(',')),
            _ => continue,
        }
        any = true;
    }
    if !any {
        return None;
    }
    if !body.is_empty() {
        email.body_text = Some(body.chars().take(LONGEST_BODY).collect());
    }
    Some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_from_commands() {
        let email = message("From: A <a@B.example>\r\nSubject: hi\r\nTo: x@c.example\r\n\r\ntext").unwrap();
        assert_eq!(email.from_domain.as_deref(), Some("b.example"));
        assert_eq!(email.rcpt_domains, ["c.example"]);
        assert_eq!(email.body_text.as_deref(), Some("text"));
        assert_eq!(message("EHLO x"), None);
        assert_eq!(domain("nobody"), None);
    }
}
