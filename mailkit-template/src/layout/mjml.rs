//! MJML to HTML by `mrml`, once for each layout.

use mrml::prelude::parser::Error;
use mrml::prelude::render::RenderOptions;

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
        Ok(html) => Some(html),
        Err(error) => {
            let problem = error.to_string();
            defects.in_file(&file.path, DefectKind::LayoutSyntax { problem });
            None
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
