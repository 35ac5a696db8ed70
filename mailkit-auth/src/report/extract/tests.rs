//! What is opened, what is refused, and how far it is unpacked before.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::*;
use crate::report::dmarc::{AggregateErrorKind, AggregateLimits, AggregateReport};

const REPORT: &[u8] = b"<feedback><version>1</version></feedback>";
const TLS: &[u8] = b"{\"policies\": []}";

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

/// An archive of these names, each with this content.
fn zip(names: &[&str], method: CompressionMethod, content: &[u8]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for name in names {
        if name.ends_with('/') {
            archive.new_dir(name).create().unwrap();
            continue;
        }
        let (mut entry, config) =
            archive.new_file(name).compression_method(method).start().unwrap();
        let descriptor = if method == CompressionMethod::STORE {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(content).unwrap();
            writer.finish().unwrap().1
        } else {
            let encoder = flate2::write::DeflateEncoder::new(&mut entry, Compression::best());
            let mut writer = config.wrap(encoder);
            writer.write_all(content).unwrap();
            let (encoder, descriptor) = writer.finish().unwrap();
            encoder.finish().unwrap();
            descriptor
        };
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

/// A mail of parts, each a content type and a content in base64.
fn mail(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use base64::Engine as _;
    let mut mail = "From: a@b.test\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        .to_owned();
    for (kind, content) in parts {
        let content = base64::engine::general_purpose::STANDARD.encode(content);
        mail += &format!(
            "--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}\r\n"
        );
    }
    (mail + "--b--\r\n").into_bytes()
}

/// What is found: the kind and the whole text, or the error that opening or reading it gave.
#[track_caller]
fn check(input: &[u8], expected: Result<(&str, &[u8]), ExtractError>) {
    let limits = ExtractLimits {
        input_octets: 200_000,
        octets: 3 << 20,
        parts: 5,
        ..ExtractLimits::default()
    };
    let document = extract(input, limits);
    let read = |mut content: Content<'_>| {
        let mut text = Vec::new();
        let result = content.read_to_end(&mut text);
        result.map_err(|error| *error.get_ref().unwrap().downcast_ref().unwrap())?;
        assert!(content.unpacked_octets() >= text.len() as u64);
        Ok(text)
    };
    let actual = document.and_then(|document| match document {
        Document::Aggregate(content) => read(content).map(|text| ("aggregate", text)),
        Document::Tls(content) => read(content).map(|text| ("tls", text)),
        Document::Failure(_) => Ok(("failure", Vec::new())),
    });
    let actual =
        actual.as_ref().map(|(kind, text)| (*kind, text.as_slice())).map_err(|error| *error);
    assert_eq!(actual, expected);
}

#[test]
fn files() {
    check(REPORT, Ok(("aggregate", REPORT)));
    check(TLS, Ok(("tls", TLS)));
    check(&gzip(REPORT), Ok(("aggregate", REPORT)));
    check(&gzip(TLS), Ok(("tls", TLS)));
    check(
        &[gzip(b"<feedback>"), gzip(b"</feedback>")].concat(),
        Ok(("aggregate", b"<feedback></feedback>")),
    );
    check(&[gzip(REPORT), b"\r\n".to_vec()].concat(), Ok(("aggregate", REPORT)));
    check(&[gzip(REPORT), gzip(b"").repeat(17)].concat(), Err(ExtractError::TooManyFiles));
    for method in [CompressionMethod::STORE, CompressionMethod::DEFLATE] {
        check(&zip(&["a.xml"], method, REPORT), Ok(("aggregate", REPORT)));
        check(&zip(&["d/", "d/a", "__MACOSX/a"], method, REPORT), Ok(("aggregate", REPORT)));
    }
    check(b"", Err(ExtractError::NoReport));
    check(b"<html>", Err(ExtractError::NoReport));
    check(&gzip(b"text"), Err(ExtractError::NoReport));
    check(&gzip(&gzip(REPORT)), Err(ExtractError::NoReport));
    check(&vec![b'<'; 200_001], Err(ExtractError::InputTooLong { limit: 200_000 }));
}

#[test]
fn archives() {
    let good = zip(&["a"], CompressionMethod::DEFLATE, REPORT);
    check(&zip(&["a", "b"], CompressionMethod::STORE, REPORT), Err(ExtractError::TooManyFiles));
    check(&zip(&["d/"; 17], CompressionMethod::STORE, REPORT), Err(ExtractError::TooManyFiles));
    check(&zip(&[], CompressionMethod::STORE, REPORT), Err(ExtractError::NoReport));
    check(&good[..good.len() - 9], Err(ExtractError::Damaged));
    let directory = good.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    for (field, value, expected) in [
        (8, 1, ExtractError::Encrypted),
        (10, 14, ExtractError::UnknownMethod { method: 14 }),
        (16, good[directory + 16] ^ 1, ExtractError::Damaged),
        (24, good[directory + 24] - 1, ExtractError::Damaged),
        (27, 1, ExtractError::TooLong { limit: 3 << 20 }),
    ] {
        let mut bad = good.clone();
        bad[directory + field] = value;
        check(&bad, Err(expected));
    }
    let mut gzipped = gzip(REPORT);
    let end = gzipped.len();
    gzipped[end - 5] ^= 1;
    check(&gzipped, Err(ExtractError::Damaged));
}

/// A checksum stands behind the report, so whoever reads a report must read on behind its end.
#[test]
fn damage_shows_behind_the_report() {
    // What is looked at to see what a content is must not reach its end.
    let report = format!("<feedback>{:1000}<version>1</version></feedback>", "").into_bytes();
    let mut gzipped = gzip(&report);
    let end = gzipped.len();
    gzipped[end - 5] ^= 1;
    let mut zipped = zip(&["a"], CompressionMethod::DEFLATE, &report);
    let directory = zipped.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    zipped[directory + 16] ^= 1;
    for damaged in [gzipped, zipped] {
        let Ok(Document::Aggregate(content)) = extract(&damaged, ExtractLimits::default()) else {
            panic!("it begins like a report");
        };
        let report = AggregateReport::read(content, AggregateLimits::default());
        let kind = report.map_err(|error| error.kind().clone());
        assert_eq!(kind, Err(AggregateErrorKind::Extract(ExtractError::Damaged)));
    }
}

#[test]
fn bombs() {
    let mut bomb = REPORT[..10].to_vec();
    bomb.resize(4 << 20, b' ');
    let ratio = Err(ExtractError::Ratio { limit: 100 });
    check(&gzip(&bomb), ratio);
    check(&mail(&[("application/gzip", &gzip(&bomb))]), ratio);
    check(&zip(&["a"], CompressionMethod::DEFLATE, &bomb[..2 << 20]), ratio);
    check(
        &zip(&["a"], CompressionMethod::DEFLATE, &bomb),
        Err(ExtractError::TooLong { limit: 3 << 20 }),
    );
    let document = extract(&gzip(&bomb), ExtractLimits::default()).map(|document| match document {
        Document::Aggregate(mut content) => {
            let _ = std::io::copy(&mut content, &mut std::io::sink());
            content.unpacked_octets()
        }
        Document::Tls(_) | Document::Failure(_) => 0,
    });
    assert!(document.is_ok_and(|unpacked| unpacked < (1 << 20) + (64 << 10)));
}

#[test]
fn mails() {
    let zipped = zip(&["a"], CompressionMethod::DEFLATE, REPORT);
    check(
        &mail(&[("text/plain", b"hello"), ("application/zip", &zipped)]),
        Ok(("aggregate", REPORT)),
    );
    check(
        &mail(&[("text/html", b"<p>hello"), ("application/octet-stream", &gzip(TLS))]),
        Ok(("tls", TLS)),
    );
    check(
        &mail(&[("text/plain", b"<html> {hello}"), ("text/plain", REPORT)]),
        Ok(("aggregate", REPORT)),
    );
    check(
        &mail(&[("application/gzip", &gzip(b"other")), ("application/gzip", &gzip(REPORT))]),
        Ok(("aggregate", REPORT)),
    );
    check(
        &mail(&[("application/gzip", &gzip(TLS)), ("application/gzip", &gzip(REPORT))]),
        Ok(("tls", TLS)),
    );
    check(
        &mail(&[("text/plain", b"{}"), ("application/zip", b"PK\x03\x04")]),
        Err(ExtractError::Damaged),
    );
    check(&mail(&[("message/feedback-report", b"Version: 1\r\n")]), Ok(("failure", b"")));
    check(&mail(&[("text/plain", b"hello")]), Err(ExtractError::NoReport));
    check(
        &mail(&[("text/plain", b"hello".as_slice()); 5]),
        Err(ExtractError::TooManyParts { limit: 5 }),
    );
}

proptest! {
    #[test]
    fn no_input_panics(start in 0_usize..5, mut octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        let starts: [&[u8]; 5] = [b"", b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"Content-Type: message/feedback-report\n\n", b"<"];
        octets.splice(0..0, starts[start].iter().copied());
        if let Ok(Document::Aggregate(mut content) | Document::Tls(mut content)) = extract(&octets, ExtractLimits::default()) {
            let _ = std::io::copy(&mut content, &mut std::io::sink());
        }
    }
}
