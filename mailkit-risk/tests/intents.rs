//! What mails ask for, how soon, and in which language.
#![cfg(feature = "message")]

use std::time::Duration;

use mailkit_risk::{IntentKind, Language, Urgency, intent};

#[track_caller]
fn check(
    subject: &str,
    body: &str,
    kind: IntentKind,
    urgency: Urgency,
    hours: Option<u64>,
    language: Language,
) {
    let raw = format!(
        "From: a@b.example\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    );
    let intent = intent::classify_raw(raw.as_bytes());
    let found = (intent.kind, intent.urgency, intent.deadline, intent.language);
    let deadline = hours.map(|hours| Duration::from_secs(hours * 3600));
    assert_eq!(found, (kind, urgency, deadline, Some(language)), "{subject} {:?}", intent.reasons);
}

#[test]
fn english() {
    use IntentKind as Kind;
    use Urgency::{Low, Normal, Urgent};
    let en = Language::En;
    check(
        "Quotation for 500 pcs CIF Hamburg",
        "Please send us your best price.",
        Kind::PriceRequest,
        Normal,
        None,
        en,
    );
    check(
        "Urgent delivery",
        "Please ship the container and tell us the ETD.",
        Kind::Shipping,
        Urgent,
        Some(2),
        en,
    );
    check(
        "PO 4711",
        "Please find attached our purchase order, and confirm our order.",
        Kind::Order,
        Normal,
        None,
        en,
    );
    check(
        "Pump PX-200",
        "The pump does not work and shows error code E17. Please help within 3 days.",
        Kind::TechnicalSupport,
        Normal,
        Some(72),
        en,
    );
    check(
        "Damaged goods",
        "Two of the boxes arrived damaged. We request a refund.",
        Kind::Complaint,
        Normal,
        None,
        en,
    );
    check(
        "Overdue invoice",
        "The payment for this invoice is due. Please send the swift copy.",
        Kind::Payment,
        Normal,
        None,
        en,
    );
    check(
        "Distributor for Chile",
        "We would like to become your distributor in our country.",
        Kind::Cooperation,
        Normal,
        None,
        en,
    );
    check(
        "Job application",
        "Please find attached my CV and the cover letter. No rush.",
        Kind::JobApplication,
        Low,
        None,
        en,
    );
    check(
        "Press inquiry",
        "I am a journalist and would like to request an interview with you for an article.",
        Kind::Press,
        Normal,
        None,
        en,
    );
    check(
        "Rank your website",
        "We offer SEO services. Book a demo, you will not regret it.",
        Kind::Advertisement,
        Low,
        None,
        en,
    );
    check(
        "Hello",
        "How are you? It was good to see you at the dinner.",
        Kind::Other,
        Normal,
        None,
        en,
    );
}

#[test]
fn chinese() {
    use IntentKind as Kind;
    use Urgency::{Low, Normal, Urgent};
    let zh = Language::ZhHans;
    check(
        "请报价",
        "您好，请报 500 台的单价，48小时内回复。",
        Kind::PriceRequest,
        Normal,
        Some(48),
        zh,
    );
    check("急单", "我们要订 20 台，请确认订单。", Kind::Order, Urgent, Some(2), zh);
    check(
        "设备故障",
        "机器报错，错误代码 E17，请提供技术支持，急！",
        Kind::TechnicalSupport,
        Urgent,
        None,
        zh,
    );
    check("质量问题", "收到的货有破损，要求退货。", Kind::Complaint, Normal, None, zh);
    check("船期", "请告知提单号和到港时间，不急。", Kind::Shipping, Low, None, zh);
    check(
        "询价",
        "請報價，我們需要 300 件，謝謝。",
        Kind::PriceRequest,
        Normal,
        None,
        Language::ZhHant,
    );
}

#[test]
fn german() {
    use IntentKind as Kind;
    use Urgency::{Normal, Urgent};
    let de = Language::De;
    check(
        "Angebot",
        "Bitte senden Sie uns ein Angebot für 50 Stück.",
        Kind::PriceRequest,
        Normal,
        None,
        de,
    );
    check("Eilbestellung", "Wir bestellen die folgenden Teile.", Kind::Order, Urgent, Some(2), de);
    check(
        "Reklamation",
        "Die Ware ist beschädigt, und wir sind sehr unzufrieden.",
        Kind::Complaint,
        Normal,
        None,
        de,
    );
    check(
        "Rechnung 17",
        "Die Zahlung erfolgt innerhalb von 14 Tagen.",
        Kind::Payment,
        Normal,
        Some(14 * 24),
        de,
    );
    check(
        "Bewerbung",
        "Ich bewerbe mich um die Stelle, mein Lebenslauf ist im Anhang.",
        Kind::JobApplication,
        Normal,
        None,
        de,
    );
}

#[test]
fn spanish() {
    use IntentKind as Kind;
    use Urgency::{Normal, Urgent};
    let es = Language::Es;
    check(
        "Cotización",
        "Les pedimos una cotización para las bombas, por favor.",
        Kind::PriceRequest,
        Normal,
        None,
        es,
    );
    check(
        "Pedido urgente",
        "Es un pedido para una línea parada, la entrega debe ser en 24 horas.",
        Kind::Order,
        Urgent,
        Some(2),
        es,
    );
    check(
        "Distribuidor",
        "Nos gustaría ser su distribuidor en el país.",
        Kind::Cooperation,
        Normal,
        None,
        es,
    );
    check(
        "Envío",
        "¿Cuándo llega el contenedor con los equipos de la orden?",
        Kind::Shipping,
        Normal,
        None,
        es,
    );
}

#[test]
fn machines_want_nothing() {
    let raw = b"From: a@b.example\r\nSubject: Automatic reply: urgent order\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n";
    let intent = intent::classify_raw(raw);
    assert_eq!((intent.kind, intent.urgency), (IntentKind::Other, Urgency::Low));
}

#[test]
fn quoted_words_are_not_the_senders() {
    let raw = b"From: a@b.example\r\nSubject: Re: yours\r\n\r\nThe goods arrived damaged.\r\n> Please quote your best price, urgent.\r\n";
    let intent = intent::classify_raw(raw);
    assert_eq!((intent.kind, intent.urgency), (IntentKind::Complaint, Urgency::Normal));
}
