//! Dialogues with a session, and what holds for all of them.

mod laws;
mod limits;

use super::*;

fn config() -> SessionConfig {
    SessionConfig::new("mx.example.com".parse().expect("a host name"))
}

fn session(config: SessionConfig) -> Session {
    Session::new(config, "192.0.2.1:49152".parse().expect("an address"))
}

/// What the test's host answers.
fn decide(recipient: &MailAddress) -> Reply {
    match recipient.local_part() {
        "nobody" => Reply::reject((1, 1), "no such mailbox"),
        "later" => Reply::defer((2, 1), "come again"),
        "stop" => Reply::new(ReplyCode::NotAvailable, (3, 2), "the server stops"),
        _ => Reply::new(ReplyCode::Completed, (1, 5), "known"),
    }
}

/// Takes all events there are and writes them down, `S:` what was said, `M:` a mail, `!` what the host does.
fn drain(session: &mut Session, transcript: &mut Vec<String>) {
    while let Some(event) = session.next_event() {
        match event {
            Event::Reply(reply) => {
                transcript.extend(reply.to_string().lines().map(|line| format!("S: {line}")));
            }
            Event::Recipient { recipient, .. } => session.answer(decide(&recipient)),
            Event::Message(mail) => {
                let recipients: Vec<String> =
                    mail.recipients.iter().map(ToString::to_string).collect();
                let text = mail.bytes.escape_ascii();
                transcript.push(format!(
                    "M: <{}> to {}: '{text}'",
                    mail.sender,
                    recipients.join(" ")
                ));
                session.answer(Reply::accept("queued"));
            }
            Event::StartTls => {
                transcript.push("! handshake".to_owned());
                session.tls_started();
            }
            Event::Close => transcript.push("! closed".to_owned()),
        }
    }
}

fn transcript_of(config: SessionConfig, chunks: &[&[u8]]) -> Vec<String> {
    let mut session = session(config);
    let mut transcript = Vec::new();
    for chunk in chunks {
        session.feed(chunk);
        drain(&mut session, &mut transcript);
    }
    transcript
}

/// Plays the `C:` lines, each with CR LF behind it, and compares what happens with the other lines.
/// `\r`, `\n` and `\0` in a line mean the octet. The greeting and an EHLO come first unless the script has its own.
#[track_caller]
fn check_with(config: SessionConfig, script: &str) {
    let mut session = session(config);
    let mut ignored = Vec::new();
    if !script.trim_start().starts_with("S: 220") {
        session.feed(b"EHLO client.example.org\r\n");
        drain(&mut session, &mut ignored);
    }
    let script: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut transcript = Vec::new();
    drain(&mut session, &mut transcript);
    for line in &script {
        if let Some(said) = line.strip_prefix("C: ") {
            transcript.push((*line).to_owned());
            let said = said.replace(r"\r", "\r").replace(r"\n", "\n").replace(r"\0", "\0");
            session.feed(format!("{said}\r\n").as_bytes());
            drain(&mut session, &mut transcript);
        }
    }
    assert_eq!(transcript.join("\n"), script.join("\n"));
}

#[track_caller]
fn check(script: &str) {
    check_with(config(), script);
}

