//! What things are called in a store.

use std::{fmt, str::FromStr, sync::Arc};

use crate::{ParseError, ParseErrorKind};

/// What a document or a limit is about: 1 to 512 printable ASCII characters, such as `connections fra to google`.
///
/// ```
/// use mailkit_route::{Egress, GeoPoint, store::Key, timing::Lane};
/// let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
/// let lane = Lane::new(egress.id(), &"google".parse()?);
/// let key: Key = format!("connections {lane}").parse()?;
/// assert_eq!(key.as_str(), "connections fra to google");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

/// One of the nodes that share a store: 1 to 64 printable ASCII characters.
///
/// A node that holds parts of limits is best named anew at each start (`a.1742`): what it held before counts until it
/// runs out, for nobody knows how much of it was used.
///
/// ```
/// use mailkit_route::store::NodeId;
/// assert_eq!("a.1742".parse::<NodeId>()?.to_string(), "a.1742");
/// assert!("a\n".parse::<NodeId>().is_err());
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(Arc<str>);

impl Key {
    /// The longest key, in bytes.
    pub const MAX_LENGTH: usize = 512;

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NodeId {
    /// The longest name, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        checked(text, Self::MAX_LENGTH).map(Self)
    }
}

impl FromStr for NodeId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        checked(text, Self::MAX_LENGTH).map(Self)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn checked(text: &str, limit: usize) -> Result<Arc<str>, ParseError> {
    let kind = if text.is_empty() {
        ParseErrorKind::Empty
    } else if text.len() > limit {
        ParseErrorKind::TooLong { limit }
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        ParseErrorKind::InvalidLabel
    } else {
        return Ok(text.into());
    };
    Err(ParseError::new(kind, 0..text.len()))
}
