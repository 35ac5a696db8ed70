//! The `Authentication-Results` header field (RFC 8601), written and read.
//!
//! Whatever a stranger put into a greeting, an address or a signature, the written field reads back
//! as the same methods, results and properties: a value is cleaned when it is taken
//! ([`PropertyValue`]) and quoted when it is written.

#[cfg(feature = "verify")]
mod claims;
mod error;
mod keyword;
mod read;
mod value;

use std::fmt;

use thiserror::Error;

#[cfg(feature = "verify")]
pub use claims::without_results_of;
pub use error::{ResultsError, ResultsErrorKind};
pub use keyword::{Keyword, KeywordError, PropertyType};
#[cfg(feature = "verify")]
pub(crate) use read::received_results;
pub use value::PropertyValue;

use crate::text::MAX_LINE;

/// What one receiver found out about a message.
///
/// ```
/// use mailkit_auth::auth_results::{AuthenticationResults, Keyword, MethodResult, PropertyType};
///
/// let spf = MethodResult::new(Keyword::SPF, "fail".parse()?)
///     .with_property(PropertyType::SMTP, Keyword::MAILFROM, "a@b.test; dkim=pass".into());
/// let results = AuthenticationResults::new("mx.acme.test")?.with_result(spf);
/// let text = r#"mx.acme.test; spf=fail smtp.mailfrom="a@b.test; dkim=pass""#;
/// assert_eq!(results.to_string(), text);
/// assert_eq!(text.parse(), Ok(results));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AuthenticationResults {
    authserv_id: PropertyValue,
    results: Vec<MethodResult>,
}

impl AuthenticationResults {
    /// The results of the receiver that goes by `authserv_id`, by habit its host name; none yet.
    ///
    /// # Errors
    ///
    /// If the name is empty or holds anything but letters, digits, `-`, `_` and `.`.
    pub fn new(authserv_id: &str) -> Result<Self, AuthservIdError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if authserv_id.is_empty() || authserv_id.len() > 253 || !authserv_id.chars().all(allowed) {
            return Err(AuthservIdError);
        }
        Ok(Self { authserv_id: authserv_id.into(), results: Vec::new() })
    }

    /// With one more result.
    #[must_use]
    pub fn with_result(mut self, result: MethodResult) -> Self {
        self.results.push(result);
        self
    }

    /// The name of the receiver; trust no field that carries another name than your own.
    #[must_use]
    pub fn authserv_id(&self) -> &str {
        self.authserv_id.as_str()
    }

    /// The results, in their order.
    #[must_use]
    pub fn results(&self) -> &[MethodResult] {
        &self.results
    }

    /// The whole field, folded, with its name and the line end, to put before the message.
    #[must_use]
    pub fn to_header(&self) -> String {
        let mut header = self.folded("Authentication-Results:");
        header.push_str("\r\n");
        header
    }

    /// The value after `front`, folded, without a line end.
    pub(crate) fn folded(&self, front: &str) -> String {
        let mut header = String::from(front);
        let mut width = header.len();
        for part in self.to_parts() {
            if width + 1 + part.len() > MAX_LINE {
                header.push_str("\r\n\t");
                width = 8;
            } else {
                header.push(' ');
                width += 1;
            }
            width += part.len();
            header.push_str(&part);
        }
        header
    }

    /// The words of the value, between which a line may be folded.
    fn to_parts(&self) -> Vec<String> {
        let mut parts = vec![format!("{};", self.authserv_id)];
        if self.results.is_empty() {
            parts.push("none".to_owned());
        }
        let last = self.results.len().saturating_sub(1);
        for (index, result) in self.results.iter().enumerate() {
            let mut words = result.to_words();
            if index < last
                && let Some(word) = words.last_mut()
            {
                word.push(';');
            }
            parts.extend(words);
        }
        parts
    }
}

impl fmt::Display for AuthenticationResults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_parts().join(" "))
    }
}

/// What one method found out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MethodResult {
    /// The method, such as `spf`.
    pub method: Keyword,
    /// What it found, such as `pass`.
    pub result: Keyword,
    /// Why, for people.
    pub reason: Option<PropertyValue>,
    /// What it looked at.
    pub properties: Vec<Property>,
}

impl MethodResult {
    /// A result without a reason or properties.
    #[must_use]
    pub fn new(method: Keyword, result: Keyword) -> Self {
        Self { method, result, reason: None, properties: Vec::new() }
    }

    /// With the reason for the result.
    #[must_use]
    pub fn with_reason(mut self, reason: PropertyValue) -> Self {
        self.reason = Some(reason);
        self
    }

    /// With one more property.
    #[must_use]
    pub fn with_property(mut self, of: PropertyType, name: Keyword, value: PropertyValue) -> Self {
        self.properties.push(Property::new(of, name, value));
        self
    }

    fn to_words(&self) -> Vec<String> {
        let mut words = vec![format!("{}={}", self.method, self.result)];
        words.extend(self.reason.as_ref().map(|reason| format!("reason={}", reason.quoted())));
        words.extend(self.properties.iter().map(ToString::to_string));
        words
    }
}

/// One property that a method looked at, such as `smtp.mailfrom=a@b.test`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Property {
    /// Where the value comes from.
    pub property_type: PropertyType,
    /// The name of the property.
    pub name: Keyword,
    /// Its value, cleaned.
    pub value: PropertyValue,
}

impl Property {
    /// A property of this value.
    #[must_use]
    pub fn new(property_type: PropertyType, name: Keyword, value: PropertyValue) -> Self {
        Self { property_type, name, value }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}={}", self.property_type, self.name, self.value)
    }
}

/// The name of a receiver is empty or holds a character that a host name does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a name for an authentication service")]
#[non_exhaustive]
pub struct AuthservIdError;

#[cfg(test)]
mod tests;