#[test]
fn a_mail() {
    check(
        "
        S: 220 mx.example.com ESMTP
        C: EHLO client.example.org
        S: 250-mx.example.com
        S: 250-PIPELINING
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-ENHANCEDSTATUSCODES
        S: 250 SIZE 26214400
        C: MAIL FROM:<a@example.org> SIZE=100 BODY=8BITMIME
        S: 250 2.1.0 sender <a@example.org> noted
        C: RCPT TO:<nobody@example.com>
        S: 550 5.1.1 no such mailbox
        C: RCPT TO:<later@example.com>
        S: 451 4.2.1 come again
        C: RCPT TO:<\"front desk\"@example.com>
        S: 250 2.1.5 known
        C: rcpt to: <b@example.com>
        S: 250 2.1.5 known
        C: DATA
        S: 354 send the message, end it with a line that holds one dot
        C: Subject: dots
        C: Dots: ..two
        C: ..one
        C: ...
        C: .x
        C: .
        M: <a@example.org> to \"front desk\"@example.com b@example.com: 'Subject: dots\\r\\nDots: ..two\\r\\n.one\\r\\n..\\r\\nx\\r\\n'
        S: 250 2.0.0 queued
        C: DATA
        S: 503 5.5.1 say MAIL and RCPT first
        C: MAIL FROM:<>
        S: 250 2.1.0 sender <> noted
        C: RCPT TO:<Postmaster>
        S: 250 2.1.5 known
        C: DATA
        S: 354 send the message, end it with a line that holds one dot
        C: .
        M: <> to postmaster@mx.example.com: ''
        S: 250 2.0.0 queued
        C: QUIT
        S: 221 2.0.0 goodbye
        ! closed
        C: NOOP",
    );
}

#[test]
fn order() {
    check(
        "
        S: 220 mx.example.com ESMTP
        C: MAIL FROM:<a@example.org>
        S: 503 5.5.1 say EHLO first
        C: HELO client.example.org
        S: 250 mx.example.com
        C: RCPT TO:<b@example.com>
        S: 503 5.5.1 say MAIL first
        C: DATA
        S: 503 5.5.1 say MAIL and RCPT first
        C: MAIL FROM:<a@example.org>
        S: 250 2.1.0 sender <a@example.org> noted
        C: MAIL FROM:<a@example.org>
        S: 503 5.5.1 a mail is begun already: say RSET to drop it
        C: DATA
        S: 503 5.5.1 no recipient was accepted: say RCPT first
        C: RSET
        S: 250 2.0.0 forgotten
        C: RCPT TO:<b@example.com>
        S: 503 5.5.1 say MAIL first
        C: STARTTLS
        S: 503 5.5.1 TLS is not offered here",
    );
}

#[test]
fn other_commands() {
    check(
        "
        C: NOOP
        S: 250 2.0.0 still here
        C: VRFY b
        S: 252 2.0.0 not looked up: send the mail and see
        C: HELP
        S: 214 2.0.0 EHLO, STARTTLS, MAIL, RCPT, DATA, RSET, NOOP, VRFY, QUIT (RFC 5321)
        C: EXPN list
        S: 502 5.5.1 EXPN is not offered here: EHLO lists what is
        C: AUTH PLAIN AGEAYg==
        S: 502 5.5.1 AUTH is not offered here: EHLO lists what is
        C: HACK
        S: 500 5.5.1 unknown command: say HELP
        C: EHLO a,b
        S: 501 5.5.2 that is no host name: say EHLO with yours, or with [your address]
        C: EHLO
        S: 501 5.5.2 cannot read this: write EHLO domain
        C: BDAT 40 LAST
        S: 502 5.5.1 BDAT is not offered here: EHLO lists what is
        ! closed
        C: MAIL FROM:<smuggled@example.org>",
    );
}

