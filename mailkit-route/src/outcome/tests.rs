use super::*;

#[track_caller]
fn check(stage: Stage, reply: &str, expected: NextStep) {
    assert_eq!(next_step(stage, &reply.parse().unwrap()), expected, "{stage}: {reply}");
}

#[test]
fn r16_before_mail_the_next_host_is_tried() {
    check(Stage::Greeting, "220 hello", NextStep::Continue);
    check(Stage::Greeting, "421 busy", NextStep::TryNextHop);
    check(Stage::Greeting, "554 5.7.1 listed at spamhaus", NextStep::TryNextHop);
    check(Stage::Greeting, "421 4.7.0 too many connections", NextStep::RetryLater);
    check(Stage::Ehlo, "550 5.7.1 no", NextStep::TryNextHop);
}

#[test]
fn r16_who_refuses_starttls_is_asked_no_more_than_the_hop_asks() {
    check(Stage::StartTls, "454 4.7.0 TLS not available", NextStep::AskTls);
    check(Stage::StartTls, "502 5.5.1 not implemented", NextStep::AskTls);
    check(Stage::StartTls, "220 go ahead", NextStep::Continue);
    check(Stage::StartTls, "421 closing", NextStep::TryNextHop);
    check(Stage::StartTls, "421 4.7.0 too many connections", NextStep::RetryLater);
}

#[test]
fn r16_a_552_for_too_many_recipients_is_temporary() {
    check(Stage::RcptTo, "552 too many recipients", NextStep::RetryLater);
    check(Stage::RcptTo, "552 5.5.3 too many recipients", NextStep::RetryLater);
    check(Stage::RcptTo, "552 5.2.2 mailbox full", NextStep::GiveUp);
    check(Stage::RcptTo, "550 5.5.3 too many recipients", NextStep::GiveUp);
    check(Stage::Dot, "552 too many recipients", NextStep::GiveUp);
}

#[test]
fn a_class_of_the_users_own_is_followed() {
    use crate::{reply::ReplyScope, timing::SendFeedback};
    let read = || "450 4.2.2 x".parse::<SmtpReply>().unwrap();
    let reply = read().with_class(ReplyClass::Rate);
    assert_eq!(next_step(Stage::RcptTo, &reply), NextStep::RetryLater);
    assert_eq!(reply.scope(Stage::RcptTo), Some(ReplyScope::Provider));
    assert_eq!(reply, read());
    let outcome = HopOutcome::replied(Stage::RcptTo, reply);
    assert_eq!(SendFeedback::of(&outcome), SendFeedback::Throttled);
    assert_eq!(outcome.fault(), None);
    let good = "250 ok".parse::<SmtpReply>().unwrap().with_class(ReplyClass::Spam);
    assert_eq!(good.class(), ReplyClass::Positive);
    assert_eq!(read().with_class(ReplyClass::Positive).class(), ReplyClass::MailboxFull);
}

#[test]
fn r16_after_mail_a_5xx_is_final() {
    check(Stage::MailFrom, "550 5.7.1 no", NextStep::GiveUp);
    check(Stage::RcptTo, "550 4.7.1 no", NextStep::GiveUp);
    check(Stage::RcptTo, "421 4.3.2 shutting down", NextStep::TryNextHop);
    check(Stage::RcptTo, "452 4.2.2 full", NextStep::RetryLater);
    check(Stage::Data, "354 go on", NextStep::Continue);
    check(Stage::Data, "451 4.3.0 disk", NextStep::TryNextHop);
    check(Stage::Dot, "451 4.3.0 disk", NextStep::RetryLater);
    check(Stage::Dot, "550 5.7.26 no", NextStep::GiveUp);
    check(Stage::Dot, "250 2.0.0 queued", NextStep::Done);
}

#[test]
fn r16_a_bare_421_and_451_are_about_the_host() {
    check(Stage::RcptTo, "421 closing", NextStep::TryNextHop);
    check(Stage::Dot, "421 closing", NextStep::RetryLater);
    check(Stage::RcptTo, "421 4.7.26 unauthenticated", NextStep::RetryLater);
    check(Stage::RcptTo, "451 closing", NextStep::TryNextHop);
    check(Stage::RcptTo, "450 closing", NextStep::RetryLater);
}

#[test]
fn r15_silence_after_the_dot_is_ambiguous() {
    let check = |stage, expected| {
        assert_eq!(HopOutcome::dropped(stage).next_step(), expected, "{stage}");
    };
    check(Stage::Dot, NextStep::Ambiguous);
    check(Stage::Data, NextStep::TryNextHop);
    check(Stage::Greeting, NextStep::TryNextHop);
}

