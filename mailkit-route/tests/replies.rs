//! How well the built-in table tells what replies mean.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]

use std::collections::BTreeMap;

use mailkit_route::{ReplyClass, SmtpReply};

/// Replies with the class a person gave them.
fn labelled(text: &str) -> impl Iterator<Item = (&str, SmtpReply)> {
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let (class, reply) = row.split_once(" | ").unwrap();
        (class, reply.replace("\\n", "\r\n").parse().unwrap())
    })
}

/// Prints the accuracy and each mistake; asserts the number of mistakes at most.
#[track_caller]
fn check(name: &str, text: &str, at_least: usize, mistakes_at_most: usize) {
    let known: Vec<_> = ReplyClass::ALL.iter().map(|class| class.code()).collect();
    let mut by_class = BTreeMap::<_, (usize, usize)>::new();
    let (mut all, mut wrong) = (0, 0);
    for (class, reply) in labelled(text) {
        assert!(known.contains(&class), "{class}");
        let right = reply.class().code() == class;
        let counts = by_class.entry(class).or_default();
        all += 1;
        counts.1 += 1;
        counts.0 += usize::from(right);
        if !right {
            wrong += 1;
            println!("  {class}, not {}: {reply}", reply.class());
        }
    }
    for (class, (right, all)) in by_class {
        println!("  {class}: {right} of {all}");
    }
    println!("{name}: {} of {all} right", all - wrong);
    assert!(all >= at_least && wrong <= mistakes_at_most, "{name}: {wrong} of {all} wrong");
}

#[test]
fn replies_seen_while_the_table_was_made() {
    check("seen", include_str!("vectors/replies.txt"), 180, 0);
}

#[test]
fn replies_held_out() {
    check("held out", include_str!("vectors/replies-held-out.txt"), 180, 3);
}
