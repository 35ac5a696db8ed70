//! What can be wrong with text and with settings.

use std::ops::Range;

use crate::EgressId;

/// Text from outside that does not have the form it should have.
///
/// ```
/// let error = "mx_1..example".parse::<mailkit_route::Domain>().unwrap_err();
/// assert_eq!(error.to_string(), "empty label at byte 5");
/// assert_eq!(error.span(), 5..5);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {}", span.start)]
pub struct ParseError {
    kind: ParseErrorKind,
    span: Range<usize>,
}

impl ParseError {
    pub(crate) fn new(kind: ParseErrorKind, span: Range<usize>) -> Self {
        Self { kind, span }
    }

    /// A text that should be an IP address.
    pub(crate) fn no_address(text: &str) -> Self {
        let span = 0..text.len();
        Self::new(ParseErrorKind::InvalidAddress { text: text.chars().take(64).collect() }, span)
    }

    /// The same fault in a longer text, which begins so many bytes earlier.
    pub(crate) fn shifted(self, by: usize) -> Self {
        let span = self.span.start.saturating_add(by)..self.span.end.saturating_add(by);
        Self { span, ..self }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &ParseErrorKind {
        &self.kind
    }

    /// The bytes of the input it is about.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The lines of one reply carry different codes (RFC 5321 section 4.2.1).
    #[error("reply code changes between lines")]
    CodeChanged,
    /// A field that may stand once stands twice.
    #[error("duplicate field `{name}`")]
    DuplicateField {
        /// The field.
        name: &'static str,
    },
    /// Two dots in a row, or a name that starts with one.
    #[error("empty label")]
    EmptyLabel,
    /// Nothing there, or only a dot.
    #[error("empty text")]
    Empty,
    /// Not an IPv4 or IPv6 address.
    #[error("invalid IP address `{}`", text.escape_debug())]
    InvalidAddress {
        /// The text, cut after 64 characters.
        text: Box<str>,
    },
    /// Not three numbers `class.subject.detail` (RFC 3463 section 2).
    #[error("invalid enhanced status code")]
    InvalidEnhancedCode,
    /// A field whose value is not of its form.
    #[error("invalid value of `{name}`")]
    InvalidField {
        /// The field.
        name: &'static str,
    },
    /// A label with a character a host name cannot have, or a hyphen at its edge.
    #[error("invalid label")]
    InvalidLabel,
    /// Not `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 section 4.1.3).
    #[error("invalid address literal")]
    InvalidLiteral,
    /// Not `<>` or `<mailbox>` with one `@`, a domain and no character that could end it.
    #[error("invalid reverse-path")]
    InvalidReversePath,
    /// Not a regular expression, or one that takes unbounded time (look-around, back-references).
    #[error("invalid pattern")]
    InvalidPattern,
    /// Not three digits from 200 to 599, then a space, a hyphen or the end of the line.
    #[error("invalid reply code")]
    InvalidReplyCode,
    /// A line of a table that does not have its columns.
    #[error("invalid rule")]
    InvalidRule,
    /// Not a table in TOML.
    #[error("invalid TOML")]
    InvalidToml,
    /// An IP address where a host name must stand (RFC 2181 section 10.3).
    #[error("IP address instead of a host name")]
    IpAddress,
    /// Not a name, its sign and a value.
    #[error("malformed field")]
    MalformedField,
    /// A line that says another follows, and none does; or a line after the last one.
    #[error("reply ends in the wrong line")]
    MisplacedEnd,
    /// A field that must be there is not.
    #[error("missing field `{name}`")]
    MissingField {
        /// The field.
        name: &'static str,
    },
    /// A message without a `message/delivery-status` part in plain text (RFC 6522).
    #[error("no delivery status")]
    NoDeliveryStatus,
    /// A character outside ASCII: write the name with A-labels (`xn--…`).
    #[error("name is not in A-labels")]
    NotAscii,
    /// A pattern, or all of a file together, that would take more memory than we give it.
    #[error("pattern takes too much memory")]
    TooComplex,
    /// More than the wire form allows, or than we read.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// The most bytes allowed.
        limit: usize,
    },
    /// More rows, fields or recipients than we read.
    #[error("more than {limit} entries")]
    TooMany {
        /// The most entries allowed.
        limit: usize,
    },
    /// Not the version that this reads.
    #[error("expected version `{expected}`")]
    WrongVersion {
        /// The version.
        expected: &'static str,
    },
}

/// Settings that contradict themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Two egresses have one id.
    #[error("egress `{0}` is given twice")]
    DuplicateEgress(EgressId),
    /// An egress id or region is empty, longer than 64 bytes, or not printable ASCII.
    #[error("name of egress {0} is not 1 to 64 printable ASCII characters")]
    InvalidEgressName(usize),
    /// Latitude outside -90 to 90 degrees, or not a number.
    #[error("latitude is not between -90 and 90 degrees")]
    Latitude,
    /// Longitude outside -180 to 180 degrees, or not a number.
    #[error("longitude is not between -180 and 180 degrees")]
    Longitude,
    /// A planner without an egress can send nothing.
    #[error("no egress")]
    NoEgress,
    /// A retry delay that is zero, shorter than the one before it, or missing.
    #[error("retry delay {0} is missing, zero or shorter than the one before it")]
    RetryDelay(usize),
    /// More delays than [`RetrySchedule::MAX_DELAYS`](crate::RetrySchedule::MAX_DELAYS).
    #[error("more than {0} retry delays")]
    RetryDelays(usize),
    /// More egresses than [`Limits::egresses`](crate::Limits::egresses).
    #[error("more than {0} egresses")]
    TooManyEgresses(usize),
}