#[test]
fn only_trouble_of_the_way_counts_against_it() {
    let check = |stage, reply: &str, expected| {
        let outcome = HopOutcome::replied(stage, reply.parse().unwrap());
        assert_eq!(outcome.fault().is_some(), expected, "{stage}: {reply}");
    };
    check(Stage::Greeting, "554 no", true);
    check(Stage::Greeting, "554 5.3.2 not accepting mail", true);
    check(Stage::StartTls, "454 4.7.0 TLS not available", false);
    check(Stage::Ehlo, "554 5.7.0 rate limit exceeded", true);
    check(Stage::RcptTo, "554 5.7.0 rate limit exceeded", false);
    check(Stage::Greeting, "421 4.7.0 too many connections", false);
    check(Stage::RcptTo, "450 4.7.1 greylisted", false);
    check(Stage::RcptTo, "550 5.1.1 no such user", false);
    check(Stage::Dot, "421 4.3.2 shutting down", true);
    check(Stage::MailFrom, "554 5.7.1 poor reputation", true);
    check(Stage::Dot, "250 ok", false);
}

/// What follows at `EHLO`, `RCPT TO` and the dot, and whether it speaks against the way at `RCPT TO`.
struct Row(ReplyClass, &'static str, [NextStep; 3], bool);

#[test]
fn r16_each_class_has_its_step_at_each_stage() {
    use NextStep::{Continue, Done, GiveUp, RetryLater, TryNextHop, UseTls};
    use ReplyClass as C;
    let (final_, waits) = ([TryNextHop, GiveUp, GiveUp], [TryNextHop, RetryLater, RetryLater]);
    let (host, tls) = ([TryNextHop, TryNextHop, RetryLater], [TryNextHop, UseTls, UseTls]);
    let rows = [
        Row(C::Authentication, "550 5.7.26 no", final_, false),
        Row(C::Authentication, "450 4.7.26 no", waits, false),
        Row(C::Content, "554 5.6.0 malformed header", final_, false),
        Row(C::Expired, "550 5.4.7 delivery time expired", final_, false),
        Row(C::Greylist, "451 4.7.1 greylisted", [RetryLater; 3], false),
        Row(C::Inactive, "550 5.2.1 mailbox disabled", final_, false),
        Row(C::LoginRequired, "530 5.7.0 authentication required", final_, false),
        Row(C::Loop, "554 5.4.6 routing loop", final_, false),
        Row(C::MailboxFull, "552 5.2.2 mailbox full", final_, false),
        Row(C::MailboxFull, "452 4.2.2 mailbox full", waits, false),
        Row(C::Network, "550 5.4.4 unable to route", final_, false),
        Row(C::Network, "451 4.4.1 no answer from host", host, true),
        Row(C::NullMx, "556 5.1.10 null MX", final_, false),
        Row(C::Permanent, "550 no", final_, false),
        Row(C::Policy, "550 5.7.1 policy", final_, false),
        Row(C::Positive, "250 ok", [Continue, Continue, Done], false),
        Row(C::Protocol, "503 5.5.1 bad sequence of commands", final_, false),
        Row(C::Protocol, "451 4.5.1 bad sequence of commands", host, true),
        Row(C::Rate, "550 5.7.0 rate limit exceeded", final_, false),
        Row(C::Rate, "450 4.7.0 rate limit exceeded", [RetryLater; 3], false),
        Row(C::Relaying, "554 5.7.1 relay access denied", final_, false),
        Row(C::Relaying, "454 4.7.1 relay access denied", host, true),
        Row(C::Reputation, "554 5.7.1 poor reputation", final_, true),
        Row(C::Reputation, "450 4.7.1 poor reputation", waits, true),
        Row(C::SenderAddress, "550 5.1.8 sender domain not found", final_, false),
        Row(C::Spam, "554 5.7.1 looks like spam", final_, false),
        Row(C::System, "554 5.3.0 internal error", final_, false),
        Row(C::System, "452 4.3.1 insufficient system storage", host, true),
        Row(C::Temporary, "450 not now", waits, false),
        Row(C::System, "421 not now", host, true),
        Row(C::TlsRequired, "530 5.7.0 must issue a STARTTLS command first", tls, false),
        Row(C::TlsRequired, "450 4.7.10 encryption needed", tls, false),
        Row(C::TooLarge, "552 5.3.4 message too big", final_, false),
        Row(C::UnknownDomain, "550 5.1.2 no such domain", final_, false),
        Row(C::UnknownMailbox, "550 5.1.1 no such user", final_, false),
    ];
    for Row(class, text, steps, fault) in &rows {
        let reply: SmtpReply = text.parse().unwrap();
        assert_eq!(reply.class(), *class, "{text}");
        let stages = [Stage::Ehlo, Stage::RcptTo, Stage::Dot];
        assert_eq!(stages.map(|stage| next_step(stage, &reply)), *steps, "{text}");
        let outcome = HopOutcome::replied(Stage::RcptTo, reply);
        assert_eq!(outcome.fault().is_some(), *fault, "{text}");
    }
    for class in C::ALL {
        assert!(rows.iter().any(|row| row.0 == *class), "{class} has no row");
    }
}
