//! Faults that are planted into valid records.

use std::fmt;

use mailkit_auth::lint::{Finding, TxtFinding};

/// A kind of record: valid shapes of it, and the faults that can be planted into them.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) shapes: Vec<String>,
    pub(crate) lint: fn(&str) -> Vec<Finding>,
    pub(crate) seeds: Vec<Seed>,
}

/// One fault, by the code of the rule that should tell it.
pub(crate) struct Seed {
    pub(crate) code: &'static str,
    pub(crate) plant: Plant,
}

/// How a fault comes into a shape; the number varies the fault.
pub(crate) enum Plant {
    /// It changes the text, or finds no place for itself.
    Text(fn(&str, usize) -> Option<String>),
    /// It makes something else of the text, such as a set of records, and lints that.
    Found(fn(&str, usize) -> Option<Vec<Finding>>),
}

/// A fault of a text.
pub(crate) fn text(code: &'static str, plant: fn(&str, usize) -> Option<String>) -> Seed {
    Seed { code, plant: Plant::Text(plant) }
}

/// A fault of something else.
pub(crate) fn found(code: &'static str, plant: fn(&str, usize) -> Option<Vec<Finding>>) -> Seed {
    Seed { code, plant: Plant::Found(plant) }
}

/// The findings of a set, without the record they are about.
pub(crate) fn plain(findings: Vec<TxtFinding>) -> Vec<Finding> {
    findings.into_iter().map(|it| it.finding).collect()
}

impl Kind {
    /// Plants a fault into every shape that has a place for it.
    pub(crate) fn plant(&self, seed: &Seed) -> Score {
        let mut score = Score::default();
        for (number, shape) in self.shapes.iter().enumerate() {
            let before = (self.lint)(shape);
            assert!(before.iter().all(|it| it.code != seed.code), "{shape:?} has {}", seed.code);
            let (planted, findings) = match seed.plant {
                Plant::Text(plant) => match plant(shape, number) {
                    Some(text) => (text.clone(), (self.lint)(&text)),
                    None => continue,
                },
                Plant::Found(plant) => match plant(shape, number) {
                    Some(findings) => (shape.clone(), findings),
                    None => continue,
                },
            };
            score.total += 1;
            match findings.iter().any(|it| it.code == seed.code) {
                true => score.caught += 1,
                false => score.missed.push(format!("{}: {planted}", seed.code)),
            }
        }
        score
    }
}

/// How many planted faults were told.
#[derive(Default)]
pub(crate) struct Score {
    pub(crate) caught: usize,
    pub(crate) total: usize,
    pub(crate) missed: Vec<String>,
}

impl Score {
    pub(crate) fn add(&mut self, other: Self) {
        self.caught += other.caught;
        self.total += other.total;
        self.missed.extend(other.missed);
    }

    pub(crate) fn rate(&self) -> f64 {
        let number = |count| f64::from(u32::try_from(count).expect("a small number"));
        number(self.caught) / number(self.total.max(1))
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.caught, self.total)
    }
}
