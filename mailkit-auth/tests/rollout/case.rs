//! Domains whose evidence allows a step, and what spoils it.

use mailkit_auth::rollout::{
    Added, Advice, CurrentRecord, Day, Evidence, GateName, RolloutPolicy, RolloutStep, SourceClass,
    SourceDay, advise,
};

/// A domain whose evidence allows a step today, to be spoilt in one respect.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) record: &'static str,
    pub(crate) since: u32,
    pub(crate) days: u32,
    pub(crate) age: u32,
    pub(crate) reporters: u32,
    pub(crate) daily: u64,
    pub(crate) extra: Vec<Row>,
}

/// A source on days of the evidence, from and to, with aligned and failed messages a day.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) source: &'static str,
    pub(crate) class: SourceClass,
    pub(crate) days: std::ops::Range<u32>,
    pub(crate) aligned: u64,
    pub(crate) failed: u64,
    pub(crate) detail: fn(SourceDay) -> SourceDay,
}

pub(crate) const NONE: &str = "v=DMARC1; p=none; rua=mailto:d@acme.test";
pub(crate) const QUARANTINE: &str = "v=DMARC1; p=quarantine; rua=mailto:d@acme.test";
pub(crate) const REJECT: &str = "v=DMARC1; p=reject; rua=mailto:d@acme.test";

pub(crate) fn good() -> Case {
    Case { record: NONE, since: 60, days: 60, age: 1, reporters: 3, daily: 300, extra: Vec::new() }
}

pub(crate) fn row(
    source: &'static str,
    class: SourceClass,
    days: std::ops::Range<u32>,
    aligned: u64,
    failed: u64,
) -> Row {
    Row { source, class, days, aligned, failed, detail: |row| row }
}

pub(crate) fn legitimate(days: std::ops::Range<u32>, aligned: u64, failed: u64) -> Row {
    row("crm", SourceClass::Legitimate, days, aligned, failed)
}

impl Case {
    pub(crate) fn with(mut self, row: Row) -> Self {
        self.extra.push(row);
        self
    }

    /// The same with more failures on a day of a source: failures beside what it sent, or instead.
    pub(crate) fn spoilt(&self, pick: usize, at: u32, failed: u64, more: bool) -> Option<Self> {
        let mut case = self.clone();
        let Some(row) = case.extra.get_mut(pick) else {
            let day = at % self.days;
            return Some(case.with(row("people", SourceClass::Unknown, day..day + 1, 0, failed)));
        };
        let day = row.days.start + at.checked_rem(row.days.end - row.days.start)?;
        let lost = if more { 0 } else { failed.min(row.aligned) };
        let on = |days| Row { days, ..row.clone() };
        let worse = Row {
            aligned: row.aligned - lost,
            failed: row.failed + if more { failed } else { lost },
            ..on(day..day + 1)
        };
        let (first, last) = (on(row.days.start..day), on(day + 1..row.days.end));
        case.extra.splice(pick..=pick, [first, worse, last]);
        Some(case)
    }

    pub(crate) fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::default();
        let mut add = |row: SourceDay| assert_eq!(evidence.add(row), Added::Counted);
        for day in 0..self.days {
            for reporter in 0..self.reporters {
                add(source_day(day, "people", SourceClass::Legitimate, reporter)
                    .with_aligned(self.daily));
            }
        }
        for row in &self.extra {
            for day in row.days.clone() {
                let counts = source_day(day, row.source, row.class, 0);
                add((row.detail)(counts.with_aligned(row.aligned).with_failed(row.failed)));
            }
        }
        evidence
    }

    pub(crate) fn advise(&self) -> Advice {
        self.advise_on(&self.evidence())
    }

    pub(crate) fn advise_on(&self, evidence: &Evidence) -> Advice {
        let today = start().plus(self.days - 1 + self.age);
        let published = CurrentRecord::new(self.record.parse().unwrap(), today.minus(self.since));
        advise(evidence, &published, &RolloutPolicy::default(), today.start())
    }

    /// The step advised, and the gates that are not met.
    #[track_caller]
    pub(crate) fn check(&self, step: RolloutStep, unmet: &[GateName]) {
        let advice = self.advise();
        let found: Vec<GateName> = advice.unmet().map(|gate| gate.name).collect();
        assert_eq!((advice.step, found.as_slice()), (step, unmet), "{advice}");
    }

    #[track_caller]
    pub(crate) fn holds(&self, unmet: &[GateName]) {
        self.check(RolloutStep::Hold, unmet);
    }

    #[track_caller]
    pub(crate) fn advances(&self) {
        self.check(RolloutStep::Advance, &[]);
    }
}

pub(crate) fn start() -> Day {
    "2026-01-05".parse().unwrap()
}

pub(crate) fn source_day(day: u32, source: &str, class: SourceClass, reporter: u32) -> SourceDay {
    let reporter = format!("mx{reporter}.test").parse().unwrap();
    SourceDay::new(start().plus(day), source.parse().unwrap(), class, reporter)
}
