//! The weights, as a table.

use std::collections::BTreeMap;

use crate::assessment::{Level, Reason};
use crate::code::{Code, Family};
use crate::signal::Finding;
use crate::table::{self, Row, TableError, TableErrorKind};
use crate::weight::Weight;

/// Weights of all reasons, caps of the families, thresholds of the levels, and the prior.
///
/// It reads from a table with a row a line and a tab between cells; `data/model.tsv` is the built-in one:
///
/// ```text
/// prior    -4.5                      how common fraud is before a mail is read
/// level    elevated  -1.5            the score at which a level begins
/// cap      identity  6               the most a family adds (the least, for `trust`)
/// weight   DMARC_FAIL  2             what a reason adds
/// ```
///
/// ```
/// use mailkit_risk::{Code, Model};
///
/// assert!(Model::builtin().weight(Code::PaymentAccountChanged) > Model::builtin().weight(Code::WordingUrgency));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    prior: Weight,
    levels: [Weight; 3],
    caps: BTreeMap<Family, Weight>,
    weights: BTreeMap<Code, Weight>,
}

impl Model {
    /// The model of this version of the crate. Its weights are set by judgement; their reasons stand in the table.
    #[must_use]
    pub fn builtin() -> Self {
        table::built_in(Self::parse(include_str!("../data/model.tsv")))
    }

    /// Reads a model.
    ///
    /// ```
    /// use mailkit_risk::{Model, TableErrorKind};
    ///
    /// let error = Model::parse("prior\tlow\tno number\n").err();
    /// assert_eq!(error.map(|error| error.kind), Some(TableErrorKind::Cell("low".to_owned())));
    /// ```
    ///
    /// # Errors
    /// When a row does not read, stands twice, or a weight, cap or level is missing: the error names the line.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let mut draft = Draft::default();
        for row in table::rows(text) {
            draft.add(&row)?;
        }
        draft.finish(text.lines().count())
    }

    /// What this reason adds before its family's cap.
    #[must_use]
    pub fn weight(&self, code: Code) -> Weight {
        self.weights.get(&code).copied().unwrap_or_default()
    }

    /// The most a family adds; for [`Family::Trust`] the least.
    #[must_use]
    pub fn cap(&self, family: Family) -> Weight {
        self.caps.get(&family).copied().unwrap_or_default()
    }

    /// Where the score starts.
    #[must_use]
    pub fn prior(&self) -> Weight {
        self.prior
    }

    /// The level of a score.
    #[must_use]
    pub fn level(&self, score: Weight) -> Level {
        let [elevated, high, critical] = self.levels;
        match score {
            _ if score >= critical => Level::Critical,
            _ if score >= high => Level::High,
            _ if score >= elevated => Level::Elevated,
            _ => Level::Low,
        }
    }

    /// One reason for each code found, the heaviest first, cut where the family's cap is reached.
    ///
    /// A family adds `min(cap, sum)`, so one more finding, or a heavier one, never lowers the score.
    pub(crate) fn weigh(&self, findings: Vec<Finding>) -> Vec<Reason> {
        let mut first: BTreeMap<Code, Finding> = BTreeMap::new();
        for finding in findings {
            first.entry(finding.code).or_insert(finding);
        }
        let mut found: Vec<Finding> = first.into_values().collect();
        found.sort_by_key(|finding| std::cmp::Reverse(self.strength(finding.code)));
        let mut room = self.caps.clone();
        let mut reasons: Vec<Reason> =
            found.into_iter().map(|finding| self.reason(finding, &mut room)).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(magnitude(reason.weight)));
        reasons
    }

    fn strength(&self, code: Code) -> Weight {
        magnitude(self.weight(code))
    }

    fn reason(&self, finding: Finding, room: &mut BTreeMap<Family, Weight>) -> Reason {
        let family = finding.code.family();
        let room = room.entry(family).or_default();
        let full = self.weight(finding.code);
        let weight = if family == Family::Trust { full.max(*room) } else { full.min(*room) };
        *room = *room - weight;
        Reason {
            code: finding.code,
            family,
            weight,
            place: finding.place,
            evidence: finding.evidence,
            sentence: finding.code.sentence(),
        }
    }
}

