use super::*;

fn day(count: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(count * 24 * 3600)
}

#[test]
fn links_from_the_third_mail_on() {
    let mut relationships = Relationships::new(RelationshipOptions::default());
    let mut seen = vec![];
    for number in 0..4 {
        seen.push(relationships.advice(&1, day(number)).to_string());
        relationships.record_mail(1, day(number));
    }
    let expected = [
        "without links: first-mails, 0 mails, 0 replies",
        "without links: first-mails, 1 mails, 0 replies",
        "with links: known, 2 mails, 0 replies",
        "with links: known, 3 mails, 0 replies",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_long_silence_makes_a_stranger() {
    let mut relationships = Relationships::new(RelationshipOptions::default());
    relationships.restore(1, 9, 4, day(0));
    assert_eq!(relationships.histories().collect::<Vec<_>>(), [(&1, 9, 4, day(0))]);
    assert_eq!(relationships.advice(&1, day(364)).stage, RelationshipStage::Replied);
    let advice = relationships.advice(&1, day(365));
    assert_eq!((advice.code(), advice.links), ("long-silence", LinkAdvice::Without));
    relationships.record_mail(1, day(365));
    let advice = relationships.advice(&1, day(365));
    assert_eq!((advice.code(), advice.mails, advice.replies), ("first-mails", 1, 0));
    // A clock set back makes no stranger.
    assert_eq!(relationships.advice(&1, day(0)).stage, RelationshipStage::FirstMails);
}

#[test]
fn memory_has_a_limit_and_the_forgotten_are_new() {
    let options = RelationshipOptions { recipients: 100, ..Default::default() };
    let mut relationships = Relationships::new(options);
    for recipient in 0..100_000 {
        relationships.record_reply(recipient, day(0));
        assert!(relationships.recipients() <= 100);
    }
    assert_eq!(relationships.advice(&0, day(0)).code(), "first-mails");
    assert_eq!(relationships.advice(&99_999, day(0)).code(), "replied");
}
