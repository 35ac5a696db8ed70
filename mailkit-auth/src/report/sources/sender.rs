//! Who sent a report, as far as that is shown.

use super::ReportAuthor;
#[cfg(feature = "verify")]
use crate::Domain;
#[cfg(feature = "verify")]
use crate::auth_results::{AuthenticationResults, Keyword, PropertyType};
#[cfg(feature = "verify")]
use crate::author::{a_labels, only_address};
#[cfg(feature = "verify")]
use crate::dmarc::{DmarcProblem, DmarcResult};
#[cfg(feature = "verify")]
use crate::message::RawMessage;
#[cfg(feature = "verify")]
use crate::spf::SpfResult;
#[cfg(feature = "verify")]
use crate::verify::{AuthReport, DkimResult, HeaderError, HeaderLimits};

/// Who sent a report, as far as that is shown.
///
/// Whoever writes a report writes any name into it. But the mail that carries one must pass DMARC (RFC
/// 7489 section 7.2.1.1), so that it shows whose report it is. With feature `verify` both ways to learn
/// that are here: [`of_mail`](Self::of_mail) from a check of one's own,
/// [`of_results`](Self::of_results) from what the receiving host wrote on top of the mail.
///
/// ```
/// use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport};
/// use mailkit_auth::report::sources::{ReportSender, SourceLimits, SourceRules, Sources};
///
/// let xml = "<feedback><report_metadata><org_name>Google</org_name><report_id>1</report_id>
///   <date_range><begin>1772323200</begin><end>1772409599</end></date_range></report_metadata>
///   <record><row><source_ip>192.0.2.1</source_ip><count>3</count></row>
///   <identifiers><header_from>acme.test</header_from></identifiers></record></feedback>";
/// let report = AggregateReport::read(xml.as_bytes(), AggregateLimits::default())?;
/// let mut sources = Sources::new(SourceRules::default(), SourceLimits::default());
/// sources.add(&report, &ReportSender::Unverified)?;
/// sources.add(&report, &ReportSender::Verified("mail.evil.test".parse()?))?;
/// let (source, _) = sources.totals().next().ok_or("no source")?;
/// let reporters: Vec<String> = sources.days(source).map(|(_, by, _)| by.to_string()).collect();
/// assert_eq!(reporters, ["google (unverified)", "mail.evil.test"]);
/// // Neither is a receiver that anybody knows.
/// let evidence = sources.evidence(&"acme.test".parse()?);
/// assert_eq!((evidence.sources().count(), evidence.unknown_reporters().count()), (0, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportSender {
    /// The caller knows that the report is of whom it names: it was fetched from that one, or its mail
    /// was checked when it came.
    Trusted,
    /// Nobody has shown who sent it: it does not count in a rollout.
    Unverified,
    /// The mail that carried it passed DMARC for the domain of this author. It counts in a rollout if
    /// that is a known receiver ([`SourceRules::with_reporter`](super::SourceRules::with_reporter)).
    Verified(ReportAuthor),
}

#[cfg(feature = "verify")]
impl ReportSender {
    /// What a check of the mail that carried the report has shown.
    ///
    /// Most signatures of receivers cover no `Content-Type`, so that whoever sends a signed mail on chooses
    /// how its text is read. So the address of the author decides who reports; and a mail with two such
    /// fields proves nothing.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::report::sources::ReportSender;
    /// use mailkit_auth::verify::{Envelope, HeaderLimits, VerifyLimits, verify};
    ///
    /// let zone = ZoneSnapshot::new()
    ///     .with_txt("receiver.test", "v=spf1 ip4:192.0.2.1 -all")?
    ///     .with_txt("_dmarc.receiver.test", "v=DMARC1; p=reject")?;
    /// let envelope = Envelope::new([192, 0, 2, 1], "mx.receiver.test", "dmarc@receiver.test");
    /// let mail = b"From: dmarc@receiver.test\r\nContent-Type: text/xml\r\n\r\n<feedback/>\r\n";
    /// let report = verify(&zone, mail, &envelope, SystemTime::UNIX_EPOCH, VerifyLimits::default());
    /// let sender = ReportSender::of_mail(&report, mail, HeaderLimits::default())?;
    /// assert_eq!(sender, ReportSender::Verified("dmarc@receiver.test".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the DNS gave no answer without which nobody can say whether the mail passes: check it again
    /// later.
    pub fn of_mail(
        report: &AuthReport,
        mail: &[u8],
        limits: HeaderLimits,
    ) -> Result<Self, DmarcProblem> {
        let dmarc = &report.dmarc;
        let open = dmarc.problem.as_ref().filter(|it| it.result() == DmarcResult::TempError);
        if let Some(problem) = open.filter(|_| may_be_proved(report)) {
            return Err(problem.clone());
        }
        let domain = dmarc.from_domain.clone().filter(|_| dmarc.result == DmarcResult::Pass);
        let raw = RawMessage::read(mail, limits).ok();
        let author = raw.zip(domain).and_then(|(raw, domain)| author_of(&raw, domain));
        Ok(author.map_or(Self::Unverified, Self::Verified))
    }

