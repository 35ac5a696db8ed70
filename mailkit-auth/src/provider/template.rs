//! Names with places to fill in, and names to recognize others by.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::Domain;

/// The name of a host in which words in braces stand for values: `{dashes}.mail.acme.test`.
///
/// `{domain}` is the customer's domain and `{dashes}` the same with hyphens for dots; every other
/// word is a value that the provider's console shows.
///
/// ```
/// use mailkit_auth::provider::{HostTemplate, Values};
///
/// let template: HostTemplate = "{dashes}.{tenant}.mail.test".parse()?;
/// let values = Values::new().with("tenant", "acme");
/// assert_eq!(template.fill(&"acme.example".parse()?, &values)?, "acme-example.acme.mail.test");
/// assert_eq!(template.values().collect::<Vec<_>>(), ["tenant"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct HostTemplate(String);

impl HostTemplate {
    /// The name with its places filled in. Whether it is a name is for the reader of the result to say.
    ///
    /// # Errors
    ///
    /// If a value is missing: ask the provider's console for it.
    pub fn fill(&self, domain: &Domain, values: &Values) -> Result<String, TemplateError> {
        let mut filled = String::new();
        for part in parts(&self.0) {
            match part {
                Part::Literal(text) => filled.push_str(text),
                Part::Value("domain") => filled.push_str(domain.as_str()),
                Part::Value("dashes") => filled.push_str(&domain.as_str().replace('.', "-")),
                Part::Value(name) => match values.0.get(name) {
                    Some(value) => filled.push_str(value),
                    None => return Err(TemplateError::MissingValue { name: name.to_owned() }),
                },
            }
        }
        Ok(filled)
    }

    /// The names of the values that the console shows.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        parts(&self.0).filter_map(|part| match part {
            Part::Value("domain" | "dashes") | Part::Literal(_) => None,
            Part::Value(name) => Some(name),
        })
    }
}

impl FromStr for HostTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let valid = parts(text).all(|part| match part {
            Part::Literal(text) => text.chars().all(known),
            Part::Value(name) => !name.is_empty() && name.chars().all(known),
        });
        match valid && !text.is_empty() {
            true => Ok(Self(text.to_owned())),
            false => Err(TemplateError::NotATemplate),
        }
    }
}

impl fmt::Display for HostTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Values that a provider's console shows, by the names that the table gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// Why a template could not be read or filled in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// The text is empty, holds a character that no name has, or a brace without its other.
    #[error("not the name of a host with words in braces")]
    NotATemplate,
    /// A value was not given.
    #[error("the provider's console shows a value `{name}`, which is missing")]
    MissingValue {
        /// The name of the value.
        name: String,
    },
}

/// The name of a host, in which `*` stands for one or more characters.
///
/// ```
/// use mailkit_auth::provider::HostPattern;
///
/// let pattern: HostPattern = "mx*.acme.test".parse()?;
/// assert!(pattern.matches(&"mx7.acme.test".parse()?));
/// assert!(!pattern.matches(&"mx.acme.test".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct HostPattern(String);

impl HostPattern {
    /// Whether a host has this form.
    #[must_use]
    pub fn matches(&self, host: &Domain) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = host.as_str().strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            // Greedy from the left is enough: what is left only grows shorter.
            let from = rest.char_indices().nth(1).and_then(|(at, _)| rest.get(at..));
            match from.and_then(|from| from.split_once(part)) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.strip_suffix(last).is_some_and(|between| !between.is_empty())
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostPattern {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let known = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '*')
        };
        // A pattern must name a domain of two labels, or it would claim a whole top level.
        let (_, fixed) = text.rsplit_once('*').unwrap_or(("", text));
        match text.chars().all(known) && fixed.trim_start_matches('.').contains('.') {
            true => Ok(Self(text.to_owned())),
            false => Err(TemplateError::NotATemplate),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

enum Part<'t> {
    Literal(&'t str),
    Value(&'t str),
}

/// The parts of a template; a brace without its other stays in a literal, where it is refused.
fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|it| it.split_once('}')) {
            rest = after;
            return Some(Part::Value(name));
        }
        let end = rest.find('{').filter(|at| *at > 0).unwrap_or(rest.len());
        let (literal, after) = rest.split_at(end);
        rest = after;
        Some(Part::Literal(literal))
    })
}
