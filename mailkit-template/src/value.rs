//! The values a caller puts into a mail, each safe wherever the layout shows it.

mod text;
mod url;

use std::fmt;

pub use text::Text;
pub(crate) use text::{is_break, is_direction_format};
pub use url::{Url, UrlError, UrlErrorKind};

/// A value for one parameter of a template.
///
/// ```
/// use mailkit_template::Value;
///
/// let topic = Value::text("LED panels\r\nBcc: everyone@example.com");
/// assert_eq!(topic.to_string(), "LED panels Bcc: everyone@example.com");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A line of text.
    Text(Text),
    /// A link target.
    Url(Url),
    /// A whole number, shown in the digits and grouping of the locale.
    Int(i64),
}

impl Value {
    /// A line of text; see [`Text::new`] for what is done to line breaks and control characters.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(Text::new(text))
    }

    /// A line of text of at most `max_chars` characters, cut with an ellipsis; see [`Text::shortened`].
    #[must_use]
    pub fn shortened(text: &str, max_chars: usize) -> Self {
        Self::Text(Text::shortened(text, max_chars))
    }

    /// A link target.
    #[must_use]
    pub const fn url(url: Url) -> Self {
        Self::Url(url)
    }

    /// A whole number.
    #[must_use]
    pub const fn int(number: i64) -> Self {
        Self::Int(number)
    }

    /// The type a template has to declare for this value.
    #[must_use]
    pub const fn value_type(&self) -> ValueType {
        match self {
            Self::Text(_) => ValueType::Text,
            Self::Url(_) => ValueType::Url,
            Self::Int(_) => ValueType::Int,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Url(url) => url.fmt(f),
            Self::Int(number) => number.fmt(f),
        }
    }
}

/// The type of a parameter, as `template.toml` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum ValueType {
    /// `text`: a [`Text`].
    Text,
    /// `url`: a [`Url`].
    Url,
    /// `int`: an [`i64`].
    Int,
}

impl ValueType {
    /// The name in `template.toml`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Url => "url",
            Self::Int => "int",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Text, Self::Url, Self::Int].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
