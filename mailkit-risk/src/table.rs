//! The grammar shared by all tables of this crate: lines of cells between tabs; `#` opens a comment line.

/// Why a table does not read, and in which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} in line {line}")]
#[non_exhaustive]
pub struct TableError {
    /// What is wrong.
    pub kind: TableErrorKind,
    /// The line, counted from 1.
    pub line: usize,
}

/// What can be wrong in a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableErrorKind {
    /// A row has too few or too many cells.
    #[error("wrong number of cells")]
    CellCount,
    /// A cell does not read as what its column holds.
    #[error("unreadable cell `{0}`")]
    Cell(String),
    /// The same key stands twice.
    #[error("`{0}` stands twice")]
    Duplicate(String),
    /// A key that must be there is not; the line is the last one.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A weight has the wrong sign for its family.
    #[error("weight of `{0}` has the wrong sign")]
    Sign(String),
    /// There are more rows or longer cells than a table of this kind may hold.
    #[error("table too large")]
    TooLarge,
}

/// One row: its line number and its cells.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    pub(crate) line: usize,
    pub(crate) cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    pub(crate) fn error(&self, kind: TableErrorKind) -> TableError {
        TableError { kind, line: self.line }
    }

    pub(crate) fn unreadable(&self, cell: &str) -> TableError {
        self.error(TableErrorKind::Cell(cell.to_owned()))
    }

    /// The cells as an array, where the row has exactly that many.
    pub(crate) fn exactly<const N: usize>(&self) -> Result<[&'a str; N], TableError> {
        self.cells.clone().try_into().map_err(|_| self.error(TableErrorKind::CellCount))
    }
}

/// The rows that are neither empty nor comments.
pub(crate) fn rows(text: &str) -> impl Iterator<Item = Row<'_>> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|(index, line)| Row {
        line: index + 1,
        cells: line.split('\t').map(str::trim).collect(),
    })
}

/// Reads a table that is part of this crate.
#[expect(clippy::expect_used, reason = "the tables are compiled in, and a test reads every row")]
pub(crate) fn built_in<T>(parsed: Result<T, TableError>) -> T {
    parsed.expect("a built-in table reads")
}
