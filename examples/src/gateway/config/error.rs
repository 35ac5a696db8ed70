//! What is wrong in a configuration.

use std::fmt;
use std::path::PathBuf;

/// What is wrong in a configuration, where, and what to do.
#[derive(Debug)]
pub struct ConfigError {
    pub(super) path: PathBuf,
    pub(super) place: Option<Place2D>,
    pub(super) message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(place) = &self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

/// A place in a text, both counted from 1.
#[derive(Debug)]
pub(super) struct Place2D {
    line: usize,
    column: usize,
}

impl Place2D {
    pub(super) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        Self { line, column }
    }
}
