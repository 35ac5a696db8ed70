//! The terms of a record that stand for hosts.

use std::net::IpAddr;

use super::{Walk, count};
use crate::lookup::{Answer, Name, RecordData, RecordType};
use crate::record::spf::DualCidrLength;
use crate::spf::tree::{SpfNodeTerm, SpfTreeBound, SpfTreeProblem};
use crate::spf::{IpNetwork, SpfLimits};

impl Walk {
    pub(super) async fn host(
        &mut self,
        read: &mut SpfNodeTerm,
        host: &Name,
        cidr: DualCidrLength,
    ) -> Result<(), SpfTreeProblem> {
        let ip4 = self.ask(host, RecordType::A).await?;
        let ip6 = self.ask(host, RecordType::Aaaa).await?;
        read.cost.void_ip4 = ip4.is_void().into();
        read.cost.void_ip6 = ip6.is_void().into();
        self.add(read, networks(&ip4, cidr).chain(networks(&ip6, cidr)))
    }

    pub(super) async fn exchangers(
        &mut self,
        read: &mut SpfNodeTerm,
        domain: &Name,
        cidr: DualCidrLength,
    ) -> Result<(), SpfTreeProblem> {
        let answer = self.ask(domain, RecordType::Mx).await?;
        read.mx_hosts = answer.records().len();
        read.cost.void_ip4 = answer.is_void().into();
        read.cost.void_ip6 = answer.is_void().into();
        if read.mx_hosts > SpfLimits::default().mx_hosts {
            return Err(SpfTreeProblem::MxHosts(read.mx_hosts));
        }
        for data in answer.records() {
            let RecordData::Mx { exchange, .. } = data else { continue };
            if exchange.is_root() {
                continue;
            }
            for family in [RecordType::A, RecordType::Aaaa] {
                let addresses = self.ask(exchange, family).await?;
                self.add(read, networks(&addresses, cidr))?;
            }
        }
        Ok(())
    }

    pub(super) async fn exists(
        &mut self,
        read: &mut SpfNodeTerm,
        name: &Name,
    ) -> Result<(), SpfTreeProblem> {
        let answer = self.ask(name, RecordType::A).await?;
        read.cost.void_ip4 = answer.is_void().into();
        read.cost.void_ip6 = answer.is_void().into();
        Ok(())
    }

    /// Adds the networks of a term, all of them or none.
    pub(super) fn add(
        &mut self,
        read: &mut SpfNodeTerm,
        networks: impl IntoIterator<Item = IpNetwork>,
    ) -> Result<(), SpfTreeProblem> {
        let before = read.networks.len();
        read.networks.extend(networks);
        let added = read.networks.len() - before;
        let counted =
            count(&mut self.networks, added, self.limits.networks, SpfTreeBound::Networks);
        if counted.is_err() {
            read.networks.truncate(before);
        }
        counted
    }
}

fn networks(answer: &Answer, cidr: DualCidrLength) -> impl Iterator<Item = IpNetwork> {
    answer.addresses().filter_map(move |address| {
        let length = match address {
            IpAddr::V4(_) => cidr.ip4.map_or(32, |length| length.bits()),
            IpAddr::V6(_) => cidr.ip6.map_or(128, |length| length.bits()),
        };
        IpNetwork::new(address, length).ok()
    })
}
