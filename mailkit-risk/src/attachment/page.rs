//! Web pages that assemble a file by script (“HTML smuggling”).

use super::Inspection;
use crate::assessment::UnscannableCause;
use crate::file_name::{self, FileKind};
use crate::message::AttachmentFindingKind;

pub(super) fn inspect(name: &str, bytes: &[u8], inspection: &mut Inspection) {
    let (head, _) = bytes.split_at(bytes.len().min(MAX_BYTES));
    if !is_page(name, head) {
        return;
    }
    if head.len() < bytes.len() {
        inspection.cannot_scan(UnscannableCause::Limit);
    }
    let source = String::from_utf8_lossy(head).to_ascii_lowercase();
    if let Some(evidence) = smuggles(&source) {
        inspection.add(AttachmentFindingKind::HtmlSmuggling, evidence);
    }
}

pub(super) fn is_page(name: &str, head: &[u8]) -> bool {
    file_name::kind(name) == Some(FileKind::Page) || starts_like_page(head)
}

fn starts_like_page(bytes: &[u8]) -> bool {
    let start: Vec<u8> =
        bytes.trim_ascii_start().iter().take(14).map(u8::to_ascii_lowercase).collect();
    start.starts_with(b"<!doctype html")
        || start.starts_with(b"<html")
        || start.starts_with(b"<script")
}

/// A script that turns data into a file and hands it to the reader.
fn smuggles(source: &str) -> Option<&'static str> {
    if !source.contains("<script") && !source.contains("onload=") {
        return None;
    }
    let decodes = source.contains("atob(")
        || source.contains("fromcharcode")
        || source.contains("uint8array");
    let hands_over =
        source.contains(".click()") || source.contains(".download") || source.contains("download=");
    let direct = ["createobjecturl", "mssaveoropenblob", "mssaveblob"]
        .into_iter()
        .find(|call| source.contains(call));
    direct.or_else(|| (decodes && hands_over).then_some("decodes data and offers a download"))
}

const MAX_BYTES: usize = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_read_in_part_is_named() {
        for (size, expected) in [(MAX_BYTES, &[][..]), (MAX_BYTES + 1, &[UnscannableCause::Limit])]
        {
            let mut inspection = Inspection::default();
            inspect("a.html", &vec![b'a'; size], &mut inspection);
            assert_eq!(inspection.unscannable, expected);
        }
    }

    #[test]
    fn knows_smuggling() {
        for (name, source, expected) in [
            ("a.html", "<script>var u=URL.createObjectURL(new Blob([x]))</script>", 1),
            ("a.html", "<script>l.href='data:'+atob(x); l.click()</script>", 1),
            ("", "<html><body onload='navigator.msSaveOrOpenBlob(b)'>", 1),
            ("a.html", "<script>console.log('hello')</script>", 0),
            ("a.html", "<p>createObjectURL is a function</p>", 0),
            ("a.txt", "createObjectURL <script", 0),
        ] {
            let mut inspection = Inspection::default();
            inspect(name, source.as_bytes(), &mut inspection);
            assert_eq!(inspection.findings.len(), expected, "{source}");
        }
    }
}