    /// What the host that received the mail wrote into its `Authentication-Results`.
    ///
    /// The address is that of the From field. The first field of the host's name counts. If it says
    /// nothing about DMARC, or a field above it cannot be read, nothing is proved: what stands below may be a stranger's. The host must take out the
    /// fields that strangers wrote under its name (RFC 8601 section 5;
    /// [`without_results_of`](crate::auth_results::without_results_of)), and each mail must have come
    /// over it.
    ///
    /// ```
    /// use mailkit_auth::report::sources::ReportSender;
    /// use mailkit_auth::verify::HeaderLimits;
    ///
    /// let mail = b"Authentication-Results: mx.acme.test; dmarc=pass header.from=receiver.test\r\n\
    ///     From: dmarc@receiver.test\r\n\r\n<feedback/>\r\n";
    /// let of = |host| ReportSender::of_results(mail, host, HeaderLimits::default());
    /// assert_eq!(of("mx.acme.test")?, ReportSender::Verified("dmarc@receiver.test".parse()?));
    /// assert_eq!(of("mx.evil.test")?, ReportSender::Unverified);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the header is malformed or beyond the limits.
    pub fn of_results(
        mail: &[u8],
        authserv_id: &str,
        limits: HeaderLimits,
    ) -> Result<Self, HeaderError> {
        let raw = RawMessage::read(mail, limits)?;
        let fields = raw.fields.iter().filter(|field| field.is("Authentication-Results"));
        let read = fields.map(|field| std::str::from_utf8(field.value).ok()?.parse().ok());
        let is_ours = |results: &Option<AuthenticationResults>| {
            let id = results.as_ref().map(AuthenticationResults::authserv_id);
            id.is_none_or(|id| id.eq_ignore_ascii_case(authserv_id))
        };
        let ours = read.into_iter().find(is_ours).flatten();
        let domain = ours.and_then(|results| proved_by(&results));
        let author = domain.and_then(|domain| author_of(&raw, domain));
        Ok(author.map_or(Self::Unverified, Self::Verified))
    }
}

/// The author of a mail that passes DMARC for this domain. A mail that programs read in several ways
/// has none: what one of them finds in it need not be what was signed.
#[cfg(feature = "verify")]
fn author_of(mail: &RawMessage<'_>, domain: Domain) -> Option<ReportAuthor> {
    let is_repeated = |name: &&str| mail.named(name).nth(1).is_some();
    if ["Content-Type", "Content-Transfer-Encoding"].iter().any(is_repeated) {
        return None;
    }
    let from = mail.named("From").map(|field| field.value);
    match only_address(from, a_labels) {
        Some((_, of)) if of != domain => None,
        Some((local_part, _)) => Some(ReportAuthor::from_address(&local_part, domain)),
        None => Some(ReportAuthor::from_domain(domain)),
    }
}

/// Whether SPF or a signature passes, or might have: else no record of DMARC makes the mail pass.
#[cfg(feature = "verify")]
fn may_be_proved(report: &AuthReport) -> bool {
    matches!(report.spf.result, SpfResult::Pass | SpfResult::TempError)
        || report
            .dkim
            .iter()
            .any(|it| matches!(it.result, DkimResult::Pass | DkimResult::TempError))
}

/// The domain that a field proves by DMARC, if it proves one.
#[cfg(feature = "verify")]
fn proved_by(results: &AuthenticationResults) -> Option<Domain> {
    let mut dmarc = results.results().iter().filter(|it| it.method == Keyword::DMARC);
    let verdict = dmarc.next()?;
    let passed = verdict.result == DmarcResult::Pass.into() && dmarc.next().is_none();
    let is_author =
        |of: &PropertyType, name: &Keyword| *of == PropertyType::HEADER && *name == Keyword::FROM;
    let mut authors = verdict.properties.iter().filter(|it| is_author(&it.property_type, &it.name));
    let author = authors.next().filter(|_| passed && authors.next().is_none())?;
    author.value.as_str().parse().ok()
}

#[cfg(test)]
#[cfg(feature = "verify")]
mod tests {
    use super::*;
    use crate::lookup::ZoneSnapshot;

    #[track_caller]
    fn check(fields: &[&str], expected: Option<&str>) {
        let fields: Vec<String> =
            fields.iter().map(|value| format!("Authentication-Results: {value}\r\n")).collect();
        check_mail(&format!("{}From: a@b.test\r\n\r\n", fields.concat()), expected);
    }

