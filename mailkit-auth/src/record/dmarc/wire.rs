//! How a DMARC record is read and written.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use super::{DmarcRecord, ReportUri};
use crate::record::{Tag, elements, strict};
use crate::{Policy, RecordError, RecordErrorKind};

impl DmarcRecord {
    /// Reads a record the way a receiver does: only the version must be right.
    ///
    /// Tags that are malformed, repeated or outside their grammar count as absent (RFC 9989
    /// section 4.7), but one slip in `p`, `sp` or `np` voids all three: the record then asks for
    /// `p=none` if it has a valid `rua` address, and for nothing if not (section 4.10.1). To check a
    /// record before it is published, use [`FromStr`] or [`crate::lint::lint_dmarc`].
    ///
    /// ```
    /// use mailkit_auth::{DmarcRecord, Policy};
    ///
    /// let text = "v=DMARC1; p=reject; sp=quarantin; rua=mailto:dmarc@acme.test";
    /// assert_eq!(DmarcRecord::from_published(text)?.policy(), Policy::None);
    /// assert!(DmarcRecord::from_published("v=DMARC1; p=reject; sp=quarantin").is_err());
    /// # Ok::<(), mailkit_auth::RecordError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is no DMARC record, or has neither valid policies nor a valid report address.
    pub fn from_published(text: &str) -> Result<Self, RecordError> {
        match Self::read_published(text)? {
            (record, None) => Ok(record),
            (_, Some(defect)) => Err(defect),
        }
    }

    /// A record as a receiver reads it, and why it asks for nothing if it does not; an error only if
    /// the text is no DMARC record at all.
    pub(crate) fn read_published(text: &str) -> Result<(Self, Option<RecordError>), RecordError> {
        let mut elements = elements(text);
        check_version(elements.next().transpose().ok().flatten().as_ref())?;
        let mut record = Self::default();
        let mut bad_policy = None;
        let mut seen = HashSet::new();
        for tag in elements.flatten().filter(|tag| seen.insert(tag.name.to_ascii_lowercase())) {
            match (tag.name.to_ascii_lowercase().as_str(), record.read(&tag)) {
                ("p" | "sp" | "np", Err(error)) => bad_policy = bad_policy.or(Some(error)),
                // One valid address is enough; any other tag outside its grammar is absent.
                ("rua", Err(_)) => record.aggregate_reports = valid_uris(&tag),
                ("ruf", Err(_)) => record.failure_reports = valid_uris(&tag),
                _ => {}
            }
        }
        record.others.clear();
        if bad_policy.is_some() {
            record.policy = Some(Policy::None);
            (record.subdomain_policy, record.nonexistent_policy) = (None, None);
        }
        let reported = !record.aggregate_reports.is_empty();
        let no_policy = || record.policy.is_none().then(|| missing_policy(text));
        let defect = bad_policy.or_else(no_policy).filter(|_| !reported);
        Ok((record, defect))
    }

    /// Takes one tag over, or says that its value is outside its grammar.
    fn read(&mut self, tag: &Tag<'_>) -> Result<(), RecordError> {
        match tag.name.to_ascii_lowercase().as_str() {
            "p" => self.policy = Some(tag.parse()?),
            "sp" => self.subdomain_policy = Some(tag.parse()?),
            "np" => self.nonexistent_policy = Some(tag.parse()?),
            "psd" => self.psd = Some(tag.parse()?),
            "adkim" => self.dkim_alignment = Some(tag.parse()?),
            "aspf" => self.spf_alignment = Some(tag.parse()?),
            "t" => self.testing = Some(yes_or_no(tag)?),
            "fo" => self.failure_options = tag.parse_list(':')?,
            "rua" => self.aggregate_reports = tag.parse_list(',')?,
            "ruf" => self.failure_reports = tag.parse_list(',')?,
            _ => self.others.push((tag.name.to_owned(), tag.value.to_owned())),
        }
        Ok(())
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
        if record.policy.is_none() && record.aggregate_reports.is_empty() {
            return Err(missing_policy(text));
        }
        Ok(record)
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

fn missing_policy(text: &str) -> RecordError {
    RecordError::new(RecordErrorKind::MissingTag { tag: "p" }, text.len()..text.len())
}

fn valid_uris(tag: &Tag<'_>) -> Vec<ReportUri> {
    tag.items(',').filter_map(|uri| uri.parse().ok()).collect()
}

fn yes_or_no(tag: &Tag<'_>) -> Result<bool, RecordError> {
    match tag.value {
        "y" | "Y" => Ok(true),
        "n" | "N" => Ok(false),
        _ => Err(tag.invalid()),
    }
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
