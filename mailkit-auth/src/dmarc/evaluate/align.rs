//! Which proved domains stand for the author's (RFC 9989 section 4.4).

use super::Evaluator;
use crate::Domain;
use crate::dmarc::{DmarcProblem, DmarcVerdict};
use crate::record::AlignmentMode;
use crate::spf::SpfResult;

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
        match self.tree.align(author, &domain, mode).await {
            Ok(true) if result == SpfResult::Pass => {
                verdict.spf_aligned = true;
                verdict.reason = format!("SPF passed for {domain}, which stands for {author}");
            }
            Ok(true) => verdict.problem = Some(DmarcProblem::SpfUndecided(domain)),
            Err(problem) => verdict.problem = Some(problem),
            Ok(false) => {}
        }
    }

    pub(super) async fn align_dkim(
        &mut self,
        author: &Domain,
        mode: AlignmentMode,
        verdict: &mut DmarcVerdict,
    ) {
        for domain in self.dkim.clone() {
            match self.tree.align(author, &domain, mode).await {
                Ok(true) => {
                    verdict.dkim_aligned = true;
                    verdict.reason = format!("DKIM passed for {domain}, which stands for {author}");
                    return;
                }
                Err(problem) => verdict.problem = Some(problem),
                Ok(false) => {}
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
            match self.tree.align(author, &domain, mode).await {
                Ok(true) => verdict.problem = Some(DmarcProblem::DkimUndecided(domain)),
                Err(problem) => verdict.problem = Some(problem),
                Ok(false) => {}
            }
        }
    }
}
