//! Which proved domains stand for the author's (RFC 9989 section 4.4).

use super::Evaluator;
use crate::Domain;
use crate::dmarc::{DmarcProblem, DmarcVerdict};
use crate::record::AlignmentMode;
use crate::spf::SpfResult;

/// Whether a domain stands for the author's.
enum Alignment {
    Aligned,
    NotAligned,
    Unknown(DmarcProblem),
}

impl Evaluator {
    pub(super) async fn align_spf(
        &mut self,
        author: &Domain,
        mode: AlignmentMode,
        verdict: &mut DmarcVerdict,
    ) {
        let Some((result, domain)) = self.spf.clone() else { return };
        if !matches!(result, SpfResult::Pass | SpfResult::TempError) {
            return;
        }
        match self.alignment(author, &domain, mode).await {
            Alignment::Aligned if result == SpfResult::Pass => {
                verdict.spf_aligned = true;
                verdict.reason = format!("SPF passed for {domain}, which stands for {author}");
            }
            Alignment::Aligned => verdict.problem = Some(DmarcProblem::SpfUndecided(domain)),
            Alignment::Unknown(problem) => verdict.problem = Some(problem),
            Alignment::NotAligned => {}
        }
    }

    pub(super) async fn align_dkim(
        &mut self,
        author: &Domain,
        mode: AlignmentMode,
        verdict: &mut DmarcVerdict,
    ) {
        for domain in self.dkim.clone() {
            match self.alignment(author, &domain, mode).await {
                Alignment::Aligned => {
                    verdict.dkim_aligned = true;
                    verdict.reason = format!("DKIM passed for {domain}, which stands for {author}");
                    return;
                }
                Alignment::Unknown(problem) => verdict.problem = Some(problem),
                Alignment::NotAligned => {}
            }
        }
    }

    /// A signature that may yet pass leaves the result open, if its domain stands for the author's.
    pub(super) async fn align_undecided(
        &mut self,
        author: &Domain,
        mode: AlignmentMode,
        verdict: &mut DmarcVerdict,
    ) {
        for domain in self.dkim_undecided.clone() {
            match self.alignment(author, &domain, mode).await {
                Alignment::Aligned => verdict.problem = Some(DmarcProblem::DkimUndecided(domain)),
                Alignment::Unknown(problem) => verdict.problem = Some(problem),
                Alignment::NotAligned => {}
            }
        }
    }

    /// Section 4.4: equal, or, if relaxed, of the same organizational domain.
    async fn alignment(
        &mut self,
        author: &Domain,
        other: &Domain,
        mode: AlignmentMode,
    ) -> Alignment {
        if author == other {
            return Alignment::Aligned;
        }
        // An organizational domain ends in the top-level label of its members.
        if mode == AlignmentMode::Strict || author.labels().last() != other.labels().last() {
            return Alignment::NotAligned;
        }
        let organization = match self.tree.walk(author).await {
            Ok(walk) => walk.organizational_domain(),
            Err(problem) => return Alignment::Unknown(problem),
        };
        // All members lie under their organizational domain. A stranger is not asked about it: one
        // whose servers do not answer would otherwise turn a failure into an open question.
        if !other.is_subdomain_of(&organization) {
            return Alignment::NotAligned;
        }
        match self.tree.walk(other).await {
            Ok(walk) if walk.organizational_domain() == organization => Alignment::Aligned,
            Ok(_) => Alignment::NotAligned,
            Err(problem) => Alignment::Unknown(problem),
        }
    }
}
