//! The DMARC policy record at `_dmarc.<domain>` (RFC 9989 section 4.7).

mod values;

use std::fmt;
use std::str::FromStr;

pub use values::{AlignmentMode, FailureOption, Policy, Psd, ReportUri, ReportUriError};

use super::Tag;
use crate::{RecordError, RecordErrorKind};

/// What a domain asks receivers to do with mail that claims its name without proof.
///
/// ```
/// use mailkit_auth::{DmarcRecord, Policy};
///
/// let record = DmarcRecord::new(Policy::Reject).with_subdomain_policy(Policy::None);
/// assert_eq!(record.to_string(), "v=DMARC1; p=reject; sp=none");
/// assert_eq!(record.to_string().parse(), Ok(record));
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DmarcRecord {
    policy: Option<Policy>,
    subdomain_policy: Option<Policy>,
    nonexistent_policy: Option<Policy>,
    psd: Option<Psd>,
    dkim_alignment: Option<AlignmentMode>,
    spf_alignment: Option<AlignmentMode>,
    testing: Option<bool>,
    failure_options: Vec<FailureOption>,
    aggregate_reports: Vec<ReportUri>,
    failure_reports: Vec<ReportUri>,
    others: Vec<(String, String)>,
}

impl DmarcRecord {
    /// A record that asks for `policy` and leaves every other tag to its default.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy: Some(policy), ..Self::default() }
    }

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
        let mut elements = super::elements(text);
        check_version(elements.next().transpose().ok().flatten().as_ref())?;
        let mut record = Self::default();
        let mut seen = std::collections::HashSet::new();
        for tag in elements.flatten().filter(|tag| seen.insert(tag.name.to_ascii_lowercase())) {
            // A value outside its grammar leaves the tag absent, which is what the standard asks.
            let _absent = record.read(&tag);
        }
        record.others.clear();
        record.has_policy_or_reports(text)
    }

    /// The policy for the domain itself (`p`), `none` if only reports are asked for.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy.unwrap_or(Policy::None)
    }

    /// The policy for existing subdomains (`sp`), by default that of the domain.
    #[must_use]
    pub fn subdomain_policy(&self) -> Policy {
        self.subdomain_policy.unwrap_or_else(|| self.policy())
    }

    /// The policy for subdomains that do not exist (`np`), by default that of subdomains.
    #[must_use]
    pub fn nonexistent_policy(&self) -> Policy {
        self.nonexistent_policy.unwrap_or_else(|| self.subdomain_policy())
    }

    /// Whether the domain is a public suffix (`psd`), by default not known.
    #[must_use]
    pub fn psd(&self) -> Psd {
        self.psd.unwrap_or(Psd::Unknown)
    }

    /// How near the signing domain must be (`adkim`), by default relaxed.
    #[must_use]
    pub fn dkim_alignment(&self) -> AlignmentMode {
        self.dkim_alignment.unwrap_or(AlignmentMode::Relaxed)
    }

    /// How near the bounce domain must be (`aspf`), by default relaxed.
    #[must_use]
    pub fn spf_alignment(&self) -> AlignmentMode {
        self.spf_alignment.unwrap_or(AlignmentMode::Relaxed)
    }

    /// Whether receivers are asked to apply the next weaker policy while testing (`t=y`).
    #[must_use]
    pub fn is_testing(&self) -> bool {
        self.testing.unwrap_or(false)
    }

    /// When failure reports are wanted (`fo`); empty stands for [`FailureOption::All`].
    #[must_use]
    pub fn failure_options(&self) -> &[FailureOption] {
        &self.failure_options
    }

    /// Where aggregate reports go (`rua`).
    #[must_use]
    pub fn aggregate_reports(&self) -> &[ReportUri] {
        &self.aggregate_reports
    }

    /// Where failure reports go (`ruf`).
    #[must_use]
    pub fn failure_reports(&self) -> &[ReportUri] {
        &self.failure_reports
    }

    /// With this policy for existing subdomains (`sp`).
    #[must_use]
    pub fn with_subdomain_policy(mut self, policy: Policy) -> Self {
        self.subdomain_policy = Some(policy);
        self
    }

    /// With this policy for subdomains that do not exist (`np`).
    #[must_use]
    pub fn with_nonexistent_policy(mut self, policy: Policy) -> Self {
        self.nonexistent_policy = Some(policy);
        self
    }

    /// With these alignment modes for DKIM and SPF (`adkim`, `aspf`).
    #[must_use]
    pub fn with_alignment(mut self, dkim: AlignmentMode, spf: AlignmentMode) -> Self {
        self.dkim_alignment = Some(dkim);
        self.spf_alignment = Some(spf);
        self
    }

    /// With what is known about the domain being a public suffix (`psd`).
    #[must_use]
    pub fn with_psd(mut self, psd: Psd) -> Self {
        self.psd = Some(psd);
        self
    }

    /// With one more case in which failure reports are wanted (`fo`).
    #[must_use]
    pub fn with_failure_option(mut self, option: FailureOption) -> Self {
        self.failure_options.push(option);
        self
    }

    /// With the wish that receivers apply the next weaker policy (`t=y`).
    #[must_use]
    pub fn with_testing(mut self) -> Self {
        self.testing = Some(true);
        self
    }

    /// With one more address for aggregate reports (`rua`).
    #[must_use]
    pub fn with_aggregate_reports(mut self, to: ReportUri) -> Self {
        self.aggregate_reports.push(to);
        self
    }

    /// With one more address for failure reports (`ruf`).
    #[must_use]
    pub fn with_failure_reports(mut self, to: ReportUri) -> Self {
        self.failure_reports.push(to);
        self
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
        let tags = super::strict(text)?;
        let mut tags = tags.iter();
        check_version(tags.next())?;
        let mut record = Self::default();
        let mut seen = std::collections::HashSet::new();
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
    let items = tag.value.split(separator).map(|item| item.trim_matches(super::is_space).parse());
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

#[cfg(test)]
mod tests;
