//! A verdict in words, and the course of its check in characters.

use std::fmt;

use super::{SpfResult, SpfVerdict};
use crate::spf::{SpfTermTrace, SpfTrace, TermOutcome};
use crate::visible::escaped;

impl fmt::Display for SpfVerdict {
    /// The result and the reason on one line. The alternate form, `{:#}`, has lines for the terms that
    /// were tried, for what they took and for the explanation of the domain, each with its end.
    ///
    /// ```
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::spf::{SpfRequest, check_host};
    ///
    /// let zone = ZoneSnapshot::new().with_txt("acme.test", "v=spf1 a -all")?;
    /// let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
    /// let verdict = check_host(&zone, &request);
    /// assert_eq!(verdict.to_string(), "fail: `-all` of acme.test matches");
    /// let drawn = "\
    /// fail: `-all` of acme.test matches
    /// acme.test: v=spf1 a -all
    /// ├─ a  does not match, 1 lookup
    /// └─ -all  matches
    /// 1 of 10 lookups, 1 of 2 void
    /// ";
    /// assert_eq!(format!("{verdict:#}"), drawn);
    /// # Ok::<(), mailkit_auth::lookup::NameError>(())
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.result, self.reason())?;
        if !f.alternate() {
            return Ok(());
        }
        writeln!(f)?;
        if let Some(trace) = &self.trace() {
            // A check that has no answer ends there, so what was not read is what nobody answered.
            let is_open = self.result == SpfResult::TempError;
            draw(f, trace, if is_open { "no answer" } else { "no record" }, "")?;
        }
        let (lookups, void) = (self.limits.lookups, self.limits.void_lookups);
        writeln!(f, "{} of {lookups} lookups, {} of {void} void", self.lookups, self.void_lookups)?;
        match &self.explanation {
            Some(explanation) => writeln!(f, "the domain says: {}", escaped(explanation)),
            None => Ok(()),
        }
    }
}

fn draw(f: &mut fmt::Formatter<'_>, trace: &SpfTrace, absent: &str, margin: &str) -> fmt::Result {
    let record = trace.record.as_deref().unwrap_or(absent);
    writeln!(f, "{margin}{}: {}", trace.domain, escaped(record))?;
    let mut terms = trace.terms.iter().peekable();
    while let Some(term) = terms.next() {
        let (branch, below) =
            if terms.peek().is_some() { ("├─", "│  ") } else { ("└─", "   ") };
        write!(f, "{margin}{branch} {}  ", escaped(trace.text(term)))?;
        describe(f, term)?;
        if let Some(nested) = &term.nested {
            draw(f, nested, absent, &format!("{margin}{below}"))?;
        }
    }
    Ok(())
}

/// What came of a term and what it took.
fn describe(f: &mut fmt::Formatter<'_>, term: &SpfTermTrace) -> fmt::Result {
    f.write_str(match term.outcome {
        TermOutcome::Matched => "matches",
        TermOutcome::NotMatched => "does not match",
        TermOutcome::Failed => "fails",
    })?;
    match term.lookups {
        0 => writeln!(f),
        1 => writeln!(f, ", 1 lookup"),
        lookups => writeln!(f, ", {lookups} lookups"),
    }
}

#[cfg(test)]
mod tests {
    use crate::lookup::ZoneSnapshot;
    use crate::spf::{SpfRequest, check_host};

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    #[track_caller]
    fn check(zone: &ZoneSnapshot, sender: &str, line: &str, below: &str) {
        let verdict = check_host(zone, &SpfRequest::new([192, 0, 2, 7], "mx.test", sender));
        assert_eq!(verdict.to_string(), line);
        assert_eq!(format!("{verdict:#}"), format!("{line}\n{below}"));
    }

    #[test]
    fn what_a_stranger_wrote_is_escaped() -> TestResult {
        let zone = ZoneSnapshot::new()
            .with_txt("acme.test", "v=spf1 include:b.test -all exp=why.acme.test")?
            .with_txt("b.test", "v=spf1 ip4:198.51.100.0/24 a:%{h}.b.test -all")?
            .with_txt("why.acme.test", "ask %{i}")?
            .with_txt("bad.test", "v=spf1 \u{1b}[2J -all")?;
        let below = "\
acme.test: v=spf1 include:b.test -all exp=why.acme.test
├─ include:b.test  does not match, 2 lookups
│  b.test: v=spf1 ip4:198.51.100.0/24 a:%{h}.b.test -all
│  ├─ ip4:198.51.100.0/24  does not match
│  ├─ a:%{h}.b.test  does not match, 1 lookup
│  └─ -all  matches
└─ -all  matches
2 of 10 lookups, 1 of 2 void
the domain says: ask 192.0.2.7
";
        check(&zone, "a@acme.test", "fail: `-all` of acme.test matches", below);
        let reason = "permerror: the SPF record of bad.test is invalid: unexpected character \
                      '\\u{1b}' at byte 7";
        let below = "bad.test: v=spf1 \\u{1b}[2J -all\n0 of 10 lookups, 0 of 2 void\n";
        check(&zone, "a@bad.test", reason, below);
        let below = "0 of 10 lookups, 0 of 2 void\n";
        check(&zone, "a@test", "none: the name in the envelope is not a domain", below);
        Ok(())
    }

    #[test]
    fn no_answer_is_not_no_record() -> TestResult {
        let zone = ZoneSnapshot::new().with_temporary_failure("acme.test")?;
        let below = "acme.test: no answer\n0 of 10 lookups, 0 of 2 void\n";
        check(&zone, "a@acme.test", "temperror: no answer to acme.test TXT", below);
        let below = "b.test: no record\n0 of 10 lookups, 0 of 2 void\n";
        check(&zone, "a@b.test", "none: b.test has no SPF record", below);
        Ok(())
    }
}
