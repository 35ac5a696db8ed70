//! Which provider runs the mail hosts of a domain.

use std::{collections::HashMap, str::FromStr, sync::LazyLock};

use super::Provider;
use crate::{Domain, Host, MxSet, ParseError, ParseErrorKind};

/// Providers by the names of their mail exchangers, read from rows `name | suffix suffix …`; `#` starts a comment line.
///
/// A suffix stands for its own name and all below it; of several that fit the longest counts.
///
/// ```
/// use mailkit_route::{MxSet, timing::{Provider, Providers}};
/// let records = [(1, "aspmx.l.google.com".into()), (10, "alt3.aspmx.l.google.com".into())];
/// let mx = MxSet::new("buyer.example".parse()?, records);
/// assert_eq!(Providers::builtin().of(&mx).as_str(), "google");
/// // A domain with hosts of its own is its own provider.
/// let mx = MxSet::new("buyer.example".parse()?, [(10, "mx.buyer.example".into())]);
/// assert_eq!(Providers::builtin().of(&mx).as_str(), "buyer.example");
/// let ours = Providers::builtin().clone().with(&"buyer.example".parse()?, "group".parse()?);
/// assert_eq!(ours.of(&mx).as_str(), "group");
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Providers(HashMap<Box<str>, Provider>);

impl Providers {
    /// The table compiled into the crate, `data/providers.txt`.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// With the exchangers of this suffix, in place of what was said of it before.
    #[must_use]
    pub fn with(mut self, suffix: &Domain, provider: Provider) -> Self {
        self.0.insert(suffix.as_str().into(), provider);
        self
    }

    /// Who runs the first host of the lowest preference; the domain itself where that is nobody in the table. An address
    /// literal is its own provider.
    #[must_use]
    pub fn of(&self, mx: &MxSet) -> Provider {
        let first = mx.hosts().first().and_then(|first| self.of_host(&first.host));
        first.cloned().unwrap_or_else(|| Provider::from(mx.name()))
    }

    /// The provider of a mail exchanger by its name.
    #[must_use]
    pub fn of_host(&self, host: &Host) -> Option<&Provider> {
        let Host::Name(name) = host else { return None };
        let mut rest = name.as_str();
        loop {
            if let Some(found) = self.0.get(rest) {
                return Some(found);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The suffixes of a row, if they are new.
    fn read(&mut self, row: &str) -> Option<()> {
        let (name, suffixes) = row.split_once('|')?;
        let provider: Provider = name.trim().parse().ok()?;
        let mut count = 0;
        for suffix in suffixes.split_whitespace() {
            let suffix: Domain = suffix.parse().ok()?;
            let known = self.0.insert(suffix.as_str().into(), provider.clone());
            count += 1;
            if known.is_some() {
                return None;
            }
        }
        (count > 0).then_some(())
    }
}

impl FromStr for Providers {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (mut providers, mut start) = (Self::default(), 0);
        for line in text.split('\n') {
            let span = start..start + line.len();
            start = span.end + 1;
            if !line.trim().is_empty() && !line.starts_with('#') {
                let invalid = || ParseError::new(ParseErrorKind::InvalidRule, span);
                providers.read(line).ok_or_else(invalid)?;
            }
        }
        Ok(providers)
    }
}

static BUILTIN: LazyLock<Providers> =
    LazyLock::new(|| include_str!("../../data/providers.txt").parse().unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    fn of(providers: &Providers, records: &[(u16, &str)]) -> String {
        let records = records.iter().map(|(preference, host)| (*preference, (*host).to_owned()));
        let mx = MxSet::new("buyer.example".parse().unwrap(), records);
        providers.of(&mx).to_string()
    }

    #[test]
    fn every_row_of_the_table_reads() {
        let text = include_str!("../../data/providers.txt");
        let providers: Providers = text.parse().unwrap();
        let rows = text
            .lines()
            .filter_map(|line| line.split_once('|'))
            .filter(|row| !row.0.starts_with('#'));
        let mut count = 0;
        for (name, suffix) in
            rows.flat_map(|(name, row)| row.split_whitespace().map(move |suffix| (name, suffix)))
        {
            assert_eq!(of(&providers, &[(10, &format!("mx1.{suffix}."))]), name.trim());
            count += 1;
        }
        assert_eq!((&providers, providers.0.len()), (Providers::builtin(), count));
    }

    #[test]
    fn the_longest_suffix_of_the_first_host_counts() {
        let providers: Providers = "a | example.net\nb|mx.example.net  x.example".parse().unwrap();
        let check = |records: &[(u16, &str)], expected| {
            assert_eq!(of(&providers, records), expected, "{records:?}");
        };
        check(&[(10, "example.net")], "a");
        check(&[(10, "MX2.example.net")], "a");
        check(&[(10, "in.mx.example.net")], "b");
        check(&[(20, "mx.example.net"), (10, "example.net")], "a");
        check(&[(10, "badexample.net")], "buyer.example");
        check(&[(10, "net")], "buyer.example");
        check(&[], "buyer.example");
        check(&[(0, ".")], "buyer.example");
        let literal = MxSet::literal("2001:db8::1".parse().unwrap());
        assert_eq!(providers.of(&literal).as_str(), "2001:db8::1");
    }

    #[test]
    fn rows_that_name_nobody_are_refused() {
        let check = |row: &str| {
            let error = format!("a | b.example\n{row}").parse::<Providers>().unwrap_err();
            assert_eq!(
                (error.kind(), error.span()),
                (&ParseErrorKind::InvalidRule, 14..14 + row.len()),
                "{row}"
            );
        };
        for row in ["b", "b |", " | c.example", "b c | d.example", "b | -.example", "b | b.example"]
        {
            check(row);
        }
    }
}
