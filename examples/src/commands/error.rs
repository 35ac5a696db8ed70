//! Why a command could not find out.

use std::error::Error;

use thiserror::Error;

/// What could not be done, and because of what.
#[derive(Debug, Error)]
#[error("{what}")]
pub(crate) struct CommandError {
    what: String,
    #[source]
    because: Option<Box<dyn Error + Send + Sync>>,
}

impl CommandError {
    /// An error whose cause the words themselves name.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), because: None }
    }

    /// With the way out behind the words.
    pub(crate) fn with_hint(self, hint: &str) -> Self {
        Self { what: self.what + hint, ..self }
    }
}

impl From<Box<dyn Error + Send + Sync>> for CommandError {
    fn from(error: Box<dyn Error + Send + Sync>) -> Self {
        let what = error.to_string();
        let because = error.source().map(|cause| cause.to_string().into());
        Self { what, because }
    }
}

/// Makes an error of a cause: `.map_err(because("cannot read the key"))`.
pub(crate) fn because<E: Into<Box<dyn Error + Send + Sync>>>(
    what: impl Into<String>,
) -> impl FnOnce(E) -> CommandError {
    move |error| CommandError { what: what.into(), because: Some(error.into()) }
}