fn magnitude(weight: Weight) -> Weight {
    weight.max(Weight::ZERO - weight)
}

#[derive(Default)]
struct Draft {
    prior: Option<Weight>,
    levels: BTreeMap<Level, Weight>,
    caps: BTreeMap<Family, Weight>,
    weights: BTreeMap<Code, Weight>,
}

impl Draft {
    fn add(&mut self, row: &Row<'_>) -> Result<(), TableError> {
        match row.cells.as_slice() {
            ["prior", weight, _] => {
                let weight = read_weight(row, weight)?;
                refuse_second(row, "prior", self.prior.replace(weight))
            }
            ["level", name, weight, _] => {
                let level = Level::ALL.into_iter().skip(1).find(|level| level.as_str() == *name);
                let level = level.ok_or_else(|| row.unreadable(name))?;
                refuse_second(row, name, self.levels.insert(level, read_weight(row, weight)?))
            }
            ["cap", name, weight, _] => {
                let family = Family::ALL.iter().copied().find(|family| family.as_str() == *name);
                let family = family.ok_or_else(|| row.unreadable(name))?;
                let weight = signed(row, name, family, weight)?;
                refuse_second(row, name, self.caps.insert(family, weight))
            }
            ["weight", name, weight, _] => {
                let code: Code = name.parse().map_err(|_| row.unreadable(name))?;
                let weight = signed(row, name, code.family(), weight)?;
                refuse_second(row, name, self.weights.insert(code, weight))
            }
            ["prior" | "level" | "cap" | "weight", ..] => Err(row.error(TableErrorKind::CellCount)),
            [kind, ..] => Err(row.unreadable(kind)),
            [] => Ok(()),
        }
    }

    fn finish(self, last_line: usize) -> Result<Model, TableError> {
        let missing = |name: &str| TableError {
            kind: TableErrorKind::Missing(name.to_owned()),
            line: last_line,
        };
        if let Some(code) = Code::ALL.iter().find(|code| !self.weights.contains_key(code)) {
            return Err(missing(code.as_str()));
        }
        if let Some(family) = Family::ALL.iter().find(|family| !self.caps.contains_key(family)) {
            return Err(missing(family.as_str()));
        }
        let levels: Vec<Weight> = self.levels.into_values().collect();
        let levels: [Weight; 3] = levels.try_into().map_err(|_| missing("level"))?;
        if !levels.is_sorted() {
            return Err(TableError {
                kind: TableErrorKind::Cell("level".to_owned()),
                line: last_line,
            });
        }
        let prior = self.prior.ok_or_else(|| missing("prior"))?;
        Ok(Model { prior, levels, caps: self.caps, weights: self.weights })
    }
}

fn read_weight(row: &Row<'_>, cell: &str) -> Result<Weight, TableError> {
    cell.parse().map_err(|_| row.unreadable(cell))
}

/// Trust lowers the score and everything else raises it: that makes the score monotone by construction.
fn signed(row: &Row<'_>, name: &str, family: Family, cell: &str) -> Result<Weight, TableError> {
    let weight = read_weight(row, cell)?;
    let right =
        if family == Family::Trust { weight <= Weight::ZERO } else { weight >= Weight::ZERO };
    right.then_some(weight).ok_or_else(|| row.error(TableErrorKind::Sign(name.to_owned())))
}

fn refuse_second<T>(row: &Row<'_>, key: &str, previous: Option<T>) -> Result<(), TableError> {
    previous.map_or(Ok(()), |_| Err(row.error(TableErrorKind::Duplicate(key.to_owned()))))
}
