//! How a DMARC record is read and written.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use super::DmarcRecord;
use crate::record::{Tag, elements, is_space, strict};
use crate::{RecordError, RecordErrorKind};

impl DmarcRecord {
    /// Reads a record the way a receiver does: only the version must be right.
    ///
    /// Tags that are malformed, repeated or outside their grammar count as absent (RFC 9989
    /// section 4.7); a policy that is absent is `none` if reports are asked for (section 4.10.1).
    /// To check a record before it is published, use [`FromStr`] or [`crate::lint::lint_dmarc`].
    ///
    /// # Errors
    ///
    /// If the text is no DMARC record, or names neither a policy nor a report address.
    pub fn from_published(text: &str) -> Result<Self, RecordError> {
        let mut elements = elements(text);
        check_version(elements.next().transpose().ok().flatten().as_ref())?;
        let mut record = Self::default();
        let mut seen = HashSet::new();
        for tag in elements.flatten().filter(|tag| seen.insert(tag.name.to_ascii_lowercase())) {
            // A value outside its grammar leaves the tag absent, which is what the standard asks.
            let _absent = record.read(&tag);
        }
        record.others.clear();
        record.has_policy_or_reports(text)
    }

    /// Takes one tag over, or says that its value is outside its grammar.
    fn read(&mut self, tag: &Tag<'_>) -> Result<(), RecordError> {
        match tag.name.to_ascii_lowercase().as_str() {
            "p" => self.policy = Some(word(tag)?),
            "sp" => self.subdomain_policy = Some(word(tag)?),
            "np" => self.nonexistent_policy = Some(word(tag)?),
            "psd" => self.psd = Some(word(tag)?),
            "adkim" => self.dkim_alignment = Some(word(tag)?),
            "aspf" => self.spf_alignment = Some(word(tag)?),
            "t" => self.testing = Some(yes_or_no(tag)?),
            "fo" => self.failure_options = list(tag, ':')?,
            "rua" => self.aggregate_reports = list(tag, ',')?,
            "ruf" => self.failure_reports = list(tag, ',')?,
            _ => self.others.push((tag.name.to_owned(), tag.value.to_owned())),
        }
        Ok(())
    }

    fn has_policy_or_reports(self, text: &str) -> Result<Self, RecordError> {
        if self.policy.is_none() && self.aggregate_reports.is_empty() {
            let kind = RecordErrorKind::MissingTag { tag: "p" };
            return Err(RecordError::new(kind, text.len()..text.len()));
        }
        Ok(self)
    }
}

impl FromStr for DmarcRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let tags = strict(text)?;
        let mut tags = tags.iter();
        check_version(tags.next())?;
        let mut record = Self::default();
        let mut seen = HashSet::new();
        for tag in tags {
            if !seen.insert(tag.name.to_ascii_lowercase()) {
                let kind = RecordErrorKind::DuplicateTag { tag: tag.name.to_owned() };
                return Err(RecordError::new(kind, tag.span.clone()));
            }
            record.read(tag)?;
        }
        record.has_policy_or_reports(text)
    }
}

impl fmt::Display for DmarcRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(VERSION)?;
        write_tag(f, "p", self.policy)?;
        write_tag(f, "sp", self.subdomain_policy)?;
        write_tag(f, "np", self.nonexistent_policy)?;
        write_tag(f, "psd", self.psd)?;
        write_tag(f, "adkim", self.dkim_alignment)?;
        write_tag(f, "aspf", self.spf_alignment)?;
        write_tag(f, "t", self.testing.map(|yes| if yes { "y" } else { "n" }))?;
        write_list(f, "fo", &self.failure_options, ":")?;
        write_list(f, "rua", &self.aggregate_reports, ",")?;
        write_list(f, "ruf", &self.failure_reports, ",")?;
        self.others.iter().try_for_each(|(name, value)| write!(f, "; {name}={value}"))
    }
}

/// The first tag, letter by letter (RFC 9989 section 4.7).
const VERSION: &str = "v=DMARC1";

/// The version must come first and is the one value whose case matters.
fn check_version(first: Option<&Tag<'_>>) -> Result<(), RecordError> {
    match first {
        Some(tag) if tag.name == "v" && tag.value == "DMARC1" && tag.span.start == 0 => Ok(()),
        tag => {
            let span = tag.map_or(0..0, |tag| tag.span.clone());
            Err(RecordError::new(RecordErrorKind::WrongVersion { expected: VERSION }, span))
        }
    }
}

fn word<T: FromStr>(tag: &Tag<'_>) -> Result<T, RecordError> {
    tag.value.parse().map_err(|_| tag.invalid())
}

fn yes_or_no(tag: &Tag<'_>) -> Result<bool, RecordError> {
    match tag.value {
        "y" | "Y" => Ok(true),
        "n" | "N" => Ok(false),
        _ => Err(tag.invalid()),
    }
}

fn list<T: FromStr>(tag: &Tag<'_>, separator: char) -> Result<Vec<T>, RecordError> {
    let items = tag.value.split(separator).map(|item| item.trim_matches(is_space).parse());
    items.collect::<Result<_, _>>().map_err(|_| tag.invalid())
}

fn write_tag(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    value: Option<impl fmt::Display>,
) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, "; {name}={value}"))
}

fn write_list(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    items: &[impl fmt::Display],
    separator: &str,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        match index {
            0 => write!(f, "; {name}={item}")?,
            _ => write!(f, "{separator}{item}")?,
        }
    }
    Ok(())
}
