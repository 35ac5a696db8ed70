//! A message between the questions it raises and the verdicts on it.

use std::time::SystemTime;

use super::arc::ArcCheck;
use super::dkim::{Body, Check};
use super::key::{KeyQuestions, Keys};
use super::{
    ArcVerdict, AuthReport, AuthorError, DkimProblem, DkimResult, DkimVerdict, Envelope,
    HeaderError, VerifyLimits, author,
};
use crate::Domain;
use crate::dmarc::{DmarcRequest, DmarcVerdict};
use crate::message::RawMessage;
use crate::spf::SpfVerdict;

/// What the message alone says, before any question is asked.
pub(super) struct Inspection<'a> {
    header: Result<Header<'a>, HeaderError>,
    authors: Vec<Domain>,
    author_error: Option<AuthorError>,
    limits: VerifyLimits,
    now: SystemTime,
}

/// A header that can be read, and the signatures in it.
struct Header<'a> {
    message: RawMessage<'a>,
    checks: Vec<Check>,
    arc: ArcCheck<'a>,
}

/// What the signatures of a message came to.
#[derive(Clone)]
pub(super) struct Signatures {
    pub(super) dkim: Vec<DkimVerdict>,
    arc: ArcVerdict,
}

impl<'a> Inspection<'a> {
    pub(super) fn new(message: &'a [u8], now: SystemTime, limits: VerifyLimits) -> Self {
        let header = RawMessage::read(message, limits.header).map(|message| Header {
            checks: Check::all(&message, limits.signatures, now),
            arc: ArcCheck::new(&message),
            message,
        });
        let (authors, author_error) = match &header {
            Ok(header) => author::domains(&header.message),
            Err(error) => (Vec::new(), Some(AuthorError::Header(*error))),
        };
        Self { header, authors, author_error, limits, now }
    }

    /// Where the keys are of the signatures that are worth it.
    pub(super) fn questions(&self) -> KeyQuestions {
        let dkim = self.header.iter().flat_map(|it| it.checks.iter().filter_map(Check::key_name));
        let arc = self.header.iter().flat_map(|it| it.arc.key_names());
        KeyQuestions::new(dkim.chain(arc), self.limits.keys)
    }

    pub(super) fn signatures(&self, keys: &Keys) -> Signatures {
        let Header { message, checks, arc } = match &self.header {
            Ok(header) => header,
            Err(error) => return Signatures::unreadable(*error),
        };
        let body = Body::new(message.body);
        let dkim = checks.iter().map(|check| check.verdict(message, &body, keys, self.now));
        Signatures { dkim: dkim.collect(), arc: arc.verdict(message, &body, keys, self.now) }
    }

    /// The check of the authors alone, which asks for their records before anything is known.
    pub(super) fn author_request(&self) -> DmarcRequest {
        DmarcRequest::new(self.authors.iter().cloned()).with_limits(self.limits.dmarc)
    }

    pub(super) fn dmarc_request(&self, spf: &SpfVerdict, dkim: &[DkimVerdict]) -> DmarcRequest {
        let mut request = self.author_request();
        if let Some(domain) = &spf.domain {
            request = request.with_spf(spf.result, domain.clone());
        }
        for verdict in dkim {
            request = match (verdict.result, verdict.domain.clone()) {
                (DkimResult::Pass, Some(domain)) => request.with_dkim(domain),
                (DkimResult::TempError, Some(domain)) => {
                    request.with_dkim_temporary_failure(domain)
                }
                _ => request,
            };
        }
        request
    }

    pub(super) fn report(
        &self,
        envelope: &Envelope,
        (spf, signatures): (SpfVerdict, Signatures),
        dmarc: DmarcVerdict,
    ) -> AuthReport {
        // Several domains are no error of DMARC, which asks that every one be proved.
        let dmarc = match self.author_error {
            None | Some(AuthorError::SeveralDomains) => dmarc,
            Some(error) => dmarc.with_author_error(error),
        };
        let Signatures { dkim, arc } = signatures;
        let envelope = envelope.clone();
        AuthReport { envelope, spf, dkim, arc, dmarc, author_error: self.author_error }
    }
}

impl Signatures {
    /// A header that cannot be read hides whether it is signed; that is not to be unsigned.
    fn unreadable(error: HeaderError) -> Self {
        let problem = DkimProblem::Header(error);
        Self { dkim: vec![DkimVerdict::failed(None, problem)], arc: ArcVerdict::unreadable(error) }
    }
}
