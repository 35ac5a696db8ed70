//! MJML to HTML by `mrml`, once for each layout.

use mrml::prelude::parser::Error;
use mrml::prelude::render::RenderOptions;

use super::events::{Event, events};
use crate::defect::{DefectKind, Defects, SourceFile};

/// Renders a layout, its slots still in it as text. Includes are refused: a template is what is in its folder.
pub(super) fn to_html(file: &SourceFile<'_>, defects: &mut Defects) -> Option<String> {
    let output = match mrml::parse(file.text) {
        Ok(output) => output,
        Err(error) => {
            let problem = problem_of(&error);
            defects.at(file, position_of(&error), DefectKind::LayoutSyntax { problem });
            return None;
        }
    };
    for warning in &output.warnings {
        let problem = warning.kind.to_string();
        defects.at(file, warning.span.start, DefectKind::LayoutSyntax { problem });
    }
    let mut page = output.element;
    page.attributes.lang = Some("{{ @lang }}".to_owned());
    page.attributes.dir = Some("{{ @dir }}".to_owned());
    // Without fonts, no page asks the network for one when it is opened.
    let options = RenderOptions { fonts: Default::default(), ..RenderOptions::default() };
    match page.render(&options) {
        Ok(html) => {
            check_elements(&html, file, defects);
            Some(html)
        }
        Err(error) => {
            let problem = error.to_string();
            defects.in_file(&file.path, DefectKind::LayoutSyntax { problem });
            None
        }
    }
}

/// An element that `mrml` does not know it passes on as it is, and no mail program would show it.
fn check_elements(html: &str, file: &SourceFile<'_>, defects: &mut Defects) {
    for event in events(html) {
        let Event::Open { name, .. } = event else { continue };
        if name.starts_with("mj-") {
            let offset = file.text.find(&format!("<{name}")).unwrap_or(0);
            let problem = format!("there is no element <{name}>");
            defects.at(file, offset, DefectKind::LayoutSyntax { problem });
        }
    }
}

fn problem_of(error: &Error) -> String {
    match error {
        Error::UnexpectedElement { .. } => "unexpected element".to_owned(),
        Error::UnexpectedToken { .. } => "unexpected token".to_owned(),
        Error::MissingAttribute { name, .. } => format!("missing attribute {name:?}"),
        Error::InvalidAttribute { .. } => "invalid attribute".to_owned(),
        Error::InvalidFormat { .. } => "invalid format".to_owned(),
        Error::ParserError { source, .. } => source.to_string(),
        Error::IncludeLoaderError { .. } => "includes are not read".to_owned(),
        Error::EndOfStream { .. } | Error::SizeLimit { .. } | Error::NoRootNode => {
            error.to_string()
        }
    }
}

const fn position_of(error: &Error) -> usize {
    match error {
        Error::UnexpectedElement { position, .. }
        | Error::UnexpectedToken { position, .. }
        | Error::MissingAttribute { position, .. }
        | Error::InvalidAttribute { position, .. }
        | Error::InvalidFormat { position, .. }
        | Error::IncludeLoaderError { position, .. } => position.start,
        Error::ParserError { .. }
        | Error::EndOfStream { .. }
        | Error::SizeLimit { .. }
        | Error::NoRootNode => 0,
    }
}
