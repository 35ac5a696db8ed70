//! Octets that are canonical as they stand.

use crate::record::dkim_signature::Canonicalization;

/// How many octets in front of `piece` can be hashed as they stand: from an octet that is content
/// to another, with single spaces and line ends between that the form leaves alone. 0 if the first
/// octet is white space.
///
/// Whether octets must be looked at is decided by each pair of neighbours, block by block, which the
/// compiler turns into vector instructions.
pub(super) fn length(form: Canonicalization, piece: &[u8]) -> usize {
    match form {
        Canonicalization::Relaxed => length_by(piece, is_odd_relaxed, |octet| !is_space(octet)),
        Canonicalization::Simple => length_by(piece, is_odd_simple, |octet| !is_line_end(octet)),
    }
}

fn length_by(
    piece: &[u8],
    is_odd: impl Fn(u8, u8) -> bool,
    is_content: impl Fn(u8) -> bool,
) -> usize {
    if !piece.first().is_some_and(|first| is_content(*first)) {
        return 0;
    }
    let next = piece.get(1..).unwrap_or_default();
    let (blocks, next_blocks) = (piece.as_chunks::<BLOCK>().0, next.as_chunks::<BLOCK>().0);
    let is_plain = |(block, next): &(&[u8; BLOCK], &[u8; BLOCK])| {
        // One pass without an early end.
        let odd =
            block.iter().zip(*next).fold(false, |odd, (octet, next)| odd | is_odd(*octet, *next));
        !odd
    };
    let plain = BLOCK * blocks.iter().zip(next_blocks).take_while(is_plain).count();
    let mut pairs = piece.iter().zip(next).skip(plain);
    let odd = pairs.position(|(octet, next)| is_odd(*octet, *next));
    let run = odd.and_then(|odd| piece.get(..=plain + odd)).unwrap_or(piece);
    run.iter().rposition(|octet| is_content(*octet)).map_or(0, |last| last + 1)
}

/// Whether a pair may be more than one space, space at the end of a line, an empty line or the end
/// of a line in a line feed alone.
fn is_odd_relaxed(octet: u8, next: u8) -> bool {
    is_odd_simple(octet, next)
        | (next == b'\t')
        | ((octet == b' ') & ((next == b' ') | (next == b'\r')))
}

/// Whether a pair may be an empty line or the end of a line in a line feed alone.
fn is_odd_simple(octet: u8, next: u8) -> bool {
    ((next == b'\n') & (octet != b'\r')) | ((octet == b'\n') & (next == b'\r'))
}

fn is_line_end(octet: u8) -> bool {
    matches!(octet, b'\r' | b'\n')
}

fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t') || is_line_end(octet)
}

/// Octets that are looked at together.
const BLOCK: usize = 32;
