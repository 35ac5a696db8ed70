//! Who sent a report, as far as that is shown.

use crate::Domain;
#[cfg(feature = "verify")]
use crate::auth_results::{AuthenticationResults, Keyword, PropertyType};
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
    /// The mail that carried it passed DMARC for this domain of its author. It counts in a rollout if
    /// that is a known receiver ([`SourceRules::with_reporter`](super::SourceRules::with_reporter)).
    Verified(Domain),
}

#[cfg(feature = "verify")]
impl ReportSender {
    /// What a check of the mail that carried the report has shown.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::report::sources::ReportSender;
    /// use mailkit_auth::verify::{Envelope, VerifyLimits, verify};
    ///
    /// let zone = ZoneSnapshot::new()
    ///     .with_txt("receiver.test", "v=spf1 ip4:192.0.2.1 -all")?
    ///     .with_txt("_dmarc.receiver.test", "v=DMARC1; p=reject")?;
    /// let envelope = Envelope::new([192, 0, 2, 1], "mx.receiver.test", "dmarc@receiver.test");
    /// let mail = b"From: dmarc@receiver.test\r\nContent-Type: text/xml\r\n\r\n<feedback/>\r\n";
    /// let report = verify(&zone, mail, &envelope, SystemTime::UNIX_EPOCH, VerifyLimits::default());
    /// assert_eq!(ReportSender::of_mail(&report)?, ReportSender::Verified("receiver.test".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the DNS gave no answer without which nobody can say whether the mail passes: check it again
    /// later.
    pub fn of_mail(report: &AuthReport) -> Result<Self, DmarcProblem> {
        let dmarc = &report.dmarc;
        let open = dmarc.problem.as_ref().filter(|it| it.result() == DmarcResult::TempError);
        if let Some(problem) = open.filter(|_| may_be_proved(report)) {
            return Err(problem.clone());
        }
        let domain = dmarc.from_domain.clone().filter(|_| dmarc.result == DmarcResult::Pass);
        Ok(domain.map_or(Self::Unverified, Self::Verified))
    }

    /// What the host that received the mail wrote into its `Authentication-Results`.
    ///
    /// The first field of that name counts. If it says nothing about DMARC, or a field above it cannot
    /// be read, nothing is proved: what stands below may be a stranger's. The host must take out the
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
    /// assert_eq!(of("mx.acme.test")?, ReportSender::Verified("receiver.test".parse()?));
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
        Ok(ours.and_then(|results| of_dmarc(&results)).unwrap_or(Self::Unverified))
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

/// Whom a field proves by DMARC, if it does.
#[cfg(feature = "verify")]
fn of_dmarc(results: &AuthenticationResults) -> Option<ReportSender> {
    let mut dmarc = results.results().iter().filter(|it| it.method == Keyword::DMARC);
    let verdict = dmarc.next()?;
    let passed = verdict.result == DmarcResult::Pass.into() && dmarc.next().is_none();
    let is_author =
        |of: &PropertyType, name: &Keyword| *of == PropertyType::HEADER && *name == Keyword::FROM;
    let mut authors = verdict.properties.iter().filter(|it| is_author(&it.property_type, &it.name));
    let author = authors.next().filter(|_| passed).and_then(|it| it.value.as_str().parse().ok());
    author.map(ReportSender::Verified)
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
        let mail = format!("{}From: a@b.test\r\n\r\n", fields.concat());
        let expected = expected
            .map_or(ReportSender::Unverified, |it| ReportSender::Verified(it.parse().unwrap()));
        let found = ReportSender::of_results(mail.as_bytes(), "mx.test", HeaderLimits::default());
        assert_eq!(found, Ok(expected), "{fields:?}");
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
            let found = ReportSender::of_mail(&report).map_err(|problem| problem.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{sender}");
        };
        let own = ZoneSnapshot::new().with_txt("b.test", "v=spf1 ip4:192.0.2.1 -all").unwrap();
        let record = own.clone().with_txt("_dmarc.b.test", "v=DMARC1; p=none").unwrap();
        let verified = ReportSender::Verified("b.test".parse().unwrap());
        let part = own.clone().with_origin(question("b.test"));
        check(record.clone(), "a@b.test", Ok(verified));
        check(record.clone(), "", Ok(ReportSender::Unverified));
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
        check(&["MX.test; spf=pass; dmarc=pass (p=none) header.from=B.test"], Some("b.test"));
        let passed = "mx.test; dmarc=pass header.from=b.test";
        check(&["list.test; dmarc=fail header.from=a.test", passed], Some("b.test"));
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
        check(&[], None);
    }
}
