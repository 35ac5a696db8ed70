//! The rules of KumoMTA's own files, beside the built-in table.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]
#![cfg(feature = "kumomta")]

#[path = "support/shared_data.rs"]
mod shared_data;

use mailkit_route::{
    ReplyClass, SmtpReply,
    kumomta::{BounceRules, ShapingRules},
};
use shared_data::shared;

fn file(name: &str) -> Option<String> {
    shared(&format!("route/kumomta/{name}"))
}

/// A reply that a pattern describes, as far as it is literal.
fn example(pattern: &str) -> Option<SmtpReply> {
    let mut text = pattern.trim_start_matches('^').trim_end_matches('$').to_owned();
    for (from, to) in [
        (".+", " <a@b.example> "),
        (".*", " "),
        ("\\d{2}", "50"),
        ("\\d{3}", "550"),
        ("\\d+", "0"),
        ("[45]\\d{2}", "550"),
        ("(451|550)", "550"),
        ("55[24]", "552"),
        ("45[02]", "450"),
        ("[1234]", "1"),
        ("[6]", "6"),
        ("[78]", "8"),
        ("\\.", "."),
        ("[45].", "5."),
        ("\\", ""),
    ] {
        text = text.replace(from, to);
    }
    if text.starts_with('4') {
        text = text.replacen(" 5.", " 4.", 1);
    }
    if text.starts_with("5.") || !text.starts_with(|c: char| c.is_ascii_digit()) {
        text = format!("550 {text}");
    }
    text.trim().parse().ok()
}

/// The classes of ours that a class of KumoMTA covers; its names are coarser, and some hold several causes.
fn covered(name: &str) -> &'static [ReplyClass] {
    use ReplyClass as C;
    match name {
        "InvalidRecipient" => &[C::UnknownMailbox, C::UnknownDomain],
        "BadDomain" => &[C::UnknownDomain, C::NullMx],
        "InactiveMailbox" => &[C::Inactive],
        "InvalidSender" => &[C::SenderAddress],
        "QuotaIssues" => &[C::MailboxFull, C::TooLarge],
        "NoAnswerFromHost" | "BadConnection" | "DNSFailure" => &[C::Network, C::UnknownDomain],
        "RoutingErrors" => &[C::Network, C::Relaying, C::Loop, C::UnknownMailbox],
        "TransientFailure" => &[C::System, C::Temporary, C::Rate],
        "MessageExpired" => &[C::Expired],
        "ProtocolErrors" => &[C::Protocol],
        "AuthenticationFailed" => &[C::Authentication, C::LoginRequired, C::SenderAddress],
        "PolicyRelated" => &[C::Policy, C::Rate],
        "SpamBlock" => &[C::Reputation, C::Spam],
        "SpamContent" => &[C::Spam],
        "TooManyRecipients" => &[C::Rate],
        _ => &[],
    }
}

#[test]
fn replies_that_the_texts_of_bounces_toml_describe() {
    let Some(text) = file("bounces.toml") else { return };
    let rules: BounceRules = text.parse().unwrap();
    let (mut all, mut right) = (0, 0);
    for rule in rules.rules() {
        let Some(reply) = example(rule.pattern()) else { panic!("{}", rule.pattern()) };
        all += 1;
        if covered(rule.name()).contains(&reply.class()) {
            right += 1;
        } else {
            println!("  {}, not {}: {reply}", rule.name(), reply.class());
        }
    }
    println!("bounces.toml: {right} of {all}");
    assert!(all > 100 && right * 100 >= all * 90, "{right} of {all}");
}

#[test]
fn files_of_kumomta_load() {
    let (Some(bounces), Some(iana)) = (file("bounces.toml"), file("iana.toml")) else { return };
    let rules =
        bounces.parse::<BounceRules>().unwrap().followed_by(&iana.parse().unwrap()).unwrap();
    let class = |text: &str| rules.classify(&text.parse().unwrap());
    assert_eq!(class("552 5.2.2 stuffed"), Some(ReplyClass::MailboxFull));
    assert_eq!(class("525 5.7.13 disabled"), Some(ReplyClass::Inactive));
    assert_eq!(class("550 Mail content denied. x"), Some(ReplyClass::Spam));
    let (Some(base), Some(community)) = (file("shaping.toml"), file("community-shaping.toml"))
    else {
        return;
    };
    let shaping =
        base.parse::<ShapingRules>().unwrap().followed_by(&community.parse().unwrap()).unwrap();
    println!(
        "{} automation rules, {} patterns unsupported",
        shaping.automations().len(),
        shaping.unsupported().len()
    );
    assert_eq!(shaping.unsupported().len(), 1);
    let reply = "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred".parse().unwrap();
    let (domain, mx) = ("yahoo.com".parse().unwrap(), "mta5.am0.yahoodns.net".parse().unwrap());
    assert_eq!(shaping.matching(&reply, &domain, &mx).len(), 3);
}
