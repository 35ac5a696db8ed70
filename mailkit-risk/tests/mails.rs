//! Whole mails, honest and fraudulent, as a company in foreign trade gets them. All of them are made up.
#![cfg(feature = "message")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot build its input has failed"
)]

use std::time::{Duration, SystemTime};

use mailkit_risk::{
    Account, Action, AuthSignals, Code, Context, Counterparty, DmarcPolicy, DmarcResult, Level,
    Scorer,
};

fn context(dmarc: Option<DmarcResult>) -> Context {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    let supplier = Counterparty::new("rheinguss.example")
        .with_account(Account::iban("DE89 3704 0044 0532 0130 00").unwrap())
        .with_history(120, now - Duration::from_secs(5 * 86_400));
    let mut auth = AuthSignals::default();
    if let Some(result) = dmarc {
        auth = auth.with_dmarc(result, Some(DmarcPolicy::Quarantine));
    }
    Context::new(now)
        .with_own_domain("acme-trading.example")
        .with_own_person("Jane Roe", "jane.roe@acme-trading.example")
        .with_counterparty(supplier)
        .with_known_domain("harbourbank.example")
        .with_auth(auth)
}

#[track_caller]
fn check(dmarc: Option<DmarcResult>, raw: &str, level: Level, top: Option<Code>) {
    let raw = raw.trim_start().replace('\n', "\r\n");
    let assessment = Scorer::builtin().assess(raw.as_bytes(), &context(dmarc));
    let first = assessment.reasons().first().map(|reason| reason.code);
    assert_eq!(assessment.level(), level, "{} {:?}", assessment.score(), assessment.reasons());
    if top.is_some() {
        assert_eq!(first, top, "{:?}", assessment.reasons());
    }
}

const PASS: Option<DmarcResult> = Some(DmarcResult::Pass);
const FAIL: Option<DmarcResult> = Some(DmarcResult::Fail);
const NONE: Option<DmarcResult> = Some(DmarcResult::None);

#[test]
fn honest_mails_stay_low() {
    check(PASS, INQUIRY, Level::Low, None);
    check(NONE, CHINESE_INQUIRY, Level::Low, None);
    check(PASS, URGENT_ORDER, Level::Low, None);
    check(PASS, NEWSLETTER, Level::Low, None);
    check(PASS, OUT_OF_OFFICE, Level::Low, None);
    check(PASS, BOUNCE, Level::Low, None);
    check(PASS, INVOICE, Level::Low, Some(Code::TrustKnownCounterparty));
    check(FAIL, FORWARDED_REPLY, Level::Low, None);
    check(PASS, PASSWORD_RESET, Level::Low, None);
    check(PASS, COMPLAINT, Level::Low, None);
}

#[test]
fn frauds_do_not() {
    check(
        PASS,
        &INVOICE.replace("DE89 3704 0044 0532 0130 00", "LT12 1000 0111 0100 1000"),
        Level::High,
        Some(Code::PaymentAccountChanged),
    );
    check(PASS, ACCOUNT_CHANGE, Level::High, Some(Code::PaymentAccountChanged));
    check(NONE, LOOKALIKE_SUPPLIER, Level::Critical, Some(Code::LookalikeDomain));
    check(NONE, CHIEF_EXECUTIVE, Level::High, Some(Code::OwnPersonSpoofed));
    check(NONE, CHINESE_CHIEF_EXECUTIVE, Level::High, Some(Code::OwnPersonSpoofed));
    check(FAIL, OWN_DOMAIN, Level::High, None);
    check(NONE, MAILBOX_FULL, Level::High, None);
    check(NONE, BANK_LINK, Level::Elevated, Some(Code::LinkLookalike));
    check(NONE, DROPPER, Level::High, Some(Code::AttachmentExecutable));
}

