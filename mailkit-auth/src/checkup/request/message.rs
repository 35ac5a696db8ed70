//! A message as it was sent, as far as a check-up reads it: the header.

use crate::Domain;
use crate::author::{a_labels, domains};
use crate::dmarc::AuthorError;
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
    /// Whether the header is longer than what is read of it.
    is_cut: bool,
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
    /// Octets of a header that are read.
    pub const MAX_OCTETS: usize = 64 * 1024;
    /// Fields that are read.
    pub const MAX_FIELDS: usize = 500;
    /// DKIM signatures that are looked at.
    pub const MAX_SIGNATURES: usize = 8;

    /// Reads the header up to the first empty line; of a longer one 64 KiB, 500 fields and the first
    /// eight signatures, which the report of a check-up names as a gap.
    #[must_use]
    pub fn new(header: &str) -> Self {
        let read = header.get(..header.floor_char_boundary(Self::MAX_OCTETS)).unwrap_or_default();
        let mut is_cut = read.len() < header.len() && !read.lines().any(str::is_empty);
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in read.lines().take_while(|line| !line.is_empty()) {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if fields.len() == Self::MAX_FIELDS {
                is_cut = true;
                break;
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim_end().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        let purpose = MessagePurpose::Personal;
        let sample = Self { fields, purpose, return_path: None, is_cut };
        let signatures = sample.count("dkim-signature");
        Self { is_cut: is_cut || signatures > Self::MAX_SIGNATURES, ..sample }
    }

    /// With another purpose.
    #[must_use]
    pub fn with_purpose(mut self, purpose: MessagePurpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// With the domain of the envelope sender, where no Return-Path field tells it.
    ///
    /// ```
    /// use mailkit_auth::checkup::MessageSample;
    ///
    /// let sample = MessageSample::new("From: ann@acme.test\r\n");
    /// assert_eq!(sample.return_path(), None);
    /// let sample = sample.with_return_path("bounce.acme.test".parse()?);
    /// assert_eq!(sample.return_path(), Some("bounce.acme.test".parse()?));
    /// # Ok::<(), mailkit_auth::DomainError>(())
    /// ```
    #[must_use]
    pub fn with_return_path(mut self, domain: Domain) -> Self {
        self.return_path = Some(domain);
        self
    }

    /// The domain of the From field; `None` where [`author`](Self::author) says why.
    #[must_use]
    pub fn from_domain(&self) -> Option<Domain> {
        self.author().ok()
    }

    /// The domain of the author, as a receiver reads it.
    ///
    /// # Errors
    ///
    /// If there is not one From field with addresses of one domain.
    pub fn author(&self) -> Result<Domain, AuthorError> {
        single_domain(self.values("from"))
    }

    /// Whether the header is longer than what is read of it.
    pub(in crate::checkup) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The domain of the envelope sender.
    #[must_use]
    pub fn return_path(&self) -> Option<Domain> {
        let field = || single_domain(self.values("return-path")).ok();
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
        let values = self.values("dkim-signature").take(Self::MAX_SIGNATURES);
        values.filter_map(|value| value.parse().ok()).collect()
    }
}

/// The domain of the addresses in a field that stands once.
fn single_domain(values: impl Iterator<Item: AsRef<[u8]>>) -> Result<Domain, AuthorError> {
    match domains(values, a_labels) {
        (_, Some(error)) => Err(error),
        (domains, None) => domains.into_iter().next().ok_or(AuthorError::Malformed),
    }
}

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
        check("From: Ann <a@acme.test> (Sales)", Some("acme.test"));
        check("From: \"x@y.test\" <a@b.test>", Some("b.test"));
        check("From: a@b.test, c@b.test", Some("b.test"));
        check("From: a@b\u{fc}cher.test", None);
    }

    #[test]
    fn what_is_cut_is_known() {
        let check = |header: &str, expected: bool| {
            assert_eq!(MessageSample::new(header).is_cut(), expected, "{} octets", header.len());
        };
        let field = "X: y\r\n";
        check(&field.repeat(MessageSample::MAX_FIELDS), false);
        check(&field.repeat(MessageSample::MAX_FIELDS + 1), true);
        check(&format!("{field}\r\n{}", field.repeat(20_000)), false);
        check(&format!("X: {}\r\n", "y".repeat(MessageSample::MAX_OCTETS)), true);
        check(&"DKIM-Signature: x\r\n".repeat(MessageSample::MAX_SIGNATURES), false);
        check(&"DKIM-Signature: x\r\n".repeat(MessageSample::MAX_SIGNATURES + 1), true);
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
