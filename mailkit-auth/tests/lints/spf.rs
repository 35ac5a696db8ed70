//! Valid SPF records.

use mailkit_auth::provider::providers;

/// What stands at the start of a record of somebody who sends from hosts of their own.
const OWN: &[&str] = &[
    "mx",
    "a mx",
    "ip4:8.8.8.0/24",
    "ip4:1.0.1.7 ip4:1.0.2.0/23 ip6:2a00:1450:4000::/36",
    "a:mail.acme.example/28 mx",
    "exists:%{ir}.%{v}._spf.acme.example",
    "mx:acme.example//64 a:out.acme.example/30//96",
];

/// How a record ends.
const ENDS: &[&str] = &["-all", "~all", "redirect=_spf.acme.example"];

/// Forty-two shapes without a finding: what companies publish that send by themselves, by a
/// provider, or both.
pub(crate) fn shapes() -> Vec<String> {
    let includes = ["", "include:_spf.google.com ", "include:spf.163.com include:sendgrid.net "];
    let heads = includes.iter().flat_map(|include| OWN.iter().map(move |own| (include, own)));
    let ends = ENDS.iter().cycle();
    let texts = heads.zip(ends).map(|((include, own), end)| format!("v=spf1 {include}{own} {end}"));
    let bare = includes.iter().filter(|it| !it.is_empty());
    let bare = bare.flat_map(|it| ENDS.iter().map(move |end| format!("v=spf1 {it}{end}")));
    let odd = [
        "v=spf1 mx exp=explain.acme.example -all",
        "V=SPF1 MX A:MAIL.ACME.EXAMPLE -ALL",
        "v=spf1 +mx ?ip4:1.2.3.4 -all",
        "v=spf1  a   mx  ~all",
        "v=spf1 ip6:2001:4860:4000::/36 -all",
        "v=spf1 redirect=_spf.mail.acme.example",
        "v=spf1 include:%{d}._spf.acme.example -all",
        "v=spf1 a:%{h}.acme.example -all",
        "v=spf1 -all exp=why.acme.example",
        "v=spf1 -ip4:9.9.9.9 mx -all",
        "v=spf1 ip4:5.6.7.0/25 ip4:5.6.7.128/25 ~all",
        "v=spf1 mx:mx1.acme.example mx:mx2.acme.example -all",
        "v=spf1 include:spf-a.acme.example include:spf-b.acme.example -all",
        "v=spf1 a/24//64 -all",
        "v=spf1 ip4:1.1.1.1 -all",
    ];
    texts.chain(bare).chain(odd.map(str::to_owned)).collect()
}

/// A record for each way to use the providers of the table: one, two or three of them, with and
/// without hosts of one's own.
pub(crate) fn provider_records() -> Vec<String> {
    let includes: Vec<String> = providers()
        .iter()
        .flat_map(|provider| {
            let known = provider.known_spf.iter().map(ToString::to_string);
            provider.spf.iter().map(|it| it.domain.to_string()).chain(known)
        })
        .collect();
    let mut records = Vec::new();
    for (index, first) in includes.iter().enumerate() {
        for end in ["-all", "~all"] {
            records.push(format!("v=spf1 include:{first} {end}"));
            for own in OWN {
                records.push(format!("v=spf1 {own} include:{first} {end}"));
            }
        }
        for second in includes.iter().skip(index + 1).filter(|it| *it != first) {
            records.push(format!("v=spf1 include:{first} include:{second} ~all"));
        }
    }
    records
}
