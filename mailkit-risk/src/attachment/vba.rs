//! VBA source out of a module stream (MS-OVBA section 2.4.1), and the macros that start by themselves.

/// The source text of a module stream, at most `limit` bytes; `None` where there is none.
///
/// The compiled code comes first and has no fixed length, so the compressed source is found by how every module begins:
/// with the text `Attribute`.
pub(super) fn source(stream: &[u8], limit: usize) -> Option<Vec<u8>> {
    let start = stream.windows(SIGNATURE_LENGTH).position(is_source_start)?;
    stream.get(start..).and_then(|container| decompress(container, limit))
}

/// The name of a macro in this source that starts by itself.
pub(super) fn auto_exec(source: &[u8]) -> Option<&'static str> {
    let source = String::from_utf8_lossy(source).to_ascii_lowercase();
    // A blank, a tab or the `_` of a line that goes on may stand before the name.
    let words = source
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.bytes().any(|byte| byte != b'_'));
    let pairs = words.clone().zip(words.skip(1));
    let mut procedures = pairs.filter(|(keyword, _)| matches!(*keyword, "sub" | "function"));
    procedures.find_map(|(_, name)| AUTO.lines().find(|auto| *auto == name))
}

fn is_source_start(window: &[u8]) -> bool {
    matches!(window, [1, _, _, 0, text @ ..] if text == b"Attribut")
}

/// A container: a signature byte and chunks of at most 4096 bytes, each with its own back references.
fn decompress(container: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut rest = container.strip_prefix(&[1])?;
    let mut output = Vec::new();
    while let [low, high, after @ ..] = rest {
        let header = u16::from_le_bytes([*low, *high]);
        let size = usize::from(header & 0x0fff) + 1;
        if header & 0x7000 != 0x3000 {
            break;
        }
        let (chunk, next) = after.split_at(size.min(after.len()));
        if header & 0x8000 == 0 {
            output.extend_from_slice(chunk);
        } else {
            decompress_chunk(chunk, &mut output)?;
        }
        if output.len() >= limit {
            break;
        }
        rest = next;
    }
    (!output.is_empty()).then_some(output)
}

fn decompress_chunk(mut chunk: &[u8], output: &mut Vec<u8>) -> Option<()> {
    let start = output.len();
    while let [flags, rest @ ..] = chunk {
        chunk = rest;
        for bit in 0..8 {
            match (flags >> bit & 1, chunk) {
                (_, []) => return Some(()),
                (0, [literal, rest @ ..]) => {
                    output.push(*literal);
                    chunk = rest;
                }
                (_, [low, high, rest @ ..]) => {
                    copy(u16::from_le_bytes([*low, *high]), start, output)?;
                    chunk = rest;
                }
                _ => return None,
            }
        }
    }
    Some(())
}

/// MS-OVBA section 2.4.1.3.19: how many bits of a token are the offset depends on how far the chunk is.
fn copy(token: u16, start: usize, output: &mut Vec<u8>) -> Option<()> {
    let position =
        output.len().checked_sub(start).filter(|position| (1..=CHUNK).contains(position))?;
    let bits = position.next_power_of_two().trailing_zeros().max(4);
    let length = usize::from(token & (0xffff >> bits)) + 3;
    let offset = usize::from(token >> (16 - bits)) + 1;
    let from = output.len().checked_sub(offset).filter(|from| *from >= start)?;
    for index in from..from + length {
        let byte = *output.get(index)?;
        output.push(byte);
    }
    Some(())
}

const SIGNATURE_LENGTH: usize = 12;
const CHUNK: usize = 4096;
const AUTO: &str = include_str!("../../data/vba-auto.tsv");

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Compresses with literals alone, which is all a reader needs.
    pub(crate) fn compress(source: &[u8]) -> Vec<u8> {
        let mut container = vec![1];
        for chunk in source.chunks(2048) {
            let tokens: Vec<u8> =
                chunk.chunks(8).flat_map(|eight| [&[0], eight].concat()).collect();
            let header = u16::try_from(tokens.len() - 1).unwrap() | 0xb000;
            container.extend(header.to_le_bytes());
            container.extend(tokens);
        }
        container
    }

    /// The example of MS-OVBA section 3.2.2.
    #[test]
    fn decompresses_the_normal_example() {
        let container = b"\x01\x2f\xb0\x00\x23\x61\x61\x61\x62\x63\x64\x65\x82\x66\x00\x70\x61\x67\x68\x69\x6a\x01\x38\
            \x08\x61\x6b\x6c\x00\x30\x6d\x6e\x6f\x70\x06\x71\x02\x70\x04\x10\x72\x73\x74\x75\x76\x10\x77\x78\x79\x7a\x00\x3c";
        let expected = b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa";
        assert_eq!(decompress(container, 1 << 20).as_deref(), Some(&expected[..]));
    }

    /// The example of MS-OVBA section 3.2.3.
    #[test]
    fn decompresses_the_longest_example() {
        let container = b"\x01\x03\xb0\x02\x61\x45\x00";
        assert_eq!(decompress(container, 1 << 20), Some(vec![b'a'; 73]));
    }

    #[test]
    fn finds_macros_that_start_by_themselves() {
        for (source, expected) in [
            ("Private Sub Document_Open()\r\n", Some("document_open")),
            ("Sub AutoOpen()\r\n", Some("autoopen")),
            ("Public Sub  Workbook_Open ()", Some("workbook_open")),
            ("Sub Calculate()\r\n", None),
            ("' calls AutoOpen later", None),
            ("Sub AutoOpener()", None),
            ("Function AutoOpen()", Some("autoopen")),
            ("Sub\tAutoOpen()", Some("autoopen")),
            ("Sub _\r\nAutoOpen()", Some("autoopen")),
        ] {
            assert_eq!(auto_exec(source.as_bytes()), expected, "{source}");
        }
        let padded = format!("{}Sub AutoOpen()", "' sub \r\n".repeat(20_000));
        assert_eq!(auto_exec(padded.as_bytes()), Some("autoopen"));
    }

    proptest! {
        #[test]
        fn what_is_compressed_comes_back(text in proptest::collection::vec(any::<u8>(), 0..6_000)) {
            let source_text = [b"Attribute VB_Name", text.as_slice()].concat();
            let stream = [&[7; 30][..], &compress(&source_text)].concat();
            prop_assert_eq!(source(&stream, 1 << 20), Some(source_text));
        }

        #[test]
        fn no_stream_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decompress(&[&[1, 0x30, 0xb0][..], &bytes].concat(), 1 << 16);
            let _ = source(&bytes, 1 << 16);
        }
    }
}
