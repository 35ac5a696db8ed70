//! MJML layouts: what is refused, and where.
#![cfg(feature = "mjml")]

use mailkit_template::{Catalog, TemplateSource};

const LAYOUT: &str = "\
<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>{{ body }}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
";

#[test]
fn defects_of_layouts() {
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        assert!(LAYOUT.contains(old), "{old}");
        let source = TemplateSource::new("t")
            .with_file("template.toml", "id = 't'\ndefault-locale = 'en'\nsubject = 'body'")
            .with_file("layout.mjml", LAYOUT.replace(old, new))
            .with_file("messages/en.ftl", "body = Hello");
        let found = match Catalog::load([source]) {
            Ok(_) => Vec::new(),
            Err(error) => error.defects().iter().map(ToString::to_string).collect(),
        };
        let expected: Vec<_> = expected.iter().map(|e| format!("t/layout.mjml{e}")).collect();
        assert_eq!(found, expected);
    }
    check("<mj-text>", "<mj-text>", &[]);
    check("</mj-text>", "", &[":6: layout-unbalanced: <mj-column> is not balanced"]);
    check(
        "<mj-text>{{ body }}</mj-text>",
        "<mj-txt>{{ body }}</mj-txt>",
        &[":5: layout-syntax: there is no element <mj-txt>"],
    );
    check("<mjml>", "<mjml colour=\"red\">", &[":1: layout-syntax: unexpected attribute"]);
    check(
        "<mj-text>",
        "<mj-text color=\"{{ body }}\">",
        &[":5: slot-context: {{ body }} stands where no value is safe"],
    );
    check(
        "<mj-body>",
        "<mj-head><mj-include path=\"/etc/passwd\" /></mj-head><mj-body>",
        &[":2: layout-syntax: includes are not read"],
    );
    check(
        "{{ body }}",
        "{{ body }} { body }}",
        &[":5: slot-malformed: {{ body }} { body }} is not a slot"],
    );
    check("<mjml>", "<div>", &[":9: layout-unbalanced: <mjml> is not balanced"]);
}
