use super::*;

#[track_caller]
fn check(zone: &ZoneSnapshot, name: &str, record_type: RecordType, expected: &Answer) {
    let question = Question::new(name.parse().expect("a name"), record_type);
    assert_eq!(&zone.answer(&question), expected, "{question}");
}

#[test]
fn answers() -> Result<(), NameError> {
    let zone = ZoneSnapshot::new()
        .with_address("a.b.test", [192, 0, 2, 1])?
        .with_alias("alias.test", "A.b.Test")?
        .with_alias("loop.test", "loop.test")?
        .with_txt("slow.test", "text")?
        .with_temporary_failure("slow.test")?;
    let check = |name, record_type, expected: Answer| check(&zone, name, record_type, &expected);
    let address = || Answer::from(vec![RecordData::A([192, 0, 2, 1].into())]);
    check("a.b.test", RecordType::A, address());
    check("alias.test", RecordType::A, address());
    let target = RecordData::Cname(Name::new("a.b.test")?);
    check("alias.test", RecordType::Cname, Answer::from(vec![target]));
    check("a.b.test", RecordType::Cname, Answer::NoRecords);
    check("a.b.test", RecordType::Aaaa, Answer::NoRecords);
    check("b.test", RecordType::A, Answer::NoRecords);
    check("c.test", RecordType::A, Answer::NoSuchName);
    check("loop.test", RecordType::A, Answer::TemporaryFailure);
    check("slow.test", RecordType::Txt, Answer::from(vec![RecordData::Txt(b"text".into())]));
    check("slow.test", RecordType::A, Answer::TemporaryFailure);
    Ok(())
}

/// The zone of RFC 4592 section 2.2.1 and what it says of the names there.
#[test]
fn wildcards() -> Result<(), NameError> {
    let zone = ZoneSnapshot::new()
        .with_mx("*.example", 10, "host1.example")?
        .with_txt("*.example", "this is a wildcard")?
        .with_txt("sub.*.example", "this is not a wildcard")?
        .with_address("host1.example", [192, 0, 2, 1])?
        .with_txt("_ssh._tcp.host1.example", "service")?
        .with_alias("*.alias.example", "host1.example")?
        .with_temporary_failure("*.broken.example")?;
    let check = |name, record_type, expected: Answer| check(&zone, name, record_type, &expected);
    let text = || Answer::from(vec![RecordData::Txt(b"this is a wildcard".to_vec())]);
    check("host3.example", RecordType::Txt, text());
    check("foo.bar.example", RecordType::Txt, text());
    check("host3.example", RecordType::A, Answer::NoRecords);
    check("host1.example", RecordType::Txt, Answer::NoRecords);
    check("sub.*.example", RecordType::Mx, Answer::NoRecords);
    check("_telnet._tcp.host1.example", RecordType::Txt, Answer::NoSuchName);
    check("ghost.*.example", RecordType::Mx, Answer::NoSuchName);
    check("*.example", RecordType::Txt, text());
    check("other", RecordType::Txt, Answer::NoSuchName);
    let address = Answer::from(vec![RecordData::A([192, 0, 2, 1].into())]);
    check("x.alias.example", RecordType::A, address);
    let alias = Answer::from(vec![RecordData::Cname(Name::new("host1.example")?)]);
    check("x.alias.example", RecordType::Cname, alias);
    check("x.broken.example", RecordType::A, Answer::TemporaryFailure);
    Ok(())
}

#[test]
fn aliases_are_followed_eight_times() -> Result<(), NameError> {
    let zone = ZoneSnapshot::new().with_txt("a8.test", "text")?;
    let zone = (0..8).try_fold(zone, |zone, number| {
        zone.with_alias(&format!("a{number}.test"), &format!("a{}.test", number + 1))
    })?;
    let zone = zone.with_alias("nine.test", "a0.test")?;
    let text = Answer::from(vec![RecordData::Txt(b"text".to_vec())]);
    check(&zone, "a0.test", RecordType::Txt, &text);
    check(&zone, "nine.test", RecordType::Txt, &Answer::TemporaryFailure);
    Ok(())
}

#[test]
fn a_part_of_the_dns_knows_nothing_of_the_rest() -> Result<(), NameError> {
    let zone = ZoneSnapshot::new()
        .with_origin("acme.test".parse()?)
        .with_alias("key.acme.test", "key.host.test")?
        .with_alias("www.acme.test", "web.acme.test")?
        .with_alias("mail.acme.test", "mail.host.test")?
        .with_txt("mail.host.test", "text")?;
    let check = |name, record_type, expected: Answer| check(&zone, name, record_type, &expected);
    check("key.acme.test", RecordType::Txt, Answer::TemporaryFailure);
    let target = RecordData::Cname("key.host.test".parse()?);
    check("key.acme.test", RecordType::Cname, Answer::from(vec![target]));
    check("www.acme.test", RecordType::Txt, Answer::NoSuchName);
    let text = Answer::from(vec![RecordData::Txt(b"text".to_vec())]);
    check("mail.acme.test", RecordType::Txt, text);
    check("mail.acme.test", RecordType::A, Answer::TemporaryFailure);
    check("other.test", RecordType::A, Answer::TemporaryFailure);
    check("a.acme.test", RecordType::A, Answer::NoSuchName);
    Ok(())
}
