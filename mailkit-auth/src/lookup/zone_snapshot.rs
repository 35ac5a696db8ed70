//! Answers from memory.

mod node;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::BuildHasherDefault;
use std::net::IpAddr;

use node::{MadeHash, Node};

use super::{Answer, Lookup, Name, NameError, Question, RecordData, RecordType, Records};

/// DNS records in memory: for tests, for checks of records not yet published, for replays.
///
/// A name exists if it, or a name under it, has a record (RFC 8020), or if a wildcard stands for it
/// (RFC 4592); every other name is answered with [`Answer::NoSuchName`]. A snapshot is the whole DNS,
/// unless [`with_origin`](Self::with_origin) says which part of it.
///
/// ```
/// use mailkit_auth::lookup::{Answer, Lookup, Question, RecordType, ZoneSnapshot};
///
/// let zone = ZoneSnapshot::new()
///     .with_txt("acme.test", "v=spf1 mx -all")?
///     .with_mx("acme.test", 10, "mx.acme.test")?
///     .with_address("*.acme.test", [192, 0, 2, 1])?;
/// let question = Question::new("mx.acme.test".parse()?, RecordType::A);
/// assert_eq!(zone.answer(&question).addresses().count(), 1);
/// let question = Question::new("mx.acme.test".parse()?, RecordType::Txt);
/// assert_eq!(zone.answer(&question), Answer::NoRecords);
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[derive(Clone, Default)]
pub struct ZoneSnapshot {
    nodes: HashMap<Name, Node, BuildHasherDefault<MadeHash>>,
    /// The parts of the DNS that the snapshot holds; all of it where empty.
    origins: Vec<Name>,
    has_wildcards: bool,
}

impl ZoneSnapshot {
    /// A snapshot in which no name exists.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the snapshot a part of the DNS, or one part more: the names under `origin`.
    ///
    /// What it knows of no other names is then uncertain. Where it has no record of a name outside
    /// its parts, asked for itself or by an alias, the answer is [`Answer::TemporaryFailure`].
    ///
    /// ```
    /// use mailkit_auth::lookup::{Answer, Lookup, Question, RecordType, ZoneSnapshot};
    ///
    /// let zone = ZoneSnapshot::new()
    ///     .with_origin("acme.test".parse()?)
    ///     .with_alias("s1._domainkey.acme.test", "acme.keys.host.test")?;
    /// let question = Question::new("s1._domainkey.acme.test".parse()?, RecordType::Txt);
    /// assert_eq!(zone.answer(&question), Answer::TemporaryFailure);
    /// # Ok::<(), mailkit_auth::lookup::NameError>(())
    /// ```
    #[must_use]
    pub fn with_origin(mut self, origin: Name) -> Self {
        self.origins.push(origin);
        self
    }

    /// Whether the snapshot says for certain which records a name has.
    #[must_use]
    pub fn holds(&self, name: &Name) -> bool {
        self.origins.is_empty() || self.origins.iter().any(|origin| name.is_subdomain_of(origin))
    }

    /// Adds a record of any type. Of two aliases of a name the last counts.
    #[must_use]
    pub fn with_record(mut self, name: Name, data: RecordData) -> Self {
        self.node(name).push(data);
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
        self.node(Name::new(name)?).fail();
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

    /// The node of a name, which comes to exist with its ancestors.
    fn node(&mut self, name: Name) -> &mut Node {
        self.has_wildcards |= name.as_str().split('.').next() == Some(WILDCARD);
        let mut ancestor = name.parent();
        while let Some(name) = ancestor {
            ancestor = name.parent();
            self.nodes.entry(name).or_default();
        }
        self.nodes.entry(name).or_default()
    }

    /// The node that answers for a name: its own, else that of a wildcard.
    fn find(&self, name: &Name) -> Option<&Node> {
        match self.nodes.get(name) {
            None if self.has_wildcards => self.wildcard(name),
            node => node,
        }
    }

    /// The wildcard below the closest ancestor that exists, and no other (RFC 4592 section 3.3.1).
    fn wildcard(&self, name: &Name) -> Option<&Node> {
        let mut ancestors = std::iter::successors(name.parent(), Name::parent);
        let encloser = ancestors.find(|ancestor| self.nodes.contains_key(ancestor))?;
        let source = format!("{WILDCARD}.{}", encloser.as_str());
        self.nodes.get(&Name::new(&source).ok()?)
    }

    /// The answer without regard to what the snapshot cannot know, and the name it is about: the
    /// last of the aliases.
    fn follow<'a>(&'a self, mut name: &'a Name, record_type: RecordType) -> (&'a Name, Answer) {
        for _ in 0..=MAX_ALIASES {
            let Some(node) = self.find(name) else { return (name, Answer::NoSuchName) };
            match node.alias().filter(|_| record_type != RecordType::Cname) {
                Some(target) => name = target,
                None => return (name, node.answer(record_type)),
            }
        }
        (name, Answer::TemporaryFailure)
    }

    /// The answer for a name that has no such record of its own.
    #[cold]
    fn search(&self, name: &Name, record_type: RecordType) -> Answer {
        let (name, answer) = self.follow(name, record_type);
        if answer.is_void() && !self.holds(name) { Answer::TemporaryFailure } else { answer }
    }
}

impl Lookup for ZoneSnapshot {
    fn answer(&self, question: &Question) -> Answer {
        let Question { name, record_type } = question;
        match self.lend(name, *record_type) {
            Some(records) => Answer::Records(records.clone()),
            None => self.search(name, *record_type),
        }
    }

    fn lend(&self, name: &Name, record_type: RecordType) -> Option<&Records> {
        self.nodes.get(name)?.own(record_type)
    }
}

impl fmt::Debug for ZoneSnapshot {
    /// With the names in their order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes: BTreeMap<_, _> = self.nodes.iter().collect();
        let mut fields = f.debug_struct("ZoneSnapshot");
        fields.field("origins", &self.origins).field("nodes", &nodes).finish()
    }
}

/// The label that stands for labels that do not exist (RFC 4592 section 2.1.1).
const WILDCARD: &str = "*";
/// Aliases followed for one question, as resolvers commonly limit them.
const MAX_ALIASES: usize = 8;

#[cfg(test)]
mod tests;
