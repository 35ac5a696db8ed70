//! The mails of the demonstration, and what should become of each.

use std::time::SystemTime;

use mail_builder::MessageBuilder;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mailkit_risk::Action;

use super::workbook;

/// A mail to send, and what should become of it.
#[derive(Debug)]
pub(super) struct DemoMail {
    /// What it is, in a few words.
    pub title: &'static str,
    /// The envelope sender; empty for the null sender.
    pub sender: &'static str,
    /// The name in `From`.
    pub from_name: &'static str,
    /// The address in `From`.
    pub from: &'static str,
    /// The recipient.
    pub to: &'static str,
    /// The subject.
    pub subject: &'static str,
    /// The text.
    pub text: &'static str,
    /// Further header fields.
    pub headers: &'static [(&'static str, &'static str)],
    /// A workbook with a macro goes along.
    pub workbook: bool,
    /// The domain that signs it.
    pub signed_by: Option<&'static str>,
    /// What should become of it.
    pub expected: Expected,
}

/// What should become of a mail.
#[derive(Debug)]
pub(super) struct Expected {
    /// What the gateway does with it.
    pub action: Action,
    /// Who gets it.
    pub department: Option<&'static str>,
    /// The language of the reply; `None` when there must be none.
    pub reply: Option<&'static str>,
    /// A reason that must be among the named ones.
    pub reason: Option<&'static str>,
}

impl DemoMail {
    /// The domain it claims to come from; its server calls itself so too.
    pub(super) fn domain(&self) -> &str {
        self.from.rsplit_once('@').map_or("invalid.example", |(_, domain)| domain)
    }

    /// The mail as its sender's server would send it, unsigned.
    pub(super) fn compose(&self, number: usize, now: SystemTime) -> std::io::Result<Vec<u8>> {
        let domain = self.domain();
        let seconds = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |it| it.as_secs());
        let mut message = MessageBuilder::new()
            .from((self.from_name, self.from))
            .to(self.to)
            .subject(self.subject)
            .date(Date::new(i64::try_from(seconds).unwrap_or(0)))
            .message_id(format!("demo-{number}.{seconds}@{domain}"))
            .text_body(self.text);
        for &(name, value) in self.headers {
            message = message.header(name, Raw::new(value));
        }
        if self.workbook {
            let content = workbook::with_auto_open_macro()?;
            message = message.attachment(workbook::CONTENT_TYPE, "prices.xlsm", content);
        }
        message.write_to_vec()
    }
}

