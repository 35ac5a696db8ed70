//! Records of transport security and of logos, signatures, and their faults.

use mailkit_auth::lint::{
    SignatureContext, TxtRecord, lint_bimi, lint_dkim_signature, lint_mta_sts, lint_mta_sts_policy,
    lint_mta_sts_set, lint_tls_rpt, lint_tls_rpt_set, lint_tlsa,
};

use super::seeds::{Kind, found, plain, text};

pub(crate) fn kinds() -> Vec<Kind> {
    vec![mta_sts(), policy(), tls_rpt(), bimi(), tlsa(), signature()]
}

fn mta_sts() -> Kind {
    let ids = ["1", "20260101T000000Z", "20261122", "a", "Z9", "1700000000", "20160831085700Z"];
    let ends = ["", ";", " ;"];
    let shape = |id: &str, end: &str| format!("v=STSv1; id={id}{end}");
    let shapes = ids.iter().flat_map(|id| ends.iter().map(move |end| shape(id, end))).collect();
    let seeds = vec![
        found("STS002", |shape, _| {
            let set = [shape, "v=STSv1; id=2"].map(|text| TxtRecord::new([text]));
            Some(plain(lint_mta_sts_set(&set)))
        }),
        text("STS003", |shape, n| {
            let (head, rest) = shape.split_once(';')?;
            let tail = rest.trim_start().trim_start_matches("id=");
            Some(match n % 5 {
                0 => format!("v=stsv1;{rest}"),
                1 => head.to_owned(),
                2 => format!("{head}; id=2026-01-01-{tail}"),
                3 => format!("{head}; id={}{tail}", "9".repeat(33)),
                _ => format!("id=1; {head}"),
            })
        }),
    ];
    Kind { name: "MTA-STS", shapes, lint: lint_mta_sts, seeds }
}

fn policy() -> Kind {
    let hosts = [
        "mx: mx.acme.example",
        "mx: *.acme.example",
        "mx: a.acme.example\nmx: b.acme.example",
        "mx: *.mail.acme.example",
        "mx: mx1.acme.example",
    ];
    let modes = ["enforce", "testing"];
    let ages = ["604800", "2419200", "31557600"];
    let mut shapes = Vec::new();
    for host in hosts {
        for mode in modes {
            for age in ages {
                let end = if shapes.len() % 2 == 0 { "\n" } else { "\r\n" };
                let lines = format!("version: STSv1\nmode: {mode}\n{host}\nmax_age: {age}\n");
                shapes.push(lines.replace('\n', end));
            }
        }
    }
    let seeds = vec![
        text("STS006", |shape, n| {
            Some(match n % 5 {
                0 => shape.replacen("STSv1", "STSv2", 1),
                1 => shape.replacen("mode: ", "mode: x", 1),
                2 => shape.replacen("max_age", "max-age", 1),
                3 => shape.replacen("mode", "mode: none\nmode", 1),
                _ => shape.replacen("max_age: ", "max_age: 1w", 1),
            })
        }),
        text("STS007", |shape, _| {
            let lines = shape.lines().filter(|line| !line.starts_with("mx"));
            Some(lines.map(|line| format!("{line}\n")).collect())
        }),
        text("STS008", |shape, n| {
            Some(shape.replacen("mx: ", ["mx: *.*.", "mx: mx*.", "mx: .", "mx: *"][n % 4], 1))
        }),
        text("STS010", |shape, n| {
            let (head, _) = shape.split_once("max_age")?;
            Some(format!("{head}max_age: {}\n", [600, 31_557_601, 1, 99_999_999][n % 4]))
        }),
    ];
    Kind { name: "MTA-STS policies", shapes, lint: lint_mta_sts_policy, seeds }
}

fn tls_rpt() -> Kind {
    let addresses = [
        "mailto:tls@acme.example",
        "https://reports.acme.example/tls",
        "mailto:tls@acme.example,https://reports.acme.example/v1/tls",
        "mailto:a@acme.example,mailto:b@acme.example",
        "mailto:tls+acme@reports.example",
        "mailto:x@y.example",
        "https://a.example/",
    ];
    let forms = ["v=TLSRPTv1; rua=", "v=TLSRPTv1;rua=", "v=TLSRPTv1 ;  rua="];
    let shape = |to: &str, form: &str| format!("{form}{to}");
    let shapes = addresses.iter().flat_map(|to| forms.iter().map(move |form| shape(to, form)));
    let seeds = vec![
        text("TLS000", |shape, n| {
            Some(match n % 2 {
                0 => format!("{shape}; oops"),
                _ => shape.replacen(';', "\\;", 1),
            })
        }),
        text("TLS001", |shape, n| {
            let (_, rest) = shape.split_once(';')?;
            Some(format!(
                "{};{rest}",
                ["v=TLSRPT1", "v=tlsrptv1", " v=TLSRPTv1", "v=TLSRPTv2"][n % 4]
            ))
        }),
        text("TLS002", |shape, n| {
            let (head, address) = shape.split_once("rua=")?;
            Some(match n % 4 {
                0 => format!("{head}rua=tls@acme.example"),
                1 => format!("{head}rua=http://acme.example/{}", address.len()),
                2 => head.trim_end().trim_end_matches(';').to_owned(),
                _ => format!("{head}rua="),
            })
        }),
        found("TLS003", |shape, _| {
            Some(plain(lint_tls_rpt_set(&[shape, shape].map(|text| TxtRecord::new([text])))))
        }),
        text("TLS005", |shape, n| {
            Some(format!(
                "{shape}; {}",
                ["rua=mailto:z@z.example", "ruf=mailto:z@z.example", "x=1"][n % 3]
            ))
        }),
    ];
    Kind { name: "TLS-RPT", shapes: shapes.collect(), lint: lint_tls_rpt, seeds }
}

