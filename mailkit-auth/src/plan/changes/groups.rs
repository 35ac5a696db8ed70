//! Which replacements belong together.

use super::super::subject::{Replacement, Subject};
use super::senders::{self, HostsMove};
use crate::zone::Zone;

/// The replacements by the step that they belong to.
#[derive(Default)]
pub(super) struct Groups<'r> {
    pub(super) policies: Vec<&'r Replacement>,
    /// What nobody asks for yet.
    pub(super) additions: Vec<&'r Replacement>,
    /// What keeps its name and that no mail depends on.
    pub(super) plain: Vec<&'r Replacement>,
    pub(super) senders: Vec<&'r Replacement>,
    pub(super) hosts: Vec<&'r Replacement>,
    pub(super) mx: Vec<&'r Replacement>,
    pub(super) policy_files: Vec<&'r Replacement>,
    /// Keys that give way to others under the same selector.
    pub(super) keys: Vec<&'r Replacement>,
    pub(super) revoked: Vec<&'r Replacement>,
    pub(super) logos: Vec<&'r Replacement>,
}

impl<'r> Groups<'r> {
    pub(super) fn of(all: &'r [Replacement], wanted: &Zone) -> Self {
        let mut groups = Self::default();
        let referred_to = senders::referred_to(wanted);
        for it in all {
            let is_new = it.removed.is_empty();
            let group = match &it.subject {
                Subject::Dmarc(_) => &mut groups.policies,
                Subject::Spf(name) if is_new && referred_to.contains(name) => &mut groups.additions,
                Subject::Spf(_) => &mut groups.senders,
                Subject::Mx(_) => &mut groups.mx,
                Subject::MtaSts(_) => &mut groups.policy_files,
                Subject::Bimi(_) => &mut groups.logos,
                Subject::Key(_) if it.revokes() => &mut groups.revoked,
                Subject::Key(_) if it.replaces_key() => &mut groups.keys,
                _ if is_new => &mut groups.additions,
                Subject::Host(_) => &mut groups.hosts,
                Subject::Key(_) | Subject::TlsRpt(_) | Subject::Other(_) => &mut groups.plain,
            };
            group.push(it);
        }
        groups
    }

    /// What happens to the hosts that an SPF record may name.
    pub(super) fn hosts_move(&self) -> HostsMove {
        let replaced = !self.hosts.is_empty();
        let come = replaced || self.mx.iter().any(|it| !it.added.is_empty());
        let go = replaced || self.mx.iter().any(|it| !it.removed.is_empty());
        match (come, go) {
            (true, true) => HostsMove::Change,
            (true, false) => HostsMove::Come,
            (false, _) => HostsMove::Go,
        }
    }

    /// Whether which mail passes changes in between.
    pub(super) fn mail_changes(&self) -> bool {
        let groups = [&self.senders, &self.hosts, &self.mx, &self.plain, &self.keys, &self.revoked];
        groups.iter().any(|group| !group.is_empty())
    }

    /// What is replaced later, and whose time to live is worth shortening.
    pub(super) fn later(&self, relaxed: Option<usize>) -> Vec<&'r Replacement> {
        let policies = self.policies.iter().filter(|_| relaxed.is_none());
        let others = [
            &self.plain,
            &self.senders,
            &self.hosts,
            &self.mx,
            &self.policy_files,
            &self.keys,
            &self.logos,
        ];
        let all = policies.chain(others.into_iter().flatten()).copied();
        all.filter(|it| !it.mends_several()).collect()
    }
}
