//! Layouts after they are checked: literal slices and slots, each slot with its context.

mod events;
mod mirror;
#[cfg(feature = "mjml")]
mod mjml;
mod plain;
mod slot;

use std::sync::Arc;

use crate::defect::{DefectKind, Defects, SourceFile};
use crate::limits::Limits;
use crate::locale::Direction;

pub(crate) use slot::{Context, Slot};

/// A layout for one direction, as HTML and as plain text.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) html: Vec<Piece>,
    pub(crate) text: Vec<Piece>,
}

/// A slice of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Markup or text of the layout itself.
    Literal(Arc<str>),
    /// A place for a value.
    Slot(Slot, Context),
}

/// The checked HTML of a layout file, before it is cut for a direction.
#[derive(Clone, Debug)]
pub(crate) struct Page(String);

impl Page {
    /// Checks a layout and renders it, if it is MJML, to HTML.
    pub(crate) fn read(
        file: &SourceFile<'_>,
        limits: &Limits,
        defects: &mut Defects,
    ) -> Option<Self> {
        let before = defects.len();
        events::check_balance(file, limits, defects);
        if defects.len() > before {
            return None;
        }
        if !file.path.ends_with(".mjml") {
            return Some(Self(file.text.to_owned()));
        }
        Self::read_mjml(file, defects)
    }

    #[cfg(feature = "mjml")]
    fn read_mjml(file: &SourceFile<'_>, defects: &mut Defects) -> Option<Self> {
        mjml::to_html(file, defects).map(Self)
    }

    #[cfg(not(feature = "mjml"))]
    fn read_mjml(file: &SourceFile<'_>, defects: &mut Defects) -> Option<Self> {
        let problem = "MJML needs the feature `mjml` of this crate".to_owned();
        defects.in_file(&file.path, DefectKind::LayoutSyntax { problem });
        None
    }

    /// Cuts the page into pieces for one direction.
    pub(crate) fn layout(
        &self,
        direction: Direction,
        file: &SourceFile<'_>,
        limits: &Limits,
        defects: &mut Defects,
    ) -> Layout {
        let html = match direction {
            Direction::LeftToRight => self.0.clone(),
            Direction::RightToLeft => {
                if mirror::has_sided_style_sheet(&self.0) {
                    defects.in_file(&file.path, DefectKind::DirectionInStyleSheet);
                }
                mirror::mirrored(&self.0)
            }
        };
        let events = events::events(&html);
        let pieces = slot::cut(&html, &events, file, limits, defects);
        for attribute in [Slot::Language, Slot::Direction] {
            if !pieces.contains(&Piece::Slot(attribute, Context::Verbatim)) {
                defects.in_file(&file.path, DefectKind::LayoutLanguage);
            }
        }
        Layout { html: pieces, text: plain::pieces(&events) }
    }
}
