//! Tables of rules: a table that is read is written and reads back equal, and no reply is too much for it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_route::{
    SmtpReply,
    kumomta::{BounceRules, ShapingRules},
    reply::rules::ReplyRules,
};

fuzz_target!(|text: &str| {
    // The first line is a reply, the rest a table.
    let (first, table) = text.split_once('\n').unwrap_or(("", text));
    let reply = first.parse::<SmtpReply>();
    if let Ok(rules) = table.parse::<ReplyRules>() {
        let _ = reply.as_ref().map(|reply| rules.classify(reply));
        assert_eq!(rules.to_string().parse(), Ok(rules));
    }
    if let (Ok(rules), Ok(reply)) = (table.parse::<BounceRules>(), &reply) {
        let _ = rules.classify(reply);
    }
    if let (Ok(rules), Ok(reply)) = (table.parse::<ShapingRules>(), &reply) {
        let (domain, mx) = ("b.example".parse().unwrap(), "mx.b.example".parse().unwrap());
        let _ = rules.matching(reply, &domain, &mx);
    }
});
