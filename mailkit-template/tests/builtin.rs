//! The templates that come with the crate, in every locale, by name and hour.
#![cfg(feature = "mjml")]

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mailkit_template::{Catalog, Recipient, RenderedMail, Value};

type Outcome = Result<(), Box<dyn Error>>;

/// 2026-11-23T08:00:00Z: morning in Vienna and Madrid, afternoon in Shanghai, noon in Dubai.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_420_800)
}

fn values(topic: &str, sla: i64) -> Result<Vec<(&'static str, Value)>, Box<dyn Error>> {
    Ok(vec![
        ("topic", Value::shortened(topic, 48)),
        ("reference", Value::text("Q-2026-0117")),
        ("company", Value::text("Example Lighting")),
        ("department", Value::text("Sales")),
        ("sla", Value::int(sla)),
        ("signature-name", Value::text("Li Wei")),
        ("signature-title", Value::text("Sales Manager")),
        ("phone", Value::text("+86 755 1234 5678")),
        ("site", Value::url("https://www.example.com/?a=1&b=2".parse()?)),
    ])
}

fn render(recipient: &Recipient, topic: &str, sla: i64) -> Result<RenderedMail, Box<dyn Error>> {
    let mail = Catalog::builtin()?.get("inquiry-received")?.render(
        recipient,
        &values(topic, sla)?,
        now(),
    )?;
    Ok(mail)
}

#[test]
fn salutations() -> Outcome {
    #[track_caller]
    fn check(recipient: &Recipient, expected: &str) -> Outcome {
        let mail = render(recipient, "LED", 24)?;
        let start: String = mail.text().chars().take(expected.chars().count()).collect();
        assert_eq!(start, expected);
        Ok(())
    }
    let anna = |language: &str, zone: &str| {
        Recipient::new("Anna Schmidt").with_languages([language]).with_time_zone(zone)
    };
    let nobody = |language: &str| Recipient::unnamed().with_languages([language]);
    check(&anna("en-GB", "Europe/London"), "Good morning Anna Schmidt,\n\nThank you")?;
    check(&anna("en", "Asia/Shanghai"), "Good afternoon Anna Schmidt,\n")?;
    check(&anna("en", "America/Los_Angeles"), "Good morning Anna Schmidt,\n")?; // midnight there
    check(&anna("de-AT", "Europe/Vienna"), "Guten Morgen Anna Schmidt,\n\nvielen Dank")?;
    check(&anna("de", "Asia/Tokyo"), "Guten Tag Anna Schmidt,\n")?; // 17:00
    check(&anna("es", "Europe/Madrid"), "Buenos días, Anna Schmidt:\n")?;
    check(&anna("es-MX", "Asia/Tokyo"), "Buenas tardes, Anna Schmidt:\n")?;
    check(&anna("zh-CN", "Asia/Shanghai"), "尊敬的Anna Schmidt：\n\n下午好！感谢您")?;
    check(&anna("ar-AE", "Asia/Dubai"), "حضرة Anna Schmidt المحترم/ة،\n\nمساء الخير")?;
    check(&nobody("en"), "Hello,\n")?;
    check(&nobody("de"), "Sehr geehrte Damen und Herren,\n\nvielen Dank")?;
    check(&Recipient::new("Ana Gil").with_languages(["es"]), "Estimado/a Ana Gil:\n")?;
    check(&nobody("es"), "Estimados señores y señoras:\n")?;
    check(&nobody("zh"), "尊敬的客户：\n\n您好！")?;
    check(&nobody("ar"), "السادة الكرام،\n\nتحية طيبة وبعد،")?;
    check(&Recipient::unnamed().with_country("AT"), "Sehr geehrte Damen und Herren,")
}

#[test]
fn plural_forms() -> Outcome {
    #[track_caller]
    fn check(language: &str, sla: i64, expected: &str) -> Outcome {
        let recipient = Recipient::unnamed().with_languages([language]);
        let mail = render(&recipient, "LED", sla)?;
        assert!(mail.text().contains(expected), "{}", mail.text());
        Ok(())
    }
    check("en", 1, "within one hour.")?;
    check("en", 48, "within 48 hours.")?;
    check("de", 1, "innerhalb von einer Stunde.")?;
    check("de", 1200, "innerhalb von 1.200 Stunden.")?;
    check("es", 1, "en un plazo de una hora.")?;
    check("es", 24, "en un plazo de 24 horas.")?;
    check("es", 1_000_000, "1.000.000 de horas.")?;
    check("zh", 24, "24 小时内")?;
    check("ar", 0, "خلال أقل من ساعة.")?;
    check("ar", 1, "خلال ساعة واحدة.")?;
    check("ar", 2, "خلال ساعتين.")?;
    check("ar", 4, "خلال 4 ساعات.")?;
    check("ar", 24, "خلال 24 ساعة.")?;
    check("ar", 100, "خلال 100 ساعة.")
}

