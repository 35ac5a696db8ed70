//! DKIM key records and their faults.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mailkit_auth::lint::{TxtRecord, lint_dkim_key, lint_dkim_key_set};

use super::seeds::{Kind, Seed, found, plain, text};

pub(crate) fn kind() -> Kind {
    let seeds = [record(), key()].into_iter().flatten().collect();
    Kind { name: "DKIM keys", shapes: shapes(), lint: lint_dkim_key, seeds }
}

pub(crate) const ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// Shapes without a warning: both kinds of key, with what is published beside it.
fn shapes() -> Vec<String> {
    let rsa: Vec<String> = (1..=3).map(|fill| rsa(256, &[1, 0, 1], fill, Form::Spki)).collect();
    let mut shapes = Vec::new();
    for key in &rsa {
        for head in [
            "v=DKIM1; k=rsa; ",
            "v=DKIM1; ",
            "",
            "v=DKIM1; h=sha256; k=rsa; ",
            "k=rsa; ",
            "v=DKIM1; k=rsa; s=email; ",
        ] {
            shapes.push(format!("{head}p={key}"));
        }
    }
    for head in [
        "v=DKIM1; k=ed25519; ",
        "k=ed25519; ",
        "v=DKIM1; k=ed25519; t=s; ",
        "v=DKIM1; h=sha256; k=ed25519; s=*; ",
    ] {
        shapes.push(format!("{head}p={ED25519}"));
    }
    shapes.push(format!("v=DKIM1;k=rsa;p={}", rsa[0]));
    shapes.push(format!("v=DKIM1; k=rsa; t=s; n=our key; p={};", rsa[1]));
    shapes
}

/// Faults of the record around the key, and of the set it stands in.
fn record() -> Vec<Seed> {
    vec![
        text("DKM000", |shape, n| match n % 3 {
            0 => Some(format!("{}; oops", shape.trim_end_matches(';'))),
            1 => Some(shape.replacen("p=", ";p=", 1)),
            _ => Some(format!("{}; 1x=y", shape.trim_end_matches(';'))),
        }),
        found("DKM002", |shape, _| {
            Some(plain(lint_dkim_key_set(&[shape, shape].map(|text| TxtRecord::new([text])))))
        }),
        text("DKM003", |shape, n| {
            let rest = shape.trim_start_matches("v=DKIM1;").trim_start();
            let version = ["v=dkim1; ", "v=DKIM2; ", "V=DKIM1; ", "s=*; v=DKIM1; "][n % 4];
            Some(format!(
                "{version}{}",
                if n % 4 == 3 { without(rest, "s")? } else { rest.to_owned() }
            ))
        }),
        text("DKM004", |shape, n| match n % 2 {
            0 => Some(shape.get(..shape.find("p=")?)?.trim_end().trim_end_matches(';').to_owned()),
            _ => Some(shape.replacen("p=", "P=", 1)),
        }),
        text("DKM005", |shape, _| Some(format!("{}p=", shape.get(..shape.find("p=")?)?))),
        text("DKM014", |shape, n| {
            let kind = ["dsa", "RSA", "Ed25519", "ed2551"][n % 4];
            Some(match shape.split_once("k=") {
                Some((head, rest)) => format!("{head}k={kind};{}", rest.split_once(';')?.1),
                None => shape.replacen("p=", &format!("k={kind}; p="), 1),
            })
        }),
        text("DKM015", |shape, _| before_key(&without(shape, "h")?, "h=sha1")),
        text("DKM016", |shape, n| {
            before_key(&without(shape, "t")?, ["t=y", "t=y:s", "t=s:y"][n % 3])
        }),
        text("DKM018", |shape, n| {
            before_key(&without(shape, "s")?, ["s=tlsrpt", "s=other"][n % 2])
        }),
        text("DKM019", |shape, n| before_key(shape, ["g=*", "g=", "g=news"][n % 3])),
        text("DKM020", |shape, n| before_key(shape, ["x=1", "p=AAAA", "hello=world"][n % 3])),
        text("DKM025", |shape, n| match n % 3 {
            0 => Some(shape.replacen(';', "\\;", 1)).filter(|planted| planted != shape),
            1 => Some(format!("\"{shape}\"")),
            _ => {
                let (head, key) = shape.split_at(shape.find("p=")? + 12);
                Some(format!("{head} {key}"))
            }
        }),
    ]
}

