//! mail-auth with the keys in its cache.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use mail_auth::common::parse::TxtRecordParser as _;
use mail_auth::common::verify::DomainKey;
use mail_auth::{
    AuthenticatedMessage, DkimResult, MessageAuthenticator, Parameters, ResolverCache, Txt,
};

pub(crate) struct MailAuth {
    authenticator: MessageAuthenticator,
    cache: Cache,
}

impl MailAuth {
    /// With these names and key records; it never asks for others.
    pub(crate) fn new(records: &[(String, String)]) -> Self {
        let authenticator = MessageAuthenticator::new(Default::default(), Default::default());
        let keys = records.iter().map(|(name, record)| {
            let key = DomainKey::parse(record.as_bytes()).expect("a key");
            (format!("{name}.").into(), Txt::DomainKey(Arc::new(key)))
        });
        let authenticator = authenticator.expect("a resolver that is never asked");
        Self { authenticator, cache: Cache(keys.collect()) }
    }

    /// Whether the message has one signature, and it passes.
    pub(crate) fn passes(&self, message: &[u8]) -> bool {
        let Some(message) = AuthenticatedMessage::parse(message) else { return false };
        let parameters = Parameters::new(&message).with_txt_cache(&self.cache);
        let mut task = pin!(self.authenticator.verify_dkim(parameters));
        match task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => {
                output.len() == 1 && output.iter().all(|it| *it.result() == DkimResult::Pass)
            }
            // It asks for the key of an altered name, which no one has.
            Poll::Pending => false,
        }
    }
}

struct Cache(HashMap<Box<str>, Txt>);

impl ResolverCache<Box<str>, Txt> for Cache {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let absent = || Txt::Error(mail_auth::Error::NoHeadersFound);
        Some(self.0.get(name).cloned().unwrap_or_else(absent))
    }

    fn remove<Q>(&self, _name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _name: Box<str>, _value: Txt, _valid_until: Instant) {}
}
