//! Work that grows with the octets of a report and not with what is in them.

use super::*;

/// Octets that are looked at or moved for each octet of the report.
fn work(xml: &str) -> u64 {
    let mut sections = Sections::new(xml.as_bytes(), AggregateLimits::default());
    let mut anomalies = Anomalies::default();
    while let Ok(Some(section)) = sections.next(&mut anomalies) {
        let (Section::Head(octets) | Section::Record(octets) | Section::Truncated(octets)) =
            section
        else {
            continue;
        };
        sections.window.consume(octets);
    }
    let Marks { open, close, declaration, comment_end, cdata_end, instruction_end } =
        &sections.marks;
    let seeks =
        [open, close, declaration, comment_end, cdata_end, instruction_end, &sections.name.seek];
    let searched: u64 = seeks.iter().map(|seek| seek.searched).sum();
    (searched + sections.window.moved) / xml.len() as u64
}

#[track_caller]
fn check(start: &str, part: &str, end: &str) {
    let parts = part.repeat((1 << 20) / part.len());
    let work = work(&format!("<feedback>{start}{parts}{end}</feedback>"));
    assert!(work <= 8, "{start}{part}…{end}: {work}");
}

#[test]
fn work_is_in_proportion() {
    check("", "<record>", "");
    check("", "<record><!--", "");
    check("", "<record><![CDATA[", "");
    check("", "<record></record ", "");
    check("", "<record>record", "");
    check("<record>", "<!---->", "</record>");
    check("<record>", "<![CDATA[]]>", "</record>");
    check("<record>", "<!", "</record>");
    check("<record>", "<!---->record", "</record>");
    check("", "<x></x><record></record>", "");
    check("<x>", "<!--</x>-->", "</x>");
    check("", "</x>", "");
    check("", "<?x?>", "");
}
