use proptest::prelude::*;

use super::*;

const TABLE: &str = include_str!("../../../data/reply-classes.txt");

#[test]
fn every_row_of_the_table_reads_and_reads_back() {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
    let rules: ReplyRules = TABLE.parse().unwrap();
    assert_eq!(rules.rules().len(), rows);
    assert_eq!(&rules, ReplyRules::builtin());
    assert_eq!(rules.to_string().parse(), Ok(rules));
}

/// A row that an earlier one hides can never decide.
#[test]
fn every_row_decides_for_a_reply_made_from_it() {
    let mut hidden = Vec::new();
    for rule in ReplyRules::builtin().rules() {
        let row = rule.to_string();
        let columns: Vec<_> = row.split('|').map(str::trim).collect();
        let code = columns[1].replacen("xxx", "5xx", 1).replace('x', "0");
        let enhanced = match columns[2] {
            "any" | "none" => String::new(),
            pattern => {
                let class = code.get(..1).unwrap();
                pattern.replacen('x', class, 1).replace('x', "0") + " "
            }
        };
        let words: Vec<_> = rule.fragments().map(|fragment| fragment.text).collect();
        let reply: SmtpReply = format!("{code} {enhanced}{}", words.join(" ~ ")).parse().unwrap();
        let deciding = ReplyRules::builtin().rule_for(&reply).unwrap();
        if deciding != rule {
            hidden.push(format!("{rule}\n  by {deciding}"));
        }
    }
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}

#[test]
fn rows_without_all_columns_are_refused() {
    let check = |row: &str| {
        let error = format!("rate | 4xx | any | a | b\n{row}").parse::<ReplyRules>().unwrap_err();
        assert_eq!(error.to_string(), "invalid rule at byte 25", "{row}");
    };
    check("rate | 4xx | any | a");
    check("rate | 4xx | any | a | b | c");
    check("speed | 4xx | any | a | b");
    check("positive | 2xx | any | a | b");
    check("rate | 4x | any | a | b");
    check("rate | x4x | any | a | b");
    check("rate | 4xx | 5.7.1 | a | b");
    check("rate | 4xx | x.7.01 | a | b");
    check("rate | 4xx | any |  | b");
    check("rate | 4xx | any | a & & c | b");
    check("rate | 4xx | any | <> | b");
    check("rate | 4xx | any | a  c | b");
}

#[test]
fn phrases_are_found_as_the_table_writes_them() {
    let check = |phrase: &str, text: &str, found: bool| {
        let rules: ReplyRules = format!("rate | xxx | any | {phrase} | test").parse().unwrap();
        let reply = text.parse().unwrap();
        assert_eq!(rules.rule_for(&reply).is_some(), found, "{phrase}: {text}");
    };
    check("spam", "550 Antispamming", true);
    check("<spam", "550 antispam", false);
    check("<spam", "550 (spam)", true);
    check("spam>", "550 spamhaus", false);
    check("<spam>", "550 SPAM", true);
    check("<spam>", "550 spam垃", false);
    check("a b", "550 x a  b", true);
    check("a b", "550-5.7.1 x a\r\n550 5.7.1 b", true);
    check("b & a", "550 a or b", true);
    check("b & a", "550 a or c", false);
    check("垃圾", "550 垃圾邮件", true);
    check("5.7.1", "550 5.7.1 no", false);
}

#[test]
fn the_first_row_that_fits_decides() {
    let rules: ReplyRules =
        "rate | 5xx | any | b | 1\nspam | 5xx | any | - | 2\npolicy | 5xx | any | a | 3"
            .parse()
            .unwrap();
    let class = |text: &str| rules.classify(&text.parse().unwrap());
    assert_eq!(class("550 a b"), ReplyClass::Rate);
    assert_eq!(class("550 a"), ReplyClass::Spam);
    assert_eq!(class("450 a b"), ReplyClass::Temporary);
    assert_eq!(class("250 b"), ReplyClass::Positive);
}

#[test]
fn tables_are_bounded() {
    let rows = |count: usize| -> String {
        (0..count).map(|row| format!("rate | 4xx | any | word {row} | test\n")).collect()
    };
    let read =
        |text: &str| text.parse::<ReplyRules>().map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(read(&rows(ReplyRules::MAX_FRAGMENTS)), Ok(()));
    assert_eq!(
        read(&rows(ReplyRules::MAX_FRAGMENTS + 1)),
        Err("more than 2048 entries at byte 0".into())
    );
    assert_eq!(read(&"#".repeat(2 << 20)), Err("longer than 1048576 bytes at byte 0".into()));
}

/// The law of the matcher: it finds what a search row by row finds.
fn row_by_row<'a>(rules: &'a ReplyRules, reply: &SmtpReply) -> Option<&'a ReplyRule> {
    let text = reply.text().to_ascii_lowercase();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    rules.rules().iter().find(|rule| {
        rule.fits_codes(reply.code(), reply.enhanced())
            && rule.fragments().all(|fragment| text.contains(&fragment.text.to_ascii_lowercase()))
    })
}

proptest! {
    #[test]
    fn one_pass_finds_what_a_search_row_by_row_finds(
        rows in prop::collection::vec("(rate|spam|policy) \\| (4xx|5xx|55x|550) \\| (any|none|x\\.7\\.x|x\\.7\\.1) \\| (-|[a-c]{1,2}|[a-c]{1,2} & [A-C]{1,2}) \\| test", 1..12),
        reply in "(450|550|551|554) (|[45]\\.7\\.[12] )[a-cA-C ]{0,12}",
    ) {
        let rules: ReplyRules = rows.join("\n").parse().unwrap();
        let reply: SmtpReply = reply.parse().unwrap();
        prop_assert_eq!(rules.rule_for(&reply), row_by_row(&rules, &reply));
    }

    #[test]
    fn any_table_is_read_without_panic_and_reads_back(text in "[a-z |.x0-9<>&-]{0,80}|\\PC{0,80}") {
        if let Ok(rules) = text.parse::<ReplyRules>() {
            prop_assert_eq!(rules.to_string().parse(), Ok(rules));
        }
    }
}
