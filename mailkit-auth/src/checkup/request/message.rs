//! A message as it was sent, as far as a check-up reads it: the header.

use crate::Domain;
use crate::record::DkimSignature;

/// The header of a message, as a recipient sees it in the source view.
///
/// ```
/// use mailkit_auth::checkup::MessageSample;
///
/// let sample = MessageSample::new("From: Shop <news@acme.test>\r\nSubject: Offers\r\n\r\n");
/// assert_eq!(sample.from_domain(), Some("acme.test".parse()?));
/// # Ok::<(), mailkit_auth::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageSample {
    /// Names and values of the fields, unfolded.
    fields: Vec<(String, String)>,
    /// What the message is for.
    pub purpose: MessagePurpose,
    return_path: Option<Domain>,
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessagePurpose {
    /// One person writes to another, or a program answers what somebody did.
    Personal,
    /// Marketing and subscribed mail, which needs a one-click unsubscribe (RFC 8058).
    Marketing,
}

impl MessageSample {
    /// Reads the header up to the first empty line; of a longer one 64 KiB and 500 fields.
    #[must_use]
    pub fn new(header: &str) -> Self {
        let header = header.get(..header.floor_char_boundary(MAX_OCTETS)).unwrap_or_default();
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in header.lines().take_while(|line| !line.is_empty()) {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if fields.len() < MAX_FIELDS
                && let Some((name, value)) = line.split_once(':')
            {
                fields.push((name.trim_end().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self { fields, purpose: MessagePurpose::Personal, return_path: None }
    }

    /// With another purpose.
    #[must_use]
    pub fn with_purpose(mut self, purpose: MessagePurpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// With the domain of the envelope sender, where no Return-Path field tells it.
    #[must_use]
    pub fn with_return_path(mut self, domain: Domain) -> Self {
        self.return_path = Some(domain);
        self
    }

    /// The domain of the From field; `None` unless there is one field with one address.
    #[must_use]
    pub fn from_domain(&self) -> Option<Domain> {
        let mut values = self.values("from");
        let value = values.next().filter(|_| values.next().is_none())?;
        address_domain(value)
    }

    /// The domain of the envelope sender.
    #[must_use]
    pub fn return_path(&self) -> Option<Domain> {
        let field = || self.values("return-path").next().and_then(address_domain);
        self.return_path.clone().or_else(field)
    }

    /// How often a field of this name, in lower case, stands in the header.
    pub(in crate::checkup) fn count(&self, name: &str) -> usize {
        self.values(name).count()
    }

    pub(in crate::checkup) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.fields.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The DKIM signatures that can be read, at most eight.
    pub(in crate::checkup) fn signatures(&self) -> Vec<DkimSignature> {
        let values = self.values("dkim-signature").take(MAX_SIGNATURES);
        values.filter_map(|value| value.parse().ok()).collect()
    }
}

/// The domain of an address, which may stand in angle brackets after a name; `None` where there are
/// several, or where quoted text could hide one.
fn address_domain(value: &str) -> Option<Domain> {
    let address = match value.rsplit_once('<') {
        Some((name, rest)) if !name.contains('<') => rest.strip_suffix('>')?,
        Some(_) => return None,
        None => value,
    };
    let (local, domain) = address.trim().rsplit_once('@')?;
    (!local.contains([',', '@', '"'])).then(|| domain.parse().ok()).flatten()
}

const MAX_OCTETS: usize = 64 * 1024;
const MAX_FIELDS: usize = 500;
const MAX_SIGNATURES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors() {
        let check = |header: &str, expected: Option<&str>| {
            let domain = MessageSample::new(header).from_domain();
            assert_eq!(domain.as_ref().map(Domain::as_str), expected, "{header:?}");
        };
        check("From: a@b.test", Some("b.test"));
        check("from :\tAnn\r\n <a@B.test>\r\nTo: c@d.test", Some("b.test"));
        check("From: \"Doe, J\" <a@b.test>", Some("b.test"));
        check("From: a@b.test, c@d.test", None);
        check("From: a@b.test\nFrom: a@b.test", None);
        check("From: <a@b.test> <c@d.test>", None);
        check("Subject: x\n\nFrom: a@b.test", None);
        check("", None);
    }

    #[test]
    fn signatures() {
        let check = |value: &str, expected: Option<(&str, &str)>| {
            let sample = MessageSample::new(&format!("DKIM-Signature: {value}"));
            let found = sample.signatures();
            let found = found.first().map(|it| (it.domain().as_str(), it.selector().as_str()));
            assert_eq!(found, expected, "{value:?}");
        };
        let value = "v=1; a=rsa-sha256; d=Acme.test; s=s1; h=From:\r\n To; bh=AAAA; b=AAAA";
        check(value, Some(("acme.test", "s1")));
        check("d=acme.test; s=s1", None);
        check("nothing", None);
    }
}