fn bimi() -> Kind {
    let logos = [
        "https://acme.example/logo.svg",
        "https://cdn.acme.example/a/b.svg",
        "https://x.example/l.svg",
        "https://bimi.acme.example/1/logo.svg",
        "https://a.example/x.svg",
    ];
    let ends = [
        "",
        "; a=https://acme.example/vmc.pem",
        "; a=https://ca.example/1.pem; avp=brand",
        "; avp=personal",
    ];
    let shape = |logo: &str, end: &str| format!("v=BIMI1; l={logo}{end}");
    let shapes = logos.iter().flat_map(|logo| ends.iter().map(move |end| shape(logo, end)));
    let seeds = vec![text("BMI001", |shape, n| {
        Some(match n % 5 {
            0 => shape.replacen("BIMI1", "bimi", 1),
            1 => shape.replacen("https", "http", 1),
            2 => format!("{shape}; l=https://b.example/l.svg"),
            3 => format!("{shape}; oops"),
            _ => shape.replacen("l=", "logo=", 1),
        })
    })];
    Kind { name: "BIMI", shapes: shapes.collect(), lint: lint_bimi, seeds }
}

fn tlsa() -> Kind {
    let digests = (0..5).map(|n| format!("{n}a").repeat(32));
    let heads = ["3 1 1", "2 1 1", "3 0 1", "2 0 1"];
    let shapes = digests.flat_map(|digest| heads.map(|head| format!("{head} {digest}")));
    let seeds = vec![
        text("DAN000", |shape, n| {
            let (head, digest) = shape.rsplit_once(' ')?;
            Some(match n % 4 {
                0 => format!("{head} {}", digest.get(2..)?),
                1 => head.to_owned(),
                2 => format!("{head} {digest}xy"),
                _ => format!("x {shape}"),
            })
        }),
        text("DAN002", |shape, n| {
            Some(format!("{} {}", [0, 1, 4, 255][n % 4], shape.split_once(' ')?.1))
        }),
    ];
    Kind { name: "TLSA", shapes: shapes.collect(), lint: lint_tlsa, seeds }
}

fn signature() -> Kind {
    let algorithms = ["rsa-sha256", "ed25519-sha256"];
    let domains = ["acme.example", "mail.acme.example", "a.example"];
    let forms = ["c=relaxed/relaxed; ", "", "c=simple; q=dns/txt; ", "c=relaxed; "];
    let mut shapes = Vec::new();
    for algorithm in algorithms {
        for domain in domains {
            for form in forms {
                shapes.push(format!(
                    "v=1; a={algorithm}; {form}d={domain}; s=s1; t=1700000000; x=1700600000; \
                     h=From:From:To:To:Subject:Subject:Date:Date:Reply-To; bh=AAAA; b=AAAA"
                ));
            }
        }
    }
    let seeds = vec![
        text("DKM026", |shape, n| Some(shape.replacen("; h=", &format!("; l={n}; h="), 1))),
        text("DKM027", |shape, _| Some(shape.replacen("From:From:", "", 1))),
        text("DKM028", |shape, n| {
            let field = ["From:From:", "To:To:", "Subject:Subject:", "Date:Date:"][n % 4];
            Some(shape.replacen(field, field.get(field.len() / 2..)?, 1))
        }),
        text("DKM029", |shape, _| {
            Some(shape.replacen("rsa-sha256", "rsa-sha1", 1).replacen(
                "ed25519-sha256",
                "rsa-sha1",
                1,
            ))
        }),
        text("DKM030", |shape, n| {
            Some(shape.replacen("x=1700600000", &format!("x=16{n:02}600000"), 1))
        }),
        text("DKM031", |shape, n| {
            Some(shape.replacen(
                "Reply-To",
                ["Reply-To:Received", "Return-Path:Reply-To"][n % 2],
                1,
            ))
        }),
        text("DKM033", |shape, n| {
            Some(match n % 4 {
                0 => shape.replacen("v=1", "v=2", 1),
                1 => shape.replacen("s=s1", "s=s1; s=s2", 1),
                2 => shape.replacen("s=s1; ", "", 1),
                _ => shape.replacen("bh=AAAA", "oops", 1),
            })
        }),
    ];
    let lint = |value: &str| lint_dkim_signature(value, &SignatureContext::default());
    Kind { name: "DKIM signatures", shapes, lint, seeds }
}
