//! What holds for every input.

use proptest::prelude::*;

use super::*;

/// Pieces of dialogues, good and bad ones, so that random input comes far.
fn dialogue() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "EHLO a.example\r\n",
        "MAIL FROM:<a@example.org>\r\n",
        "RCPT TO:<b@example.com>\r\n",
        "DATA\r\n",
        "text\r\n",
        "..\r\n",
        ".\r\n",
        "\r\n",
        "RSET\r\n",
        "\n",
        "\r",
        "\0",
        "é",
        "NOOP x",
        "QUIT\r\n",
        "BDAT 5\r\n",
    ];
    let weights = [4, 4, 4, 4, 4, 4, 4, 2, 2, 1, 1, 1, 1, 1, 1, 1];
    let piece = proptest::strategy::Union::new_weighted(
        weights.into_iter().zip(pieces.map(|piece| Just(piece.as_bytes().to_vec()))).collect(),
    );
    prop::collection::vec(piece, 0..40).prop_map(|pieces| {
        let start =
            b"EHLO a.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
                .to_vec();
        [start, pieces.concat()].concat()
    })
}

proptest! {
    #[test]
    fn the_cut_changes_nothing(input in dialogue(), cuts in prop::collection::vec(0_usize..600, 0..8)) {
        let whole = transcript_of(config(), &[&input]);
        let octets: Vec<&[u8]> = input.chunks(1).collect();
        prop_assert_eq!(&transcript_of(config(), &octets), &whole);

        let mut places: Vec<usize> = cuts.into_iter().map(|cut| cut.min(input.len())).collect();
        places.extend([0, input.len()]);
        places.sort_unstable();
        let parts: Vec<&[u8]> = places.windows(2).map(|pair| &input[pair[0]..pair[1]]).collect();
        prop_assert_eq!(&transcript_of(config(), &parts), &whole);
    }

    #[test]
    fn no_input_panics(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..6)) {
        let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        transcript_of(SessionConfig { start_tls: true, ..config() }, &chunks);
    }

    #[test]
    fn no_command_line_panics(
        verb in "(?i)(EHLO|HELO|MAIL FROM:|RCPT TO:|NOOP|VRFY|AUTH|BDAT|ATRN|BURL|DATA|HELP|STARTTLS)",
        rest in "[ <>@\"\\\\a-z0-9=;:,.+-]{0,60}",
    ) {
        let line = format!("{verb} {rest}\r\n");
        let said = transcript_of(config(), &[b"EHLO a.example\r\n", line.as_bytes()]);
        prop_assert!(said.len() > 7, "each command is answered");
    }
}