#[test]
fn addresses_and_parameters() {
    check(
        "
        C: MAIL FROM:a@example.org
        S: 501 5.5.2 cannot read this: write MAIL FROM:<reverse-path> [parameters]
        C: MAIL FROM:<a@@example.org>
        S: 553 5.1.7 the sender is no address: write <local@domain> or <>
        C: MAIL FROM:<a@example.org> SIZE=26214401
        S: 552 5.3.4 the message is above 26214400 octets: send a link, or less
        C: MAIL FROM:<a@example.org> BODY=BINARYMIME
        S: 555 5.5.4 MAIL has a parameter that is not offered here; offered: SIZE, BODY=8BITMIME and SMTPUTF8
        C: MAIL FROM:<a@example.org> RET=FULL
        S: 555 5.5.4 MAIL has a parameter that is not offered here; offered: SIZE, BODY=8BITMIME and SMTPUTF8
        C: MAIL FROM:<a@example.org> FOO=1
        S: 555 5.5.4 parameter FOO=1 is not offered here
        C: MAIL FROM:<用户@例子.广告>
        S: 553 5.6.7 the address is not ASCII: say SMTPUTF8 at MAIL
        C: MAIL FROM:<用户@例子.广告> SMTPUTF8
        S: 250 2.1.0 sender <??@??.??> noted
        C: RCPT TO:<>
        S: 553 5.1.3 a recipient needs an address
        C: RCPT TO:<b@example.com> NOTIFY=NEVER
        S: 555 5.5.4 RCPT has a parameter that is not offered here; offered: none",
    );
    check(
        "
        C: MAIL FROM:<postmaster>
        S: 250 2.1.0 sender <postmaster@mx.example.com> noted
        C: RCPT TO:<b@-..com>
        S: 553 5.1.3 the recipient is no address: write <local@domain>
        C: RCPT TO:<\"a\tb\"@example.com>
        S: 553 5.1.3 no address: invalid local part at byte 1
        C: RCPT TO:<stop@example.com>
        S: 421 4.3.2 the server stops
        ! closed",
    );
}

const DATA: &str = "
        C: MAIL FROM:<a@example.org>
        S: 250 2.1.0 sender <a@example.org> noted
        C: RCPT TO:<b@example.com>
        S: 250 2.1.5 known
        C: DATA
        S: 354 send the message, end it with a line that holds one dot";

#[test]
fn line_ends() {
    let bare_lf = "a bare LF is not a line end: end lines with CR LF\n! closed";
    let bare_cr = "a bare CR is not a line end: end lines with CR LF\n! closed";
    let nul = "a NUL is not allowed: encode binary content\n! closed";
    for (command, text) in [
        ("NOOP\\nQUIT", bare_lf),
        ("NOOP\\rQUIT", bare_cr),
        ("NOOP \\0", nul),
        ("NOOP\\r", bare_cr),
        ("\\n", bare_lf),
    ] {
        check(&format!("C: {command}\nS: 500 5.6.11 {text}"));
    }
    let lines = [
        ("a\\n.", bare_lf),
        (".\\n", bare_lf),
        (".\\r", bare_cr),
        ("a\\r.\\n", bare_cr),
        ("\\0.", nul),
    ];
    for (line, text) in lines {
        check(&format!(
            "{DATA}\nC: {line}\nS: 550 5.6.11 {text}\nC: MAIL FROM:<smuggled@example.org>"
        ));
    }
}

#[test]
fn start_tls() {
    let config = || SessionConfig { start_tls: true, ..config() };
    check_with(
        config(),
        "
        C: MAIL FROM:<a@example.org>
        S: 250 2.1.0 sender <a@example.org> noted
        C: STARTTLS
        S: 220 2.0.0 start the handshake
        ! handshake
        C: MAIL FROM:<a@example.org>
        S: 503 5.5.1 say EHLO first
        C: EHLO client.example.org
        S: 250-mx.example.com
        S: 250-PIPELINING
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-ENHANCEDSTATUSCODES
        S: 250 SIZE 26214400
        C: RCPT TO:<b@example.com>
        S: 503 5.5.1 say MAIL first
        C: STARTTLS
        S: 503 5.5.1 TLS is on already",
    );
    check_with(
        config(),
        "
        C: STARTTLS\\r\\nMAIL FROM:<smuggled@example.org>
        S: 503 5.5.1 wait for the reply to STARTTLS before you send more
        ! closed",
    );
}

#[test]
fn an_answer_that_nobody_asked_for_is_dropped() {
    let mut session = session(config());
    session.answer(Reply::accept("what?"));
    session.tls_started();
    let mut transcript = Vec::new();
    drain(&mut session, &mut transcript);
    assert_eq!(transcript, ["S: 220 mx.example.com ESMTP"]);
}