#[test]
fn the_action_follows_the_level() {
    let raw = ACCOUNT_CHANGE.trim_start();
    let observe = Scorer::new(mailkit_risk::Model::builtin(), mailkit_risk::Policy::observe());
    assert_eq!(
        Scorer::builtin().assess(raw.as_bytes(), &context(PASS)).action(),
        Action::Quarantine
    );
    assert_eq!(observe.assess(raw.as_bytes(), &context(PASS)).action(), Action::Accept);
    assert_eq!(
        Scorer::builtin().assess(INQUIRY.trim_start().as_bytes(), &context(PASS)).action(),
        Action::Accept
    );
}

const INQUIRY: &str = "
From: Peter Martens <p.martens@nordwerk.example>
To: sales@acme-trading.example
Subject: Quotation for 500 pcs CIF Hamburg
Content-Type: text/plain; charset=utf-8

Dear Sir or Madam,

we are interested in your pump PX-200. Please quote 500 pcs CIF Hamburg, with your earliest delivery date,
by tomorrow if you can. Our terms are 30 days net. More about us: https://www.nordwerk.example/

Best regards
Peter Martens
";

const CHINESE_INQUIRY: &str = "
From: =?utf-8?B?5p2O5piO?= <liming@huadong-pump.example>
To: sales@acme-trading.example
Subject: =?utf-8?B?6K+i5Lu377ya5rC05rO1?=
Content-Type: text/plain; charset=utf-8

您好：

我们需要水泵 200 台，请报 FOB 上海的价格和交期，尽快回复为盼。

李明
电话：021-55550123
";

const URGENT_ORDER: &str = "
From: Einkauf <einkauf@nordwerk.example>
To: sales@acme-trading.example
Subject: Eilbestellung 4500017
In-Reply-To: <17@acme-trading.example>
Content-Type: text/plain; charset=utf-8

Guten Tag,

unsere Anlage steht. Wir bestellen dringend 4 Dichtungen, bitte schnellstmöglich per Luftfracht.
Unsere Kontonummer für die Gutschrift bleibt wie bisher.

Mit freundlichen Grüßen
";

const NEWSLETTER: &str = "
From: Pump World <news@pumpworld.example>
Reply-To: editors@pumpworld-media.example
To: jane.roe@acme-trading.example
Subject: This week: 20% off all seals, only until Friday!
List-Id: <weekly.pumpworld.example>
List-Unsubscribe: <https://mailer.example/u/1>
Precedence: bulk
Content-Type: text/html; charset=utf-8

<html><body><div style='display:none;max-height:0'>Our best seals for you</div>
<p>Special offer! <a href='https://click.mailer.example/1'>www.pumpworld.example</a></p>
<p>Act now, last chance. <a href='https://click.mailer.example/2'>Unsubscribe</a></p></body></html>
";

const OUT_OF_OFFICE: &str = "
From: Ann Weber <ann@rheinguss.example>
To: jane.roe@acme-trading.example
Subject: Automatic reply: Order 4500017
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

I am out of office until Monday and read no mail. In urgent cases call my colleagues at +49 30 5550123.
";

const BOUNCE: &str = "
From: Mail Delivery Subsystem <mailer-daemon@mx.nordwerk.example>
To: sales@acme-trading.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b1

--b1
Content-Type: text/plain

The address p.marten@nordwerk.example does not exist.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.nordwerk.example

Final-Recipient: rfc822; p.marten@nordwerk.example
Action: failed
Status: 5.1.1
--b1
Content-Type: message/rfc822

From: sales@acme-trading.example
To: p.marten@nordwerk.example
Subject: Offer

Our offer.
--b1--
";

const INVOICE: &str = "
From: Ann Weber <ann@rheinguss.example>
To: jane.roe@acme-trading.example
Subject: Rechnung 2026-118
Content-Type: text/plain; charset=utf-8

Sehr geehrte Frau Roe,

anbei unsere Rechnung 2026-118 über EUR 12.400,00, zahlbar innerhalb von 30 Tagen.
IBAN: DE89 3704 0044 0532 0130 00

Mit freundlichen Grüßen
Ann Weber
";

