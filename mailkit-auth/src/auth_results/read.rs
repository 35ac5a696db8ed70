//! Reading the value of the field.

use std::str::FromStr;

use super::error::{ResultsError, ResultsErrorKind};
use super::{AuthenticationResults, Keyword, MethodResult, Property, PropertyType, PropertyValue};

impl FromStr for AuthenticationResults {
    type Err = ResultsError;

    /// Reads the value of the field, without its name; it may be folded and hold comments.
    fn from_str(text: &str) -> Result<Self, ResultsError> {
        let mut reader = Reader { text, at: 0 };
        let authserv_id = reader.authserv_id()?;
        let mut results = Vec::new();
        loop {
            reader.skip()?;
            if reader.is_done() {
                return Ok(Self { authserv_id, results });
            }
            reader.expect(';')?;
            reader.skip()?;
            results.extend(reader.result()?);
        }
    }
}

/// The results in those of these values that are fields of `authserv_id`, word for word in their
/// order, behind its name; `None` if none of them is. Values that cannot be read are passed over.
#[cfg(feature = "verify")]
pub(crate) fn received_results(values: &[&[u8]], authserv_id: &str) -> Option<String> {
    let texts = values.iter().filter_map(|value| std::str::from_utf8(value).ok());
    let fields: Vec<(bool, &str)> =
        texts.filter_map(|text| results_of(text, authserv_id)).collect();
    let filled: Vec<&str> =
        fields.iter().filter(|(filled, _)| *filled).map(|(_, text)| *text).collect();
    match (fields.is_empty(), filled.is_empty()) {
        (true, _) => None,
        (false, true) => Some(format!("{authserv_id}; none")),
        (false, false) => Some(format!("{authserv_id}; {}", filled.join(";\r\n\t"))),
    }
}

/// What stands behind the name of the receiver, and whether there are results in it, if it is this
/// one and the whole can be read.
#[cfg(feature = "verify")]
fn results_of<'t>(text: &'t str, authserv_id: &str) -> Option<(bool, &'t str)> {
    let read: AuthenticationResults = text.parse().ok()?;
    let mut reader = Reader { text, at: 0 };
    reader.authserv_id().ok()?;
    let results = reader.rest().strip_prefix(';')?.trim();
    let ours = read.authserv_id().eq_ignore_ascii_case(authserv_id);
    ours.then_some((!read.results().is_empty(), results))
}

/// The name of the receiver in a field, whatever follows; `None` if none can be read.
#[cfg(feature = "verify")]
pub(super) fn authserv_id(text: &str) -> Option<String> {
    let mut reader = Reader { text, at: 0 };
    reader.skip().ok()?;
    reader.value().ok().map(|id| id.as_str().to_owned())
}

