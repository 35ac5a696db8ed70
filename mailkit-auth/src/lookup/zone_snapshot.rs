//! Answers from memory.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Answer, Lookup, Name, NameError, Question, RecordData, RecordType, Records};

/// DNS records in memory: for tests, for checks of records not yet published, for replays.
///
/// A name exists if it, or a name under it, has a record (RFC 8020); every other name is answered
/// with [`Answer::NoSuchName`].
///
/// ```
/// use mailkit_auth::lookup::{Answer, Lookup, Name, Question, RecordType, ZoneSnapshot};
///
/// let zone = ZoneSnapshot::new()
///     .with_txt("acme.test", "v=spf1 mx -all")?
///     .with_mx("acme.test", 10, "mx.acme.test")?
///     .with_address("mx.acme.test", [192, 0, 2, 1])?;
/// let question = Question::new(Name::new("mx.acme.test")?, RecordType::Txt);
/// assert_eq!(zone.answer(&question), Answer::NoRecords);
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ZoneSnapshot {
    nodes: BTreeMap<Name, Node>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// The records of each type that the name has.
    records: Vec<(RecordType, Records)>,
    alias: Option<Name>,
    fails: bool,
}

impl Node {
    fn records(&self, record_type: RecordType) -> Option<&Records> {
        self.records.iter().find_map(|(of, records)| (*of == record_type).then_some(records))
    }

    fn push(&mut self, data: RecordData) {
        let record_type = data.record_type();
        match self.records.iter_mut().find(|(of, _)| *of == record_type) {
            Some((_, records)) => records.push(data),
            None => self.records.push((record_type, Records::from(vec![data]))),
        }
    }
}

impl ZoneSnapshot {
    /// A snapshot in which no name exists.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record of any type. Of two aliases of a name the last counts.
    #[must_use]
    pub fn with_record(mut self, name: Name, data: RecordData) -> Self {
        let node = self.node(name);
        match data {
            RecordData::Cname(target) => node.alias = Some(target),
            data => node.push(data),
        }
        self
    }

    /// Adds an address record, A or AAAA.
    ///
    /// # Errors
    ///
    /// If `name` is not a [`Name`].
    pub fn with_address(self, name: &str, address: impl Into<IpAddr>) -> Result<Self, NameError> {
        Ok(self.with_record(Name::new(name)?, RecordData::from(address.into())))
    }

    /// Adds an alias (CNAME): every question about `name` is answered for `target`.
    ///
    /// # Errors
    ///
    /// If one of them is not a [`Name`].
    pub fn with_alias(self, name: &str, target: &str) -> Result<Self, NameError> {
        let target = Name::new(target)?;
        Ok(self.with_record(Name::new(name)?, RecordData::Cname(target)))
    }

    /// Adds a mail exchanger; `.` as `exchange` is the null MX (RFC 7505).
    ///
    /// # Errors
    ///
    /// If one of them is not a [`Name`].
    pub fn with_mx(self, name: &str, preference: u16, exchange: &str) -> Result<Self, NameError> {
        let exchange = Name::new(exchange)?;
        Ok(self.with_record(Name::new(name)?, RecordData::Mx { preference, exchange }))
    }

    /// Adds a name for an address, under the reverse name of that address.
    ///
    /// # Errors
    ///
    /// If `target` is not a [`Name`].
    pub fn with_ptr(self, address: impl Into<IpAddr>, target: &str) -> Result<Self, NameError> {
        let target = Name::new(target)?;
        Ok(self.with_record(Name::reverse(address.into()), RecordData::Ptr(target)))
    }

    /// Lets every question about `name` fail for which it has no record, as a broken server does.
    ///
    /// # Errors
    ///
    /// If `name` is not a [`Name`].
    pub fn with_temporary_failure(mut self, name: &str) -> Result<Self, NameError> {
        self.node(Name::new(name)?).fails = true;
        Ok(self)
    }

    /// Adds a text record.
    ///
    /// # Errors
    ///
    /// If `name` is not a [`Name`].
    pub fn with_txt(self, name: &str, text: impl Into<Vec<u8>>) -> Result<Self, NameError> {
        Ok(self.with_record(Name::new(name)?, RecordData::Txt(text.into())))
    }

    /// The alias of a name itself, not followed.
    fn alias(&self, name: &Name) -> Answer {
        match self.nodes.get(name) {
            None => Answer::NoSuchName,
            Some(Node { alias: Some(target), .. }) => {
                Answer::from(vec![RecordData::Cname(target.clone())])
            }
            Some(Node { fails: true, .. }) => Answer::TemporaryFailure,
            Some(_) => Answer::NoRecords,
        }
    }

    /// The node of a name; its ancestors come to exist with it.
    fn node(&mut self, name: Name) -> &mut Node {
        let mut ancestor = name.parent();
        while let Some(name) = ancestor {
            ancestor = name.parent();
            self.nodes.entry(name).or_default();
        }
        self.nodes.entry(name).or_default()
    }

    /// The node at the end of the aliases; `Err` where they form a loop or too long a chain.
    fn resolve(&self, name: &Name) -> Result<Option<&Node>, AliasLoop> {
        let mut node = self.nodes.get(name);
        for _ in 0..MAX_ALIASES {
            match node.and_then(|node| node.alias.as_ref()) {
                Some(target) => node = self.nodes.get(target),
                None => return Ok(node),
            }
        }
        Err(AliasLoop)
    }
}

impl Lookup for ZoneSnapshot {
    fn answer(&self, question: &Question) -> Answer {
        if question.record_type == RecordType::Cname {
            return self.alias(&question.name);
        }
        let node = match self.resolve(&question.name) {
            Ok(Some(node)) => node,
            Ok(None) => return Answer::NoSuchName,
            Err(AliasLoop) => return Answer::TemporaryFailure,
        };
        match node.records(question.record_type) {
            Some(records) => Answer::Records(records.clone()),
            None if node.fails => Answer::TemporaryFailure,
            None => Answer::NoRecords,
        }
    }
}

struct AliasLoop;

/// Aliases followed for one question, as resolvers commonly limit them.
const MAX_ALIASES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() -> Result<(), NameError> {
        let zone = ZoneSnapshot::new()
            .with_address("a.b.test", [192, 0, 2, 1])?
            .with_alias("alias.test", "A.b.Test")?
            .with_alias("loop.test", "loop.test")?
            .with_txt("slow.test", "text")?
            .with_temporary_failure("slow.test")?;
        let check = |name, record_type, expected: Answer| {
            let question = Question::new(Name::new(name).expect("a name"), record_type);
            assert_eq!(zone.answer(&question), expected, "{question}");
        };
        let address = || Answer::from(vec![RecordData::A([192, 0, 2, 1].into())]);
        check("a.b.test", RecordType::A, address());
        check("alias.test", RecordType::A, address());
        let target = RecordData::Cname(Name::new("a.b.test")?);
        check("alias.test", RecordType::Cname, Answer::from(vec![target]));
        check("a.b.test", RecordType::Cname, Answer::NoRecords);
        check("a.b.test", RecordType::Aaaa, Answer::NoRecords);
        check("b.test", RecordType::A, Answer::NoRecords);
        check("c.test", RecordType::A, Answer::NoSuchName);
        check("loop.test", RecordType::A, Answer::TemporaryFailure);
        check("slow.test", RecordType::Txt, Answer::from(vec![RecordData::Txt(b"text".into())]));
        check("slow.test", RecordType::A, Answer::TemporaryFailure);
        Ok(())
    }
}
