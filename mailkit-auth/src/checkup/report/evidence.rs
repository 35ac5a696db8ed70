//! What the DNS answered.

use crate::lookup::{Answer, Name, Question, RecordType};
use crate::zone::ZoneRecord;

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Evidence {
    /// The name asked about.
    pub name: Name,
    /// The type of record asked for.
    pub record_type: RecordType,
    /// The answer.
    pub observation: Observation,
}

/// An answer of the DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Observation {
    /// These records, each as a zone file writes its data, in visible ASCII.
    Records(Vec<String>),
    /// The name has no record of this type.
    NoRecords,
    /// The name does not exist.
    NoSuchName,
    /// No answer.
    NoAnswer,
}

impl Evidence {
    pub(in crate::checkup) fn new(question: &Question, answer: &Answer) -> Self {
        let text = |data| ZoneRecord::new(question.name.clone(), 0, data).data_text();
        let observation = match answer {
            Answer::Records(records) => {
                Observation::Records(records.iter().cloned().map(text).collect())
            }
            Answer::NoRecords => Observation::NoRecords,
            Answer::NoSuchName => Observation::NoSuchName,
            Answer::TemporaryFailure => Observation::NoAnswer,
        };
        Self { name: question.name.clone(), record_type: question.record_type, observation }
    }
}
