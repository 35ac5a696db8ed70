//! Problems as data: for programs a kind with what belongs to it, for people a sentence beside it.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::in_words;

/// A problem that is being written: `{"kind": "no-record", "domain": "acme.test", "message": "…"}`.
pub(crate) struct Tagged<S: Serializer>(Result<S::SerializeMap, S::Error>);

impl<S: Serializer> Tagged<S> {
    /// A problem of this kind, in kebab case.
    pub(crate) fn new(serializer: S, kind: &'static str) -> Self {
        Self(serializer.serialize_map(None)).with("kind", kind)
    }

    /// With a value that belongs to the kind.
    pub(crate) fn with(self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Self {
        let Self(map) = self;
        Self(map.and_then(|mut map| map.serialize_entry(name, value).map(|()| map)))
    }

    /// With the sentence, which says the causes too.
    pub(crate) fn end(self, problem: &dyn std::error::Error) -> Result<S::Ok, S::Error> {
        let Self(map) = self.with("message", &in_words(problem));
        map.and_then(SerializeMap::end)
    }
}

#[cfg(all(test, feature = "verify"))]
mod tests;
