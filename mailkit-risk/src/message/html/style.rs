//! Whether a style attribute hides its element, as browsers read it.

use std::collections::BTreeMap;

/// Whether these declarations hide the element. Of several for one property the last counts, unless an earlier one is important.
pub(super) fn hides(style: &str) -> bool {
    let style = without_comments(&style.to_ascii_lowercase());
    let declarations = read(&style);
    let is = |property: &str, value: &str| {
        declarations.get(property).is_some_and(|(found, _)| found == value)
    };
    let is_zero =
        |property: &str| declarations.get(property).is_some_and(|(value, _)| is_zero(value));
    is("display", "none")
        || is("visibility", "hidden")
        || is_zero("font-size")
        || is_zero("opacity")
        || is_zero("max-height") && is("overflow", "hidden")
}

fn read(style: &str) -> BTreeMap<&str, (String, bool)> {
    let mut declarations: BTreeMap<&str, (String, bool)> = BTreeMap::new();
    for (property, value) in style.split(';').filter_map(|it| it.split_once(':')) {
        let (value, is_important) =
            value.split_once('!').map_or((value, false), |(value, _)| (value, true));
        let value: String = value.split_whitespace().collect();
        let known = declarations.get(property.trim());
        if is_important || !known.is_some_and(|(_, is_important)| *is_important) {
            declarations.insert(property.trim(), (value, is_important));
        }
    }
    declarations
}

fn without_comments(style: &str) -> String {
    let mut pieces = style.split("/*");
    let first = pieces.next().unwrap_or_default();
    let rest = pieces.filter_map(|piece| piece.split_once("*/")).map(|(_, after)| after);
    [first].into_iter().chain(rest).collect()
}

/// `0`, `0px`, `0.0em`.
fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    !number.is_empty() && number.chars().all(|c| matches!(c, '0' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_declarations() {
        for (style, expected) in [
            ("display: none", true),
            ("color:red;DISPLAY:/* x */none", true),
            ("display:none;display:block", false),
            ("display:none!important;display:block", true),
            ("display:block;display:none", true),
            ("max-height:0", false),
            ("max-height:0;overflow:hidden", true),
            ("font-size: 0.0em", true),
            ("font-size:10px", false),
            ("opacity:0", true),
            ("opacity:0.5", false),
            ("", false),
        ] {
            assert_eq!(hides(style), expected, "{style}");
        }
    }
}
