//! The report for a person.

use std::fmt;

use super::{Area, AreaState, CheckupFinding, CheckupReport, RecordChange, Repair};
use crate::checkup::RequirementState;
use crate::visible::reason;

impl fmt::Display for CheckupReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.grade {
            Some(grade) => writeln!(f, "{}: {grade} ({})", self.domain, grade.meaning())?,
            None => writeln!(f, "{}: no grade, the DNS did not answer", self.domain)?,
        }
        writeln!(f)?;
        for area in &self.areas {
            let state = match area.state {
                AreaState::Good => "good",
                AreaState::Weak => "weak",
                AreaState::Broken => "BROKEN",
                AreaState::Absent => "absent",
                AreaState::NotChecked => "not checked",
            };
            let (name, summary) = (area.area.to_string(), reason(area.summary.clone()));
            writeln!(f, "  {name:<9} {state:<12} {summary}")?;
        }
        section(f, "What is wrong", &self.findings)?;
        if !self.repairs.is_empty() {
            writeln!(f, "\nWhat to do")?;
        }
        for (index, repair) in self.repairs.iter().enumerate() {
            self.write_repair(f, index + 1, repair)?;
        }
        self.write_bulk(f)?;
        if !self.gaps.is_empty() {
            writeln!(f, "\nNot checked")?;
        }
        for gap in &self.gaps {
            writeln!(f, "  {}: {}", gap.area, reason(gap.message.clone()))?;
        }
        for limit in &self.limits_hit {
            writeln!(f, "  more {limit} than the limit: the rest was left out")?;
        }
        Ok(())
    }
}

impl CheckupReport {
    fn write_repair(
        &self,
        f: &mut fmt::Formatter<'_>,
        number: usize,
        repair: &Repair,
    ) -> fmt::Result {
        let mut codes: Vec<&str> = Vec::new();
        for finding in repair.findings.iter().filter_map(|index| self.findings.get(*index)) {
            if !codes.contains(&finding.finding.code) {
                codes.push(finding.finding.code);
            }
        }
        writeln!(f, "  {number}. {} ({})", reason(repair.action.clone()), codes.join(", "))?;
        writeln!(f, "     why: {}", repair.reason)?;
        repair.publish.iter().try_for_each(|change| writeln!(f, "     {change}"))
    }

    /// Each receiver on a line, with what is missing and what nobody knows.
    fn write_bulk(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut receiver = None;
        for check in &self.bulk {
            if receiver != Some(check.receiver) {
                receiver = Some(check.receiver);
                writeln!(f, "\nBulk mail to {}", check.receiver)?;
            }
            let state = match check.state {
                RequirementState::Met => "met",
                RequirementState::NotMet => "NOT MET",
                RequirementState::NotChecked => "not checked",
            };
            let name = check.requirement.to_string();
            writeln!(f, "  {name:<22} {state:<12} {}", reason(check.evidence.clone()))?;
        }
        Ok(())
    }
}

fn section(f: &mut fmt::Formatter<'_>, title: &str, findings: &[CheckupFinding]) -> fmt::Result {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    findings.iter().try_for_each(|finding| writeln!(f, "  {finding}"))
}

impl fmt::Display for CheckupFinding {
    /// Severity, code, place and message in one line, then the record, all in visible characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, record_type, finding, .. } = self;
        let (severity, code) = (finding.severity, finding.code);
        write!(f, "{severity} {code} ")?;
        match (record_type, self.area()) {
            (Some(record_type), _) => write!(f, "{name} {record_type}: ")?,
            (None, Area::MtaSts) => write!(f, "https://{name}/.well-known/mta-sts.txt: ")?,
            (None, _) => write!(f, "mail of {name}: ")?,
        }
        write!(f, "{}", reason(finding.message.clone()))?;
        write!(f, " [{}]", finding.reference)?;
        self.text.iter().try_for_each(|text| write!(f, "\n      {}", reason(text.clone())))
    }
}

impl fmt::Display for RecordChange {
    /// What to do, then the line of a zone file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add(record) => write!(f, "add:     {record}"),
            Self::Replace(record) => write!(f, "publish: {record}"),
            Self::Remove(name, record_type) => write!(f, "remove:  {name}. {record_type}"),
        }
    }
}
