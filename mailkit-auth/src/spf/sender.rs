//! Who the envelope says the sender is.

use super::{SpfIdentity, SpfRequest};
use crate::Domain;
use crate::domain::PlainName;

/// The identity of the envelope that is checked (sections 2.3, 2.4 and 4.3).
pub(super) struct Sender<'r> {
    pub(super) identity: SpfIdentity,
    pub(super) local_part: &'r str,
    pub(super) domain: &'r str,
    /// The domain, where it needs no other check.
    plain: Option<PlainName<'r>>,
}

impl<'r> Sender<'r> {
    pub(super) fn of(request: &'r SpfRequest<'_>) -> Self {
        let (identity, address) = match request.mail_from.as_ref() {
            "" => (SpfIdentity::Helo, request.helo.as_ref()),
            address => (SpfIdentity::MailFrom, address),
        };
        let (local_part, domain, plain) = match PlainName::split_off(address) {
            Some(("", name)) => ("", name.text, Some(name)),
            split => match identity {
                SpfIdentity::Helo => ("", address, None),
                SpfIdentity::MailFrom => split_address(address, split),
            },
        };
        let local_part = if local_part.is_empty() { POSTMASTER } else { local_part };
        Self { identity, local_part, domain, plain }
    }

    /// The domain to check; only names of two or more labels have one (section 4.3).
    pub(super) fn domain(&self) -> Option<Domain> {
        match self.plain {
            Some(name) => name.is_dotted.then(|| name.into()),
            None => {
                let domain: Option<Domain> = self.domain.parse().ok();
                domain.filter(|it| it.as_str().contains('.'))
            }
        }
    }
}

/// The local part and the domain, with the plain name that it is if `end` of the address begins
/// behind the last `@`; an address without `@` is a domain.
fn split_address<'a>(
    address: &'a str,
    end: Option<(&'a str, PlainName<'a>)>,
) -> (&'a str, &'a str, Option<PlainName<'a>>) {
    let plain = end.and_then(|(before, name)| Some((before.strip_suffix("@")?, name)));
    if let Some((local_part, name)) = plain {
        return (local_part, name.text, Some(name));
    }
    let (local_part, domain) = address.rsplit_once('@').unwrap_or(("", address));
    (local_part, domain, None)
}

/// What stands for an absent local part (section 4.3).
const POSTMASTER: &str = "postmaster";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mail_from: &str, expected: (&str, &str, Option<&str>)) {
        let request = SpfRequest::new([192, 0, 2, 1], "Mx.Acme.Test", mail_from);
        let sender = Sender::of(&request);
        let domain = sender.domain();
        let actual = (sender.local_part, sender.domain, domain.as_ref().map(Domain::as_str));
        assert_eq!(actual, expected, "{mail_from:?}");
    }

    #[test]
    fn senders() {
        check("Alice@Acme.Test", ("Alice", "Acme.Test", Some("acme.test")));
        check("", ("postmaster", "Mx.Acme.Test", Some("mx.acme.test")));
        check("@acme.test", ("postmaster", "acme.test", Some("acme.test")));
        check("acme.test", ("postmaster", "acme.test", Some("acme.test")));
        check("\"a@b\"@acme.test", ("\"a@b\"", "acme.test", Some("acme.test")));
        check("a@localhost", ("a", "localhost", None));
        check("a@b@acme.test", ("a@b", "acme.test", Some("acme.test")));
        check("a@x-1.acme.test.", ("a", "x-1.acme.test.", Some("x-1.acme.test")));
        check("a@-x.acme.test", ("a", "-x.acme.test", None));
        check("a@", ("a", "", None));
        check("@", ("postmaster", "", None));
        check("a@[192.0.2.1]", ("a", "[192.0.2.1]", None));
        check("a@acme..test", ("a", "acme..test", None));
    }
}
