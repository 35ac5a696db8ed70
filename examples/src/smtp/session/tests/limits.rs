//! Each limit has its reply.

use super::*;

#[test]
fn limits() {
    let limited = |change: fn(&mut Limits)| {
        let mut config = config();
        change(&mut config.limits);
        config
    };
    check_with(
        limited(|limits| limits.message = 10),
        &format!(
            "{DATA}\nC: 12345678\nC: .\nM: <a@example.org> to b@example.com: '12345678\\r\\n'\nS: 250 2.0.0 queued"
        ),
    );
    let too_big = "S: 552 5.3.4 the message is above 10 octets: send a link, or less";
    check_with(
        limited(|limits| limits.message = 10),
        &format!(
            "{DATA}\nC: 123456789\nC: more\nC: .\n{too_big}\nC: NOOP\nS: 250 2.0.0 still here"
        ),
    );
    let header = "S: 552 5.3.4 the header is above 10 octets: shorten it";
    check_with(
        limited(|limits| limits.header = 10),
        &format!("{DATA}\nC: 12345678\nC: 9\nC: .\n{header}"),
    );
    check_with(
        limited(|limits| limits.header = 10),
        &format!(
            "{DATA}\nC: a: b\\r\\n\\r\\n12345678\nC: .
            M: <a@example.org> to b@example.com: 'a: b\\r\\n\\r\\n12345678\\r\\n'
            S: 250 2.0.0 queued"
        ),
    );
    check_with(
        limited(|limits| limits.data_line = 5),
        &format!(
            "{DATA}\nC: 12345\nC: 123456\nS: 554 5.6.0 the line is too long: break it earlier\n! closed"
        ),
    );
    check_with(
        limited(|limits| limits.command_line = 30),
        "C: NOOP 67890123456789012345678901\nS: 500 5.5.2 the line is too long: break it earlier\n! closed",
    );
    check_with(
        limited(|limits| limits.recipients = 1),
        "
        C: MAIL FROM:<>
        S: 250 2.1.0 sender <> noted
        C: RCPT TO:<b@example.com>
        S: 250 2.1.5 known
        C: RCPT TO:<c@example.com>
        S: 452 4.5.3 a mail goes to 1 recipients at most: send the others in another mail",
    );
    check_with(
        limited(|limits| limits.bad_commands = 1),
        "
        C: HACK
        S: 500 5.5.1 unknown command: say HELP
        C: HACK
        S: 421 4.7.0 too many commands that cannot be obeyed: check the client
        ! closed",
    );
    check_with(
        limited(|limits| limits.idle_commands = 3),
        "
        C: MAIL FROM:<>
        S: 250 2.1.0 sender <> noted
        C: RCPT TO:<nobody@example.com>
        S: 550 5.1.1 no such mailbox
        C: NOOP
        S: 250 2.0.0 still here
        C: NOOP
        S: 421 4.7.0 too many commands and no mail: connect again when there is one
        ! closed",
    );
    check_with(
        limited(|limits| limits.messages = 1),
        &format!(
            "{DATA}
            C: .
            M: <a@example.org> to b@example.com: ''
            S: 250 2.0.0 queued
            C: MAIL FROM:<>
            S: 421 4.7.0 enough mails for one connection: connect again
            ! closed"
        ),
    );
}
