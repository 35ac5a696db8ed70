//! The layout of a template in the directions of its locales.

use std::collections::BTreeSet;

use super::{LAYOUTS, type_at};
use crate::defect::{DefectKind, Defects, SourceFile};
use crate::layout::{Context, Layout, Page, Piece, Slot};
use crate::limits::Limits;
use crate::locale::{Direction, Locale};
use crate::manifest::Manifest;
use crate::source::TemplateSource;
use crate::value::ValueType;

/// The layout of a template, once for each direction its locales need.
pub(super) struct Layouts {
    path: String,
    left_to_right: Layout,
    right_to_left: Option<Layout>,
}

impl Layouts {
    pub(super) fn read(
        source: &TemplateSource,
        limits: &Limits,
        defects: &mut Defects,
    ) -> Option<Self> {
        let (name, text) = LAYOUTS.iter().find_map(|name| source.files.get_key_value(*name))?;
        let file = SourceFile::new(source.path_of(name), text);
        let page = Page::read(&file, limits, defects)?;
        let left_to_right = page.layout(Direction::LeftToRight, &file, limits, defects);
        let needs_mirror = locales(source).any(|l| l.direction() == Direction::RightToLeft);
        let right_to_left =
            needs_mirror.then(|| page.layout(Direction::RightToLeft, &file, limits, defects));
        Some(Self { path: file.path, left_to_right, right_to_left })
    }

    pub(super) fn of(&self, direction: Direction) -> &Layout {
        let mirrored = self.right_to_left.as_ref().filter(|_| direction == Direction::RightToLeft);
        mirrored.unwrap_or(&self.left_to_right)
    }

    /// The messages that the layout shows.
    pub(super) fn messages(&self) -> BTreeSet<&str> {
        let slots = self.left_to_right.html.iter().filter_map(|piece| match piece {
            Piece::Slot(Slot::Message(name), _) => Some(name.as_str()),
            _ => None,
        });
        slots.collect()
    }

    /// Checks that each parameter of the layout is declared, and that links are of type url.
    pub(super) fn check(&self, manifest: &Manifest, defects: &mut Defects) {
        for piece in &self.left_to_right.html {
            let Piece::Slot(slot, context) = piece else { continue };
            let url = match slot {
                Slot::Parameter(name) => match manifest.position(name) {
                    Some(position) => type_at(manifest, position) == Some(ValueType::Url),
                    None => {
                        let kind = DefectKind::ParameterUnknown { parameter: name.clone() };
                        defects.in_file(&self.path, kind);
                        continue;
                    }
                },
                Slot::Message(_) | Slot::Language | Slot::Direction => false,
            };
            if *context == Context::Url && !url {
                defects.in_file(&self.path, DefectKind::SlotType { slot: slot.to_string() });
            }
        }
    }
}

fn locales(source: &TemplateSource) -> impl Iterator<Item = Locale> {
    source.files.keys().filter_map(|name| locale_of(name))
}

/// The locale of a message file, if the name is its canonical tag.
pub(super) fn locale_of(name: &str) -> Option<Locale> {
    let tag = name.strip_prefix("messages/")?.strip_suffix(".ftl")?;
    tag.parse::<Locale>().ok().filter(|locale| locale.to_string() == tag)
}