/// Faults of the key.
fn key() -> Vec<Seed> {
    const USUAL: &[u8] = &[1, 0, 1];
    vec![
        text("DKM006", |shape, n| {
            let cut = [1, 30, 3][n % 3];
            let (head, key) = shape.trim_end_matches(';').split_at(shape.find("p=")? + 2);
            let short = key.get(..key.len() - cut)?;
            match (shape.contains("ed25519"), n % 3) {
                (true, _) => Some(format!("{head}*{short}")),
                (false, _) => Some(format!("{head}{short}")),
            }
        }),
        text("DKM007", |shape, n| with_rsa(shape, &rsa(256, USUAL, variant(n), Form::Pkcs1))),
        text("DKM008", |shape, n| {
            with_rsa(shape, &rsa([64, 96][n % 2], USUAL, variant(n), Form::Spki))
        }),
        text("DKM009", |shape, n| {
            with_rsa(shape, &rsa([128, 192][n % 2], USUAL, variant(n), Form::Spki))
        }),
        text("DKM010", |shape, n| {
            with_rsa(shape, &rsa([384, 512][n % 2], USUAL, variant(n), Form::Spki))
        }),
        text("DKM011", |shape, n| {
            let exponent: &[u8] = [&[3][..], &[17], &[1, 0, 3]][n % 3];
            with_rsa(shape, &rsa(256, exponent, variant(n), Form::Spki))
        }),
        text("DKM012", |shape, n| {
            let key = STANDARD.encode(vec![7; [31, 33, 44][n % 3]]);
            with_key(&with_kind(shape, "ed25519")?, &key)
        }),
    ]
}

fn variant(n: usize) -> u8 {
    u8::try_from(n % 100).expect("a small number") + 1
}

fn with_key(shape: &str, key: &str) -> Option<String> {
    Some(format!("{}{key}", shape.get(..shape.find("p=")? + 2)?))
}

fn with_rsa(shape: &str, key: &str) -> Option<String> {
    with_key(&with_kind(shape, "rsa")?, key)
}

fn with_kind(shape: &str, kind: &str) -> Option<String> {
    let shape = without(shape, "k")?;
    before_key(&shape, &format!("k={kind}"))
}

/// The record with one more tag before its key.
fn before_key(shape: &str, tag: &str) -> Option<String> {
    let (head, key) = shape.split_at(shape.find("p=")?);
    Some(format!("{head}{tag}; {key}"))
}

fn without(shape: &str, name: &str) -> Option<String> {
    let tags = shape.split(';').filter(|tag| tag.split('=').next().map(str::trim) != Some(name));
    Some(tags.map(str::trim).collect::<Vec<_>>().join("; "))
}

/// How an RSA key is written.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Pkcs1,
    Spki,
}

/// An RSA public key in base64, of so many octets; `fill` makes one unlike another.
pub(crate) fn rsa(octets: u16, exponent: &[u8], fill: u8, form: Form) -> String {
    let mut modulus = vec![fill; usize::from(octets)];
    modulus[0] = 0xc0;
    modulus.insert(0, 0);
    let modulus = der(0x02, &modulus);
    let bare = der(0x30, &[modulus, der(0x02, exponent)].concat());
    let octets = match form {
        Form::Pkcs1 => bare,
        Form::Spki => {
            let algorithm = [0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
            let bits = der(0x03, &[vec![0], bare].concat());
            der(0x30, &[algorithm.to_vec(), bits].concat())
        }
    };
    STANDARD.encode(octets)
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a small key").to_be_bytes();
    let head = match length {
        [0, short @ ..=0x7f] => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [head, content.to_vec()].concat()
}
