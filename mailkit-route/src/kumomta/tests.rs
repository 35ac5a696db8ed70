use std::time::Duration;

use super::*;

#[test]
fn classes_keep_the_order_of_the_file() {
    let rules: BounceRules =
        "[rules]\nVirusRelated = ['b', 'a']\nOurs = ['c']\nSpamBlock = ['a', 'c', 'd']\n\"mailbox-full\" = ['e']".parse().unwrap();
    let later: BounceRules =
        "[rules]\nPolicyRelated = ['a', '^450 4\\.1\\.1 f g']".parse().unwrap();
    let rules = rules.followed_by(&later).unwrap();
    let check = |text: &str, name: Option<&str>, class: Option<ReplyClass>| {
        let reply = text.parse().unwrap();
        assert_eq!(rules.rule_for(&reply).map(BounceRule::name), name, "{text}");
        assert_eq!(rules.classify(&reply), class, "{text}");
    };
    check("550 a", Some("VirusRelated"), Some(ReplyClass::Content));
    check("550 c", Some("Ours"), None);
    check("550 d", Some("SpamBlock"), Some(ReplyClass::Reputation));
    check("550 e", Some("mailbox-full"), Some(ReplyClass::MailboxFull));
    check("450-4.1.1 f\r\n450 4.1.1 g", Some("PolicyRelated"), Some(ReplyClass::Policy));
    check("550 x", None, None);
}

#[test]
fn patterns_look_at_the_beginning_of_a_reply() {
    let bounces: BounceRules = "[rules]\nQuotaIssues = ['z']".parse().unwrap();
    let automation = "[[default.automation]]\nregex = 'z'\naction = 'Suspend'\nduration = '1h'";
    let shaping: ShapingRules = automation.parse().unwrap();
    let check = |before: &str, expected: bool| {
        let reply: SmtpReply = format!("550 {before}z").parse().unwrap();
        assert_eq!(bounces.rule_for(&reply).is_some(), expected, "{}", before.len());
        let (domain, mx) = ("a.example".parse().unwrap(), "mx.a.example".parse().unwrap());
        let found = shaping.matching(&reply, &domain, &mx);
        assert_eq!(!found.is_empty(), expected, "{}", before.len());
    };
    let rest = MAX_REPLY - "550 z".len();
    check(&"a".repeat(rest), true);
    check(&"a".repeat(rest + 1), false);
    // A letter that would be cut in two is left out.
    check(&"é".repeat(rest), false);
}

#[test]
fn wrong_files_say_where() {
    let check = |text: &str, expected: &str| {
        assert_eq!(text.parse::<BounceRules>().unwrap_err().to_string(), expected, "{text}");
    };
    check("[rules", "invalid TOML at byte 6");
    check("a = 1", "missing field `rules` at byte 0");
    check("[rules]\nSpamBlock = 1", "invalid rule at byte 20");
    check("[rules]\nSpamBlock = ['a', '(']", "invalid pattern at byte 26");
    check(&"#".repeat(2 << 20), "longer than 1048576 bytes at byte 0");
    let many = format!("[rules]\nSpamBlock = [{}]", "'a',".repeat(MAX_PATTERNS + 1));
    // A character, its quotes and a comma for each of those before it.
    check(&many, "more than 2048 entries at byte 8213");
    check("[rules]\nSpamBlock = ['a', '\\w{999}']", "pattern takes too much memory at byte 26");
    let large = format!("[rules]\nSpamBlock = [{}]", "'[a-z]{1000}',".repeat(MAX_PATTERNS));
    check(&large, "pattern takes too much memory at byte 0");
    let slow = (0..150).map(|n| format!("'(?:.*a){{60}}z{n}',")).collect::<String>();
    check(&format!("[rules]\nSpamBlock = [{slow}]"), "pattern takes too much memory at byte 0");
    let check = |rule: &str, expected: &str| {
        let text = format!("[[default.automation]]\n{rule}");
        assert_eq!(text.parse::<ShapingRules>().unwrap_err().to_string(), expected, "{text}");
    };
    check("regex = 'a'\naction = 'Suspend'", "invalid rule at byte 0");
    check("regex = 'a'\naction = 'Suspend'\nduration = 'soon'", "invalid rule at byte 65");
    check("regex = 'a'\naction = 1\nduration = '1h'", "invalid rule at byte 44");
    let many = "'(?!',".repeat(MAX_PATTERNS + 1);
    check(&format!("regex = [{many}]"), "more than 2048 entries at byte 12320");
}

#[test]
fn automation_concerns_its_hosts() {
    let base: ShapingRules = r#"
        [["default".automation]]
        regex = ['slow', 'busy']
        action = [{SetConfig={name="max_message_rate", value="1/minute"}}, {SetConfig={name="connection_limit", value=1}}]
        trigger = {Threshold="2/hr"}
        duration = "90m"
        [provider."p"]
        match = [{MXSuffix=".mx.example"}, {DomainSuffix="p.example"}]
        [["d.example".automation]]
        regex = '^(?!x).*y'
        action = "SuspendTenant"
        duration = "1 day"
    "#
    .parse()
    .unwrap();
    let later: ShapingRules =
        "[[provider.p.automation]]\nregex = 'busy'\naction = 'Suspend'\nduration = '2 hours'"
            .parse()
            .unwrap();
    assert_eq!(base.unsupported(), ["^(?!x).*y"]);
    let rules = base.followed_by(&later).unwrap();
    let first = &rules.automations()[0];
    assert_eq!(first.trigger, Trigger::Threshold { count: 2, period: Duration::from_secs(3600) });
    let config = |name: &str, value: &str| AutomationAction::SetConfig {
        name: name.into(),
        value: value.into(),
    };
    assert_eq!(
        first.actions,
        [config("max_message_rate", "1/minute"), config("connection_limit", "1")]
    );
    let check = |text: &str, domain: &str, mx: &str, expected: &[u64]| {
        let (domain, mx) = (domain.parse().unwrap(), mx.parse().unwrap());
        let found = rules.matching(&text.parse().unwrap(), &domain, &mx);
        let hours: Vec<_> = found.iter().map(|rule| rule.duration.as_secs()).collect();
        assert_eq!(hours, expected, "{text} {domain} {mx}");
    };
    check("421 busy slow", "a.example", "mx.a.example", &[5400]);
    check("421 busy", "a.example", "a.MX.example.", &[5400, 7200]);
    check("421 busy", "a.p.example", "a", &[5400, 7200]);
    check("421 no", "d.example", "mx.example", &[]);
}
