//! Messages that canonicalizations find hard.

/// Message of this number; the same number gives the same message.
pub(crate) fn message(number: usize) -> Vec<u8> {
    let mut random = Random(number as u64);
    let mut header = vec![
        random.pick(&[
            "From: Ann <ann@acme.test>",
            "from:ann@acme.test",
            "From:\t\"Ann, B.\"\r\n <ann@acme.test>",
        ]),
        random.pick(&[
            "Subject: Order 7",
            "SUBJECT:",
            "Subject:   two  spaces \t and a tab  ",
            "Subject: =?utf-8?B?5Lu35qC8?=\r\n =?utf-8?Q?_Gr=C3=BC=C3=9Fe?=",
            "Subject: folded\r\n\tonce\r\n  and again ",
            "Subject: 报价 Grüße",
            "Subject: a;b=c; d : e",
        ]),
        random.pick(&[
            "To: bob@corp.test",
            "To: bob@corp.test,\r\n carl@corp.test,\r\n\tdora@corp.test ",
        ]),
    ];
    for optional in OPTIONAL {
        if random.below(2) == 0 {
            header.push(optional);
        }
    }
    // Every eighth body is longer than what is hashed at once.
    let lines = if number % 8 == 3 { 200 + random.below(100) } else { random.below(12) };
    let mut body: Vec<&str> = (0..lines).map(|_| random.pick(LINES)).collect();
    body.push(random.pick(&[
        "no line end",
        "",
        "",
        "\r\n",
        "\r\n\r\n\r\n",
        " \r\n",
        "\t \r\n\r\n",
        "end\r\n \r\n",
    ]));
    format!("{}\r\n\r\n{}", header.join("\r\n"), body.concat()).into_bytes()
}

const OPTIONAL: &[&str] = &[
    "Date: Sun, 22 Nov 2026 10:00:00 +0800",
    "Message-ID: <1@acme.test>",
    "Received: from a by b;\r\n\tSun, 22 Nov 2026 10:00:00 +0800",
    "Received: from b by c; Sun, 22 Nov 2026 10:00:01 +0800",
    "Comments: one",
    "Comments:  two",
    "MIME-Version: 1.0",
    "Content-Type: text/plain;\r\n\tcharset=\"utf-8\"",
    "Reply-To: sales@acme.test",
    "List-Unsubscribe: <https://acme.test/u>",
    "X-Empty:",
    "X-Colons: a:b:c",
    "X-Space : before the colon",
];

const LINES: &[&str] = &[
    "\r\n",
    "Dear Bob,\r\n",
    "  indented\r\n",
    "trailing space \r\n",
    "trailing tab\t\r\n",
    "a  b\t\tc \t d\r\n",
    " \r\n",
    "\t\r\n",
    ".\r\n",
    "..dots\r\n",
    "From the start of a line\r\n",
    "Grüße aus Köln, 您好\r\n",
    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n",
    "=3D soft=\r\n",
];

/// A linear congruential generator (Knuth), enough to shuffle.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}
