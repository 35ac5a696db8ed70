//! How the table of providers is read.

use std::str::FromStr;

use thiserror::Error;

use super::{Alias, DkimSetup, HostTemplate, MxHost, Provider, ProviderTable, SpfInclude};

impl FromStr for ProviderTable {
    type Err = ProviderTableError;

    /// Reads entries of one fact a line, parted by empty lines; `#` starts a comment line.
    ///
    /// The words of a line are described in the head of `data/providers.txt`.
    fn from_str(text: &str) -> Result<Self, ProviderTableError> {
        let mut table = Self::default();
        let mut entry: Option<Entry> = None;
        for (index, line) in text.lines().enumerate() {
            let fail = |kind| ProviderTableError { kind, line: index + 1 };
            let line = line.trim_end();
            if line.starts_with('#') {
                continue;
            }
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            match (key, &mut entry) {
                ("", _) => table.take(entry.take()).map_err(fail)?,
                ("provider", None) => entry = Some(Entry::new(value).map_err(fail)?),
                ("provider", Some(_)) => return Err(fail(ProviderTableErrorKind::NoEmptyLine)),
                (_, None) => return Err(fail(ProviderTableErrorKind::NoProvider)),
                (_, Some(entry)) => entry.read(key, value).map_err(fail)?,
            }
        }
        let line = text.lines().count();
        table.take(entry).map_err(|kind| ProviderTableError { kind, line })?;
        Ok(table)
    }
}

impl ProviderTable {
    /// Adds an entry that has ended.
    fn take(&mut self, entry: Option<Entry>) -> Result<(), ProviderTableErrorKind> {
        let Some(Entry { provider, resolved }) = entry else { return Ok(()) };
        let id = provider.id.clone();
        if provider.name.is_empty() || provider.source.is_empty() || !resolved {
            return Err(ProviderTableErrorKind::Incomplete { id });
        }
        if self.by_id(&id).is_some() {
            return Err(ProviderTableErrorKind::Repeated { id });
        }
        self.providers.push(provider);
        Ok(())
    }
}

/// Why a text is not a table of providers, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} in line {line}")]
pub struct ProviderTableError {
    kind: ProviderTableErrorKind,
    line: usize,
}

impl ProviderTableError {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &ProviderTableErrorKind {
        &self.kind
    }

    /// The line, from 1; of an entry that lacks something, the one after it.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }
}

/// What can be wrong with a table of providers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProviderTableErrorKind {
    /// A fact stands before the first `provider` line of its entry.
    #[error("fact without a provider")]
    NoProvider,
    /// An entry starts before the one above has ended.
    #[error("no empty line between two providers")]
    NoEmptyLine,
    /// A line starts with a word that has no meaning.
    #[error("unknown word `{word}`")]
    UnknownWord {
        /// The word.
        word: String,
    },
    /// What follows the first word is not what it asks for.
    #[error("invalid value of `{word}`")]
    InvalidValue {
        /// The first word of the line.
        word: String,
    },
    /// An entry lacks its `name`, `source` or `resolved` line.
    #[error("provider `{id}` lacks its name, its source or the date of its last check")]
    Incomplete {
        /// The identifier of the entry.
        id: String,
    },
    /// Two entries have the same identifier.
    #[error("provider `{id}` stands twice")]
    Repeated {
        /// The identifier.
        id: String,
    },
}

/// An entry as far as it has been read.
struct Entry {
    provider: Provider,
    /// Whether it said when it was last checked.
    resolved: bool,
}

impl Entry {
    fn new(id: &str) -> Result<Self, ProviderTableErrorKind> {
        let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(part) {
            return Err(ProviderTableErrorKind::InvalidValue { word: "provider".to_owned() });
        }
        let provider = Provider {
            id: id.to_owned(),
            name: String::new(),
            spf: Vec::new(),
            known_spf: Vec::new(),
            mx: Vec::new(),
            seldom_receives: false,
            mx_patterns: Vec::new(),
            dkim: Vec::new(),
            dkim_patterns: Vec::new(),
            mailboxes: Vec::new(),
            signing_domains: Vec::new(),
            aliases: Vec::new(),
            hosts: Vec::new(),
            notes: Vec::new(),
            source: String::new(),
            resolved: None,
        };
        Ok(Self { provider, resolved: false })
    }

    fn read(&mut self, key: &str, value: &str) -> Result<(), ProviderTableErrorKind> {
        let invalid = || ProviderTableErrorKind::InvalidValue { word: key.to_owned() };
        let it = &mut self.provider;
        match key {
            "name" => it.name = value.to_owned(),
            "spf" => it.spf.push(include(value).ok_or_else(invalid)?),
            "known-spf" => it.known_spf.push(parse(value).ok_or_else(invalid)?),
            "mx" => it.mx.push(mx_host(value).ok_or_else(invalid)?),
            "receives" if value == "seldom" => it.seldom_receives = true,
            "receives" => return Err(invalid()),
            "mx-pattern" => it.mx_patterns.push(parse(value).ok_or_else(invalid)?),
            "dkim" => it.dkim.push(dkim(value).ok_or_else(invalid)?),
            "dkim-pattern" => it.dkim_patterns.push(parse(value).ok_or_else(invalid)?),
            "alias" => it.aliases.push(alias(value).ok_or_else(invalid)?),
            "mailbox" => it.mailboxes.push(parse(value).ok_or_else(invalid)?),
            "signs" => it.signing_domains.push(parse(value).ok_or_else(invalid)?),
            "host" => it.hosts.push(parse(value).ok_or_else(invalid)?),
            "note" => it.notes.push(value.to_owned()),
            "source" => it.source = value.to_owned(),
            "resolved" => {
                it.resolved =
                    (value != "never").then(|| parse(value).ok_or_else(invalid)).transpose()?;
                self.resolved = true;
            }
            word => return Err(ProviderTableErrorKind::UnknownWord { word: word.to_owned() }),
        }
        Ok(())
    }
}

fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn include(value: &str) -> Option<SpfInclude> {
    let (domain, lookups) = value.split_once(' ')?;
    let lookups = match lookups {
        "?" => None,
        number => Some(parse(number).filter(|number| *number > 0)?),
    };
    Some(SpfInclude { domain: parse(domain)?, lookups })
}

fn mx_host(value: &str) -> Option<MxHost> {
    let (preference, host) = value.split_once(' ')?;
    Some(MxHost { preference: parse(preference)?, host: parse(host)? })
}

fn dkim(value: &str) -> Option<DkimSetup> {
    match *value.split(' ').collect::<Vec<_>>() {
        ["txt", "?"] => Some(DkimSetup::Txt { selector: None }),
        ["txt", selector] => Some(DkimSetup::Txt { selector: Some(parse(selector)?) }),
        ["cname", selector, target] => {
            Some(DkimSetup::Cname { selector: parse(selector)?, target: parse(target)? })
        }
        _ => None,
    }
}

fn alias(value: &str) -> Option<Alias> {
    let (label, target) = value.split_once(' ')?;
    Some(Alias { label: parse(label)?, target: parse::<HostTemplate>(target)? })
}