/// The mails, in the order in which they are sent.
pub(super) const MAILS: &[DemoMail] = &[
    DemoMail {
        title: "inquiry in German",
        sender: "einkauf@nordlicht.example",
        from_name: "Anna Schmidt",
        from: "einkauf@nordlicht.example",
        subject: "Anfrage LED-Arbeitsleuchten WL-20",
        text: include_str!("../../assets/mails/inquiry-de.txt"),
        signed_by: Some("nordlicht.example"),
        expected: Expected::answered("sales", "de"),
        ..TO_INFO
    },
    DemoMail {
        title: "inquiry in Spanish",
        sender: "compras@casaluz.example",
        from_name: "Lucía Fernández",
        from: "compras@casaluz.example",
        subject: "Solicitud de cotización: taladros HD-13",
        text: include_str!("../../assets/mails/inquiry-es.txt"),
        signed_by: Some("casaluz.example"),
        expected: Expected::answered("sales", "es"),
        ..TO_INFO
    },
    DemoMail {
        title: "technical question in Chinese",
        sender: "wangfang@huaxin.example",
        from_name: "王芳",
        from: "wangfang@huaxin.example",
        subject: "HD-13 冲击钻无法启动，请求技术支持",
        text: include_str!("../../assets/mails/support-zh.txt"),
        signed_by: Some("huaxin.example"),
        expected: Expected::answered("support", "zh-Hans"),
        ..TO_INFO
    },
    DemoMail {
        title: "urgent inquiry in English",
        sender: "james.miller@brightmart.example",
        from_name: "James Miller",
        from: "james.miller@brightmart.example",
        subject: "Urgent delivery: quotation for WL-20 work lights",
        text: include_str!("../../assets/mails/urgent-en.txt"),
        signed_by: Some("brightmart.example"),
        expected: Expected::answered("sales", "en"),
        ..TO_INFO
    },
    DemoMail {
        title: "inquiry in Arabic",
        sender: "khalid@gulftrade.example",
        from_name: "خالد المنصوري",
        from: "khalid@gulftrade.example",
        subject: "طلب عرض أسعار: مصابيح عمل WL-20",
        text: include_str!("../../assets/mails/inquiry-ar.txt"),
        expected: Expected::answered("sales", "ar"),
        ..TO_INFO
    },
    DemoMail {
        title: "second mail of the first sender",
        sender: "einkauf@nordlicht.example",
        from_name: "Anna Schmidt",
        from: "einkauf@nordlicht.example",
        subject: "Ergänzung zu unserer Anfrage",
        text: include_str!("../../assets/mails/follow-up-de.txt"),
        signed_by: Some("nordlicht.example"),
        expected: Expected::kept("sales"),
        ..TO_INFO
    },
    DemoMail {
        title: "invoice with the usual account",
        sender: "billing@baltic-bearings.example",
        from_name: "Ilse Brandt",
        from: "billing@baltic-bearings.example",
        to: "ap@acme.example",
        subject: "Invoice BB-2211",
        text: include_str!("../../assets/mails/invoice-usual.txt"),
        signed_by: Some("baltic-bearings.example"),
        expected: Expected::kept("accounts"),
        ..TO_INFO
    },
    DemoMail {
        title: "same supplier, changed account",
        sender: "billing@baltic-bearings.example",
        from_name: "Ilse Brandt",
        from: "billing@baltic-bearings.example",
        to: "ap@acme.example",
        subject: "Invoice BB-2211: new bank details",
        text: include_str!("../../assets/mails/invoice-changed.txt"),
        headers: &[("Reply-To", "<payments@settlement-desk.example>")],
        signed_by: Some("baltic-bearings.example"),
        expected: Expected::stopped(Action::Reject, "PAYMENT_ACCOUNT_CHANGED"),
        ..TO_INFO
    },
    DemoMail {
        title: "look-alike of the supplier",
        sender: "billing@ba1tic-bearings.example",
        from_name: "Ilse Brandt",
        from: "billing@ba1tic-bearings.example",
        to: "ap@acme.example",
        subject: "Open invoice BB-2212",
        text: include_str!("../../assets/mails/look-alike.txt"),
        signed_by: Some("ba1tic-bearings.example"),
        expected: Expected::stopped(Action::Quarantine, "LOOKALIKE_DOMAIN"),
        ..TO_INFO
    },
    DemoMail {
        title: "workbook with an auto-open macro",
        sender: "tom@casaluz.example",
        from_name: "Tom",
        from: "tom@casaluz.example",
        subject: "Price list",
        text: include_str!("../../assets/mails/macro.txt"),
        workbook: true,
        signed_by: Some("casaluz.example"),
        expected: Expected::stopped(Action::Quarantine, "MACRO_AUTO_EXEC"),
        ..TO_INFO
    },
    DemoMail {
        title: "forged bank, DMARC says reject",
        sender: "service@harbourbank.example",
        from_name: "Harbour Bank",
        from: "service@harbourbank.example",
        subject: "Your account has been restricted",
        text: include_str!("../../assets/mails/forged.txt"),
        expected: Expected::stopped(Action::Reject, "DMARC_FAIL_ENFORCED"),
        ..TO_INFO
    },
    DemoMail {
        title: "our own man from a foreign address",
        sender: "director@casaluz.example",
        from_name: "Wei Zhang",
        from: "director@casaluz.example",
        to: "ap@acme.example",
        subject: "紧急付款",
        text: include_str!("../../assets/mails/boss-zh.txt"),
        signed_by: Some("casaluz.example"),
        expected: Expected::stopped(Action::Quarantine, "OWN_PERSON_SPOOFED"),
        ..TO_INFO
    },
    DemoMail {
        title: "newsletter",
        sender: "bounce@tradeweekly.example",
        from_name: "Trade Weekly",
        from: "news@tradeweekly.example",
        subject: "Container rates fall again",
        text: include_str!("../../assets/mails/newsletter.txt"),
        headers: &[
            ("List-Id", "Trade Weekly <news.tradeweekly.example>"),
            ("List-Unsubscribe", "<https://tradeweekly.example/unsubscribe>"),
            ("Precedence", "bulk"),
        ],
        signed_by: Some("tradeweekly.example"),
        expected: Expected::kept("sales"),
        ..TO_INFO
    },
    DemoMail {
        title: "out-of-office notice",
        sender: "",
        from_name: "James Miller",
        from: "james.miller@brightmart.example",
        subject: "Automatic reply: your quotation",
        text: include_str!("../../assets/mails/out-of-office.txt"),
        headers: &[("Auto-Submitted", "auto-replied")],
        signed_by: Some("brightmart.example"),
        expected: Expected::kept("sales"),
        ..TO_INFO
    },
    DemoMail {
        title: "two From fields",
        sender: "orders@casaluz.example",
        from_name: "Orders",
        from: "orders@casaluz.example",
        subject: "Order 4712",
        text: include_str!("../../assets/mails/anomalous.txt"),
        headers: &[("From", "<ceo@harbourbank.example>"), ("Content-Type", "text/html")],
        expected: Expected::stopped(Action::Reject, "MULTIPLE_FROM"),
        ..TO_INFO
    },
];

/// What most mails have in common.
const TO_INFO: DemoMail = DemoMail {
    title: "",
    sender: "",
    from_name: "",
    from: "",
    to: "info@acme.example",
    subject: "",
    text: "",
    headers: &[],
    workbook: false,
    signed_by: None,
    expected: Expected::kept("sales"),
};

impl Expected {
    const fn answered(department: &'static str, language: &'static str) -> Self {
        let department = Some(department);
        Self { action: Action::Accept, department, reply: Some(language), reason: None }
    }

    const fn kept(department: &'static str) -> Self {
        let department = Some(department);
        Self { action: Action::Accept, department, reply: None, reason: None }
    }

    const fn stopped(action: Action, reason: &'static str) -> Self {
        Self { action, department: None, reply: None, reason: Some(reason) }
    }
}