    #[track_caller]
    fn check_mail(mail: &str, expected: Option<&str>) {
        let expected = expected
            .map_or(ReportSender::Unverified, |it| ReportSender::Verified(it.parse().unwrap()));
        let found = ReportSender::of_results(mail.as_bytes(), "mx.test", HeaderLimits::default());
        assert_eq!(found, Ok(expected), "{mail}");
    }

    /// What the DNS does not say is no verdict, unless nothing that it could say would change it.
    #[test]
    fn what_the_dns_does_not_say_is_open() {
        use crate::verify::{Envelope, VerifyLimits, verify};

        let question = |text: &str| text.parse().unwrap();
        let check = |zone: ZoneSnapshot, sender: &str, expected: Result<ReportSender, &str>| {
            let envelope = Envelope::new([192, 0, 2, 1], "unknown", sender);
            let mail = b"From: a@b.test\r\n\r\n";
            let now = std::time::SystemTime::UNIX_EPOCH;
            let report = verify(&zone, mail, &envelope, now, VerifyLimits::default());
            let found = ReportSender::of_mail(&report, mail, HeaderLimits::default())
                .map_err(|problem| problem.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{sender}");
        };
        let own = ZoneSnapshot::new().with_txt("b.test", "v=spf1 ip4:192.0.2.1 -all").unwrap();
        let record = own.clone().with_txt("_dmarc.b.test", "v=DMARC1; p=none").unwrap();
        let verified = ReportSender::Verified("a@b.test".parse().unwrap());
        let part = own.with_origin(question("b.test"));
        check(record.clone(), "a@b.test", Ok(verified));
        check(record, "", Ok(ReportSender::Unverified));
        check(
            ZoneSnapshot::new().with_origin(question("c.test")),
            "",
            Ok(ReportSender::Unverified),
        );
        check(
            ZoneSnapshot::new().with_origin(question("c.test")),
            "a@b.test",
            Err("no answer to _dmarc.b.test TXT"),
        );
        check(part, "a@b.test", Err("no answer to _dmarc.test TXT"));
    }

    #[test]
    fn results_of_the_receiving_host() {
        check(&["MX.test; spf=pass; dmarc=pass (p=none) header.from=B.test"], Some("a@b.test"));
        let passed = "mx.test; dmarc=pass header.from=b.test";
        check(&["list.test; dmarc=fail header.from=a.test", passed], Some("a@b.test"));
        // What stands below the host's own field may be a stranger's, whatever the own one is.
        for own in [
            "mx.test; spf=pass smtp.mailfrom=b.test",
            "mx.test; none",
            "mx.test; dmarc=",
            "mx.test; spf=pass (never closed",
            "mx.test; dmarc=fail header.from=b.test",
            "\u{1}",
        ] {
            check(&[own, passed], None);
        }
        check(&["mx.test; dmarc=fail header.from=b.test"], None);
        check(&["mx.test; dmarc=pass"], None);
        check(&["mx.test; dmarc=pass smtp.mailfrom=b.test"], None);
        check(&["other.test; dmarc=pass header.from=b.test"], None);
        check(&["mx.test.evil.test; dmarc=pass header.from=b.test"], None);
        check(&["mx.test; dkim=pass header.d=b.test"], None);
        // The host's own field stands above what a stranger wrote.
        check(
            &["mx.test; dmarc=fail header.from=a.test", "mx.test; dmarc=pass header.from=b.test"],
            None,
        );
        check(&["mx.test; dmarc=pass header.from=a.test; dmarc=pass header.from=b.test"], None);
        check(&["mx.test; dmarc=pass header.from=b.test header.from=b.test"], None);
        check(&["mx.test; dmarc=pass header.from=a.test"], None);
        check(&[], None);
    }

    /// Who sends a signed mail on may add fields that no signature covers.
    #[test]
    fn mails_that_are_read_in_several_ways() {
        let check = |fields: &str, expected| {
            let passed = "Authentication-Results: mx.test; dmarc=pass header.from=b.test";
            check_mail(&format!("{passed}\r\n{fields}\r\n\r\n"), expected);
        };
        check("From: A@b.test\r\nContent-Type: text/xml", Some("a@b.test"));
        check("From: Ann <a@B.test>", Some("a@b.test"));
        check("From: a@b.test\r\nContent-Type: a/b\r\ncontent-type: c/d", None);
        check(
            "From: a@b.test\r\nContent-Transfer-Encoding: x\r\nContent-Transfer-Encoding: y",
            None,
        );
        // The domain is proved, and which address wrote is not plain to see.
        for from in
            ["From: a@b.test, c@b.test", "From: \"a b\"@b.test", "From: a@b.test\r\nFrom: c@b.test"]
        {
            check(from, Some("b.test"));
        }
    }
}