#[test]
fn whole_text() -> Outcome {
    let mail = render(
        &Recipient::new("Anna Schmidt").with_time_zone("Europe/London"),
        "LED <panels>",
        24,
    )?;
    let expected = "\
Good morning Anna Schmidt,

Thank you for contacting Example Lighting. We have received your inquiry and are glad to help.

Your subject: LED <panels>
Our reference: Q-2026-0117

Our Sales team is looking into it and will answer you personally within 24 hours.

If you would like to add anything, simply reply to this message and quote our reference.

Kind regards,

Li Wei
Sales Manager
Example Lighting
Phone: +86 755 1234 5678
https://www.example.com/?a=1&b=2

This confirmation was sent automatically. The answer to your inquiry will come from a member of our team.
";
    assert_eq!(mail.text(), expected);
    assert_eq!(mail.subject(), "Your inquiry: LED <panels> (Q-2026-0117)");
    assert_eq!(mail.preheader(), Some("Sales will get back to you within 24 hours."));
    Ok(())
}

#[test]
fn right_to_left_pages_are_mirrored() -> Outcome {
    let english = render(&Recipient::unnamed(), "LED", 24)?;
    let arabic = render(&Recipient::unnamed().with_languages(["ar"]), "LED", 24)?;
    assert!(english.html().contains(r#"<html lang="en" dir="ltr""#));
    assert!(arabic.html().contains(r#"<html lang="ar" dir="rtl""#));
    // The bar of the box stands where lines begin.
    assert!(english.html().contains("border-left:4px solid"));
    assert!(arabic.html().contains("border-right:4px solid"));
    assert!(!arabic.html().contains("border-left"));
    assert!(
        english.html().contains("text-align:left") && !english.html().contains("text-align:right")
    );
    assert!(
        arabic.html().contains("text-align:right") && !arabic.html().contains("text-align:left")
    );
    assert!(arabic.html().contains("direction:rtl") && !arabic.html().contains("direction:ltr"));
    assert!(arabic.html().contains(r#"<span dir="ltr">+86 755 1234 5678</span>"#));
    assert!(!english.html().contains("<span"));
    Ok(())
}

#[test]
fn every_page_is_escaped_and_closed() -> Outcome {
    for language in ["en", "ar", "de", "es", "zh-Hans"] {
        let topic = r#""><script>alert('1')</script>{{ $topic }}"#;
        let mail = render(&Recipient::new("A <b>").with_languages([language]), topic, 24)?;
        assert!(!mail.html().contains("<script"), "{}", mail.html());
        assert!(mail.html().contains("&lt;script&gt;"), "{}", mail.html());
        assert!(mail.html().contains(r#"href="https://www.example.com/?a=1&amp;b=2""#));
        assert!(mail.html().ends_with("</html>"));
        assert!(!mail.html().contains("fonts.googleapis.com"));
        let title =
            mail.html().split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
        assert!(title.is_some_and(|title| !title.contains('<')), "{title:?}");
        for isolate in ['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'] {
            assert!(!mail.subject().contains(isolate) && !mail.text().contains(isolate));
        }
    }
    Ok(())
}

#[test]
fn traditional_characters_are_never_answered_in_simplified_ones() -> Outcome {
    let mail =
        render(&Recipient::unnamed().with_languages(["zh-HK"]).with_country("HK"), "LED", 24)?;
    assert_eq!(
        mail.locale_decision().to_string(),
        r#"en (stated language "zh-HK": not loaded; country "HK": not loaded; default "en": loaded)"#
    );
    Ok(())
}

#[test]
fn results_are_shared_between_threads() {
    fn check<T: Send + Sync + std::fmt::Debug + 'static>() {}
    check::<Catalog>();
    check::<RenderedMail>();
    check::<mailkit_template::LoadError>();
    check::<mailkit_template::RenderError>();
    check::<mailkit_template::compose::OutgoingMail>();
    check::<mailkit_template::auto_reply::AutoReplyDecision>();
}
