//! Records of transport security and their faults.

use mailkit_auth::lint::{TxtRecord, lint_mta_sts_set, lint_tls_rpt_set};

use super::seeds::{Kind, found, plain};

/// Both kinds, as far as sets go.
pub(crate) fn kinds() -> Vec<Kind> {
    let mta_sts = Kind {
        name: "MTA-STS",
        shapes: mta_sts(),
        lint: |text| plain(lint_mta_sts_set(&[TxtRecord::new([text])])),
        seeds: vec![found("STS002", |shape, _| {
            Some(plain(lint_mta_sts_set(
                &[shape, "v=STSv1; id=2"].map(|text| TxtRecord::new([text])),
            )))
        })],
    };
    let tls_rpt = Kind {
        name: "TLS-RPT",
        shapes: tls_rpt(),
        lint: |text| plain(lint_tls_rpt_set(&[TxtRecord::new([text])])),
        seeds: vec![found("TLS003", |shape, _| {
            Some(plain(lint_tls_rpt_set(&[shape, shape].map(|text| TxtRecord::new([text])))))
        })],
    };
    vec![mta_sts, tls_rpt]
}

fn mta_sts() -> Vec<String> {
    let ids = ["1", "20260101T000000Z", "20261122", "a", "Z9", "1700000000", "20160831085700Z"];
    let ends = ["", ";", "; x=y;"];
    ids.iter().flat_map(|id| ends.iter().map(move |end| format!("v=STSv1; id={id}{end}"))).collect()
}

fn tls_rpt() -> Vec<String> {
    let addresses = [
        "mailto:tls@acme.example",
        "https://reports.acme.example/tls",
        "mailto:tls@acme.example,https://reports.acme.example/v1/tls",
        "mailto:a@acme.example,mailto:b@acme.example",
        "mailto:tls+acme@reports.example",
    ];
    let forms = ["v=TLSRPTv1; rua=", "v=TLSRPTv1;rua=", "v=TLSRPTv1; rua = ", "v = TLSRPTv1; rua="];
    addresses.iter().flat_map(|to| forms.iter().map(move |form| format!("{form}{to}"))).collect()
}