/// Octets of the longest field that is read.
pub(super) const MAX_OCTETS: usize = 64 * 1024;
/// Comments within comments.
const MAX_DEPTH: usize = 16;

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The name of the receiver, and the version of the field: 1, if given at all.
    fn authserv_id(&mut self) -> Result<PropertyValue, ResultsError> {
        if self.text.len() > MAX_OCTETS {
            return self.fail(ResultsErrorKind::TooLong);
        }
        self.skip()?;
        let authserv_id = self.value()?;
        self.skip()?;
        if self.word(|c| c.is_ascii_digit()).is_some_and(|version| version != "1") {
            return self.fail(ResultsErrorKind::Version);
        }
        self.skip()?;
        Ok(authserv_id)
    }

    fn result(&mut self) -> Result<Option<MethodResult>, ResultsError> {
        let method: Keyword = self.keyword()?;
        self.skip()?;
        if method.as_str() == "none" && self.peek() != Some('=') && self.peek() != Some('/') {
            return Ok(None);
        }
        // The version of the method, which no method has outgrown.
        if self.peek() == Some('/') {
            self.expect('/')?;
            self.skip()?;
            let _version = self.word(|c| c.is_ascii_digit());
            self.skip()?;
        }
        self.expect('=')?;
        self.skip()?;
        let mut result = MethodResult::new(method, self.keyword()?);
        self.skip()?;
        while !matches!(self.peek(), None | Some(';')) {
            self.reason_or_property(&mut result)?;
            self.skip()?;
        }
        Ok(Some(result))
    }

    fn reason_or_property(&mut self, result: &mut MethodResult) -> Result<(), ResultsError> {
        let start = self.at;
        let word = self.word(Keyword::has).unwrap_or_default();
        let span = start..self.at;
        self.skip()?;
        if word.eq_ignore_ascii_case("reason") && self.peek() == Some('=') {
            self.expect('=')?;
            self.skip()?;
            result.reason = Some(self.value()?);
            return Ok(());
        }
        let property_type: PropertyType =
            word.parse().map_err(|_| ResultsError::new(ResultsErrorKind::Keyword, span))?;
        self.expect('.')?;
        self.skip()?;
        let name = self.keyword()?;
        self.skip()?;
        self.expect('=')?;
        self.skip()?;
        let value = self.value()?;
        result.properties.push(Property { property_type, name, value });
        Ok(())
    }

    fn keyword(&mut self) -> Result<Keyword, ResultsError> {
        let start = self.at;
        let word = self.word(Keyword::has).unwrap_or_default();
        let span = start..self.at;
        word.parse().map_err(|_| ResultsError::new(ResultsErrorKind::Keyword, span))
    }

    /// A token, a quoted string, an address, or a quoted local part with its domain.
    fn value(&mut self) -> Result<PropertyValue, ResultsError> {
        let mut value = String::new();
        if self.peek() == Some('"') {
            value = self.quoted_string()?;
            if self.peek() != Some('@') {
                return Ok(value.as_str().into());
            }
        }
        match self.word(|c| c.is_ascii_graphic() && !matches!(c, ';' | '(' | ')' | '"' | '\\')) {
            Some(word) => value.push_str(word),
            None => return self.fail(ResultsErrorKind::Value),
        }
        Ok(value.as_str().into())
    }

    fn quoted_string(&mut self) -> Result<String, ResultsError> {
        self.expect('"')?;
        let mut value = String::new();
        loop {
            match self.next() {
                Some('"') => return Ok(value),
                Some('\\') => value.extend(self.next()),
                Some(c) => value.push(c),
                None => return self.fail(ResultsErrorKind::QuotedString),
            }
        }
    }

    /// Skips white space and comments (RFC 5322 section 3.2.2).
    fn skip(&mut self) -> Result<(), ResultsError> {
        let mut depth = 0;
        loop {
            match self.peek() {
                Some('(') if depth == MAX_DEPTH => return self.fail(ResultsErrorKind::Comment),
                Some('(') => depth += 1,
                Some(')') if depth > 0 => depth -= 1,
                Some('\\') if depth > 0 => self.at += 1,
                Some(' ' | '\t' | '\r' | '\n') => {}
                None if depth > 0 => return self.fail(ResultsErrorKind::Comment),
                Some(_) if depth > 0 => {}
                Some(_) | None => return Ok(()),
            }
            let _skipped = self.next();
        }
    }

    fn word(&mut self, part: impl Fn(char) -> bool) -> Option<&'a str> {
        let rest = self.rest();
        let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let word = rest.get(..length).filter(|word| !word.is_empty())?;
        self.at += length;
        Some(word)
    }

    fn expect(&mut self, c: char) -> Result<(), ResultsError> {
        if self.peek() != Some(c) {
            return self.fail(ResultsErrorKind::Expected(c));
        }
        self.at += c.len_utf8();
        Ok(())
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    fn fail<T>(&self, kind: ResultsErrorKind) -> Result<T, ResultsError> {
        let next = self.peek().map_or(0, char::len_utf8);
        Err(ResultsError::new(kind, self.at..self.at + next))
    }
}
