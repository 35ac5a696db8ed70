//! How a DMARC record is read and written.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use super::{DmarcRecord, ReportUri};
use crate::record::tag_list::{
    self, FromTags, Grammar, MAX_OCTETS, Seen, Tag, check_length, check_version, elements, missing,
};
use crate::{Policy, RecordError};

impl DmarcRecord {
    /// Reads a record the way a receiver does: only the version must be right.
    ///
    /// Tags that are malformed or outside their grammar count as absent (RFC 9989 section 4.7), and
    /// of a tag that stands twice the first counts. One slip in `p`, `sp` or `np` voids all three:
    /// receivers act as if they had found `p=none`, if there is a valid `rua` address, and the record
    /// asks for nothing if not (section 4.10.1). Where `p` is merely absent, the record counts as if
    /// it held `p=none` beside the rest of it (section 4.7). To check a record before it is
    /// published, use [`FromStr`] or [`crate::lint::lint_dmarc`].
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
    /// If the text is no DMARC record, is longer than 8 KiB, or has neither valid policies nor a
    /// valid report address.
    pub fn from_published(text: &str) -> Result<Self, RecordError> {
        match Self::read_published(text)? {
            (record, None) => Ok(record),
            (_, Some(defect)) => Err(defect),
        }
    }

    /// A record as a receiver reads it, and why it asks for nothing if it does not, such as one that is
    /// too long; an error only if the text is no DMARC record at all
    /// ([`RecordKind::is_record`](crate::record::RecordKind::is_record)).
    pub(crate) fn read_published(text: &str) -> Result<(Self, Option<RecordError>), RecordError> {
        let mut elements = elements(text, Self::GRAMMAR);
        check_version(elements.next().transpose().ok().flatten().as_ref(), VERSION)?;
        let mut record = Self::empty();
        if let Err(error) = check_length(text, MAX_OCTETS) {
            return Ok((record, Some(error)));
        }
        let mut bad_policy = None;
        let mut seen = Seen::of_names(Self::GRAMMAR);
        for tag in elements.flatten().filter(|tag| seen.insert(tag.name)) {
            let Err(error) = record.read(&tag) else { continue };
            match () {
                () if is_policy(tag.name) => bad_policy = bad_policy.or(Some(error)),
                // One valid address is enough; any other tag outside its grammar is absent.
                () if is(&tag, "rua") => record.aggregate_reports = valid_uris(&tag),
                () if is(&tag, "ruf") => record.failure_reports = valid_uris(&tag),
                () => {}
            }
        }
        if bad_policy.is_some() {
            record.policy = Some(Policy::None);
            (record.subdomain_policy, record.nonexistent_policy) = (None, None);
        }
        let reported = !record.aggregate_reports.is_empty();
        let no_policy = || record.policy.is_none().then(|| missing("p", text.len()));
        let defect = bad_policy.or_else(no_policy).filter(|_| !reported);
        Ok((record, defect))
    }

    /// Takes one tag over, or says that its value is outside its grammar.
    fn read(&mut self, tag: &Tag<'_>) -> Result<(), RecordError> {
        let is = |name: &str| is(tag, name);
        match () {
            () if is("p") => self.policy = Some(tag.parse()?),
            () if is("sp") => self.subdomain_policy = Some(tag.parse()?),
            () if is("np") => self.nonexistent_policy = Some(tag.parse()?),
            () if is("psd") => self.psd = Some(tag.parse()?),
            () if is("adkim") => self.dkim_alignment = Some(tag.parse()?),
            () if is("aspf") => self.spf_alignment = Some(tag.parse()?),
            () if is("t") => self.testing = Some(yes_or_no(tag)?),
            () if is("fo") => self.failure_options = tag.parse_list(b':')?,
            () if is("rua") => self.aggregate_reports = tag.parse_list(b',')?,
            () if is("ruf") => self.failure_reports = tag.parse_list(b',')?,
            () => self.others.push((tag.name.to_owned(), tag.value.to_owned())),
        }
        Ok(())
    }
}

/// Whether the tag has this name, in any case of its letters.
fn is(tag: &Tag<'_>, name: &str) -> bool {
    tag.name.eq_ignore_ascii_case(name)
}

/// Whether a slip in the tag of this name voids all policies.
fn is_policy(name: &str) -> bool {
    ["p", "sp", "np"].iter().any(|policy| name.eq_ignore_ascii_case(policy))
}

impl FromTags for DmarcRecord {
    const GRAMMAR: Grammar = Grammar::AnyCase;

    fn from_tags<'a, T: Borrow<Tag<'a>>>(
        mut tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError> {
        let first = tags.next().transpose()?;
        check_version(first.as_ref().map(Borrow::borrow), VERSION)?;
        let mut record = Self::empty();
        tags.try_for_each(|tag| record.read(tag?.borrow()))?;
        if record.policy.is_none() && record.aggregate_reports.is_empty() {
            return Err(missing("p", end));
        }
        Ok(record)
    }
}

impl FromStr for DmarcRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        tag_list::read(text)
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

fn valid_uris(tag: &Tag<'_>) -> Vec<ReportUri> {
    tag.items(b',').filter_map(|(uri, _)| uri.parse().ok()).collect()
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
