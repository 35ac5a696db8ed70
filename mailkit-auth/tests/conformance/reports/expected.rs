//! The samples of reports, and what each says.

/// A count of messages and records was taken from the text itself.
pub(super) const SAMPLES: &[(&str, &str)] = &[
    (
        "auth/opendmarc/163.com!example.com!1337270400!1337356799.20120518163.xml",
        "example.com: 92 messages in 50 records, 3 anomalies",
    ),
    // Its second record has no address, its third has markup in a domain, and its end tag is missing.
    (
        "auth/opendmarc/bad.com!example.com!1337140800!1337227200.xml",
        "example.com: 267 messages in 1 records, 5 anomalies; record 2 at octet 944: invalid value \"108r.166.27.220\" of `source_ip`; record 3 at octet 1305: markup inside a value; report cut off at octet 1667",
    ),
    (
        "auth/opendmarc/good.com!example.com!1337270400!1337356799.xml",
        "example.com: 183934 messages in 754 records, 81 anomalies",
    ),
    (
        "auth/opendmarc/yeah.net!example.com!1337270400!1337356799.20120518.xml",
        "example.com: 21679 messages in 254 records, 26 anomalies",
    ),
    // It has no octets.
    ("auth/parsedmarc/samples/empty.xml", "no report found"),
    (
        "auth/parsedmarc/samples/aggregate/!example.com!1538204542!1538463818.xml",
        "example.com: 1 messages in 1 records, 3 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/!large-example.com!1711897200!1711983600.xml",
        "example.com: 2286 messages in 2286 records, 2288 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/Report domain- borschow.com Submitter- google.com Report-ID- 949348866075514174.eml",
        "borschow.com: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/addisonfoods.com!example.com!1536105600!1536191999.xml",
        "example.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/empty_reason.xml",
        "example.com: 2 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/estadocuenta1.infonacot.gob.mx!example.com!1536853302!1536939702!2940.xml.zip",
        "example.com: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/example.net!example.com!1529366400!1529452799.xml",
        "example.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/fastmail.com!example.com!1516060800!1516147199!102675056.xml.gz",
        "indemed.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/ikea.com!example.de!1538690400!1538776800.xml",
        "example.de: 1 messages in 1 records, 2 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/invalid_utf_8.xml",
        "example.com: 1 messages in 1 records, 5 anomalies",
    ),
    // Its one record has markup in a domain; the head is read but for the address with markup in it.
    (
        "auth/parsedmarc/samples/aggregate/invalid_xml.xml",
        "example.com: 0 messages in 0 records, 2 anomalies; record 1 at octet 457: markup inside a value",
    ),
    (
        "auth/parsedmarc/samples/aggregate/mimecast-weird-gzip.eml",
        "ab.id.au: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/old_draft_from_wiki.xml",
        "example.com: 2 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/protection.outlook.com!example.com!1711756800!1711843200.xml",
        "example.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/rfc9990-example.net!example.com!1700000000!1700086399.xml",
        "example.com: 7 messages in 2 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/rfc9990-sample.xml",
        "example.com: 123 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/twilight.eml",
        "twlnet.com: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/usssa.com!example.com!1538784000!1538870399.xml",
        "example.com: 2 messages in 2 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/veeam.com!example.com!1530133200!1530219600.xml",
        "example.com: 1 messages in 1 records, 2 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate_invalid/report_with_upper_cased_pass.xml",
        "example.com: 1 messages in 1 records, 6 anomalies",
    ),
    (
        "auth/parsedmarc/samples/extract_report/changed-input.xml",
        "example.com: 3047 messages in 20 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/extract_report/nice-input.xml",
        "example.com: 3047 messages in 20 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/extract_report/nice-input.xml.gz",
        "example.com: 3047 messages in 20 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/extract_report/nice-input.xml.zip",
        "example.com: 3047 messages in 20 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/DMARC Failure Report for domain.de (mail-from=sharepoint@domain.de, ip=10.10.10.10).eml",
        "failure of domain.de from 10.10.10.10: Subject; 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/[Netease DMARC Failure Report] Rent Reminder.eml",
        "failure of cardinal.com from 167.89.69.24: Rent Reminder; 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/dmarc_ruf_report_linkedin.crlf.eml",
        "failure of example.com from 10.10.10.10: Subject line, could be UTF8 encoded; 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/dmarc_ruf_report_linkedin.eml",
        "failure of example.com from 10.10.10.10: Subject line, could be UTF8 encoded; 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/exim_plain_text_only_no_arf_part.eml",
        "failure of example.com from 203.0.113.68: Payment from your account.; 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/smtp_tls/google.com_smtp_tls_report.eml",
        "tls: 1 policies, 48 good, 0 bad, 0 details, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/smtp_tls/mail.ru.json",
        "tls: 1 policies, 0 good, 1 bad, 2 details, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/smtp_tls/rfc8460.json",
        "tls: 1 policies, 5326 good, 303 bad, 3 details, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/smtp_tls/smtp_tls.json",
        "tls: 1 policies, 0 good, 3 bad, 2 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/arf/001.eml",
        "failure of - from -: Earn money; 0 anomalies",
    ),
    // An empty line parts the header of the message; the subject stands behind it.
    (
        "auth/stalwart-mail-auth/resources/arf/002.eml",
        "failure of example.net from 192.0.2.1: ; 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/arf/003.eml",
        "failure of example.net from 192.0.2.1: This is a test; 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/arf/004.eml",
        "failure of interpublication.org from 148.163.85.135: Wir kaufen dein Auto!; 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/arf/005.eml",
        "failure of a.sender.example from 192.0.2.1: You have a new bill from your bank; 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/001.xml",
        "example.com: 123 messages in 1 records, 2 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/002.xml",
        "example.org: 2 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/003.xml",
        "stalw.art: 9 messages in 4 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/004.xml",
        "example.com: 123 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/005.xml",
        "example.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/100.eml",
        "stalw.art: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/101.eml",
        "stalw.art: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/102.eml",
        "stalw.art: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/103.eml",
        "stalw.art: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/104.eml",
        "stalw.art: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt01.eml",
        "tls: 1 policies, 5326 good, 303 bad, 3 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt01.json",
        "tls: 1 policies, 5326 good, 303 bad, 3 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt02.eml",
        "tls: 1 policies, 23 good, 1 bad, 1 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt02.json",
        "tls: 1 policies, 23 good, 1 bad, 1 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt03.json",
        "tls: 2 policies, 2 good, 0 bad, 0 details, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/google.eml",
        "ueber.net: 5 messages in 2 records, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/mailru.eml",
        "ueber.net: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/outlook.eml",
        "ueber.net: 2 messages in 1 records, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/xs4all.eml",
        "ueber.net: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/yahoo.eml",
        "ueber.net: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/tlsreports/example.eml",
        "tls: 1 policies, 3 good, 0 bad, 0 details, 0 anomalies",
    ),
    (
        "reliability/mox/testdata/tlsreports/microsoft.eml",
        "tls: 1 policies, 2 good, 0 bad, 0 details, 0 anomalies",
    ),
];
