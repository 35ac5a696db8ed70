//! Left and right exchanged for locales that are written from right to left.
//!
//! Many mail programs do not know logical properties such as `margin-inline-start`, so the physical ones are mirrored
//! here, once, in every `style` and `align` attribute, also in those inside of conditional comments for Outlook.

use std::ops::Range;

use super::events::{Event, events};

/// The page with left and right exchanged.
pub(super) fn mirrored(html: &str) -> String {
    mirrored_in(html, true)
}

/// Whether a style sheet names a side; style sheets are not mirrored.
pub(super) fn has_sided_style_sheet(html: &str) -> bool {
    let mut in_style = false;
    events(html).iter().any(|event| match event {
        Event::Open { name, .. } => {
            in_style = name == "style";
            false
        }
        Event::Close { .. } => {
            in_style = false;
            false
        }
        Event::Text { value, .. } => {
            in_style && (value.contains("left") || value.contains("right"))
        }
        _ => false,
    })
}

fn mirrored_in(html: &str, with_comments: bool) -> String {
    let mut page = String::with_capacity(html.len());
    let mut end = 0;
    for event in events(html) {
        let Some((range, text)) = edit(html, event, with_comments) else { continue };
        page.push_str(html.get(end..range.start).unwrap_or_default());
        page.push_str(&text);
        end = range.end;
    }
    page.push_str(html.get(end..).unwrap_or_default());
    page
}

fn edit(html: &str, event: Event, with_comments: bool) -> Option<(Range<usize>, String)> {
    match event {
        Event::Attribute { name, range, .. } if name == "style" => {
            let text = style(html.get(range.clone())?);
            Some((range, text))
        }
        Event::Attribute { name, value, range } if name == "align" => {
            Some((range, swapped(value.trim()).to_owned()))
        }
        Event::Comment { range } if with_comments => {
            let comment = html.get(range.clone())?;
            let inner = comment.strip_prefix("<!--").unwrap_or(comment);
            let start = range.end - inner.len();
            Some((start..range.end, mirrored_in(inner, false)))
        }
        _ => None,
    }
}

fn style(style: &str) -> String {
    style.split(';').map(declaration).collect::<Vec<_>>().join(";")
}

fn declaration(declaration: &str) -> String {
    let Some((property, value)) = declaration.split_once(':') else {
        return declaration.to_owned();
    };
    if value.contains("url(") || property.trim() == "font-family" {
        return declaration.to_owned();
    }
    let property_mirrored: Vec<_> = property.split('-').map(swapped).collect();
    let words: Vec<_> = value.split(' ').map(swapped).collect();
    format!("{}:{}", property_mirrored.join("-"), four_sides(property.trim(), words).join(" "))
}

/// Top, right, bottom, left; and for radii the four corners from the top left.
fn four_sides<'a>(property: &str, words: Vec<&'a str>) -> Vec<&'a str> {
    let is_box =
        ["padding", "margin", "border-width", "border-style", "border-color", "mso-padding-alt"];
    let mut sides = words;
    let values: Vec<usize> =
        (0..sides.len()).filter(|&i| sides.get(i).is_some_and(|w| is_value(w))).collect();
    if let [a, b, c, d] = values.as_slice() {
        if is_box.contains(&property) {
            sides.swap(*b, *d);
        } else if property == "border-radius" {
            sides.swap(*a, *b);
            sides.swap(*c, *d);
        }
    }
    sides
}

fn is_value(word: &str) -> bool {
    !word.is_empty() && !word.starts_with('!')
}

fn swapped(word: &str) -> &str {
    match word {
        "left" => "right",
        "right" => "left",
        "ltr" => "rtl",
        "rtl" => "ltr",
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sides() {
        #[track_caller]
        fn check(html: &str, expected: &str) {
            assert_eq!(mirrored(html), expected);
            assert_eq!(mirrored(expected), html, "mirrored twice");
        }
        check(r#"<p style="text-align:left">x</p>"#, r#"<p style="text-align:right">x</p>"#);
        check(r#"<td align="right">left</td>"#, r#"<td align="left">left</td>"#);
        check(r#"<p style="padding: 1px 2px 3px 4px">"#, r#"<p style="padding: 1px 4px 3px 2px">"#);
        check(
            r#"<p style="margin:0 1px 2px 3px !important">"#,
            r#"<p style="margin:0 3px 2px 1px !important">"#,
        );
        check(r#"<p style="padding:1px 2px">"#, r#"<p style="padding:1px 2px">"#);
        check(
            r#"<p style="border-left:1px;margin-right:2px">"#,
            r#"<p style="border-right:1px;margin-left:2px">"#,
        );
        check(
            r#"<p style="border-radius:1px 2px 3px 4px">"#,
            r#"<p style="border-radius:2px 1px 4px 3px">"#,
        );
        check(r#"<td style="direction:ltr">"#, r#"<td style="direction:rtl">"#);
        check(
            r#"<p style="background:url(left.png) left">"#,
            r#"<p style="background:url(left.png) left">"#,
        );
        check(
            r#"<!--[if mso]><td align="left" style="width:1px"><![endif]--><p>"#,
            r#"<!--[if mso]><td align="right" style="width:1px"><![endif]--><p>"#,
        );
    }

    #[test]
    fn sides_in_style_sheets() {
        #[track_caller]
        fn check(html: &str, expected: bool) {
            assert_eq!(has_sided_style_sheet(html), expected, "{html}");
        }
        check("<style>p { float: left }</style>", true);
        check("<style>p { color: red }</style>left<p>right</p>", false);
    }

    proptest! {
        #[test]
        fn mirroring_never_panics(html in "[<>a-c!\\-\"' =/;:lrtdf]{0,60}|.{0,60}") {
            let _ = mirrored(&html);
            let _ = has_sided_style_sheet(&html);
        }
    }
}