const FORWARDED_REPLY: &str = "
From: Peter Martens <p.martens@nordwerk.example>
To: sales@acme-trading.example
Subject: Re: Offer
References: <18@acme-trading.example>
Content-Type: text/plain; charset=utf-8

Thank you, we will decide next week.

> Please let us know as soon as possible.
";

const PASSWORD_RESET: &str = "
From: Portal <no-reply@freightportal.example>
To: jane.roe@acme-trading.example
Subject: Reset your password
Content-Type: text/html; charset=utf-8

<p>You asked to reset your password. If it was not you, ignore this mail.</p>
<p><a href='https://freightportal.example/reset?t=1'>https://freightportal.example/reset?t=1</a></p>
";

const COMPLAINT: &str = "
From: Carlos Vega <cvega@bombasdelsur.example>
To: sales@acme-trading.example
Subject: Reclamaci=C3=B3n pedido 881
Content-Type: text/plain; charset=utf-8

Buenos días: tres bombas llegaron dañadas. Esperamos su respuesta urgente con una solución o el reembolso.
";

const ACCOUNT_CHANGE: &str = "
From: Ann Weber <ann@rheinguss.example>
To: jane.roe@acme-trading.example
Subject: Re: Rechnung 2026-118
In-Reply-To: <9@acme-trading.example>
Content-Type: text/plain; charset=utf-8

Dear Jane,

because of an audit our bank details have changed. Please remit to the new account today without fail:
IBAN GB29 NWBK 6016 1331 9268 19

Kind regards
Ann
";

const LOOKALIKE_SUPPLIER: &str = "
From: Ann Weber <ann@rheingus.example>
To: jane.roe@acme-trading.example
Subject: Re: Rechnung 2026-118
Content-Type: text/plain; charset=utf-8

Dear Jane, please use our new bank account for the open invoice: LT12 1000 0111 0100 1000
";

const CHIEF_EXECUTIVE: &str = "
From: Jane Roe <office.ceo77@gmail.com>
To: accounts@acme-trading.example
Subject: Quick task
Content-Type: text/plain; charset=utf-8

Are you at your desk? I need an urgent transfer for a confidential acquisition. Keep this between us, I can't take calls.
";

const CHINESE_CHIEF_EXECUTIVE: &str = "
From: Jane Roe <jane.roe.ceo@163.com>
To: accounts@acme-trading.example
Subject: =?utf-8?B?5LuY5qy+?=
Content-Type: text/plain; charset=utf-8

我正在开会，不方便接电话。请今天必须把这笔款汇出，此事严格保密，董事会已批准。
";

const OWN_DOMAIN: &str = "
From: IT Helpdesk <helpdesk@acme-trading.example>
To: jane.roe@acme-trading.example
Subject: Password
Content-Type: text/plain; charset=utf-8

Your password expires today. Sign in: http://192.0.2.44/owa
";

const MAILBOX_FULL: &str = "
From: \"support@acme-trading.example\" <info@stroytorg.example>
To: jane.roe@acme-trading.example
Subject: Final notice
Content-Type: text/html; charset=utf-8

<p>Your mailbox is full. Verify your account within 24 hours or your messages will be lost.</p>
<a href='http://203.0.113.9/owa/'>https://mail.acme-trading.example/owa</a>
";

const BANK_LINK: &str = "
From: Harbour Bank <service@notices.example>
To: jane.roe@acme-trading.example
Subject: Notice
Content-Type: text/html; charset=utf-8

<p>Please confirm your identity: <a href='https://harb0urbank.example/login'>Log in</a></p>
";

const DROPPER: &str = "
From: Orders <orders@trading-house.example>
To: sales@acme-trading.example
Subject: New order
Content-Type: multipart/mixed; boundary=b2

--b2
Content-Type: text/plain

Please confirm the attached purchase order.
--b2
Content-Type: application/octet-stream; name=\"PO-7781.pdf.js\"
Content-Disposition: attachment; filename=\"PO-7781.pdf.js\"
Content-Transfer-Encoding: base64

dmFyIGEgPSAxOw==
--b2--
";
