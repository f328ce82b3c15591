//! Sources that disagree about an address.

use std::collections::BTreeSet;

use chain::{Address, Chain};
use serde::Serialize;

use super::tag::Tag;
use crate::{Result, Role, Store, sql, subject::address_key};

/// Statements about one address that cannot all be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// Chain slug, or ticker of an unknown network.
    pub network: String,
    /// The address: hex in lower case for accounts.
    pub address: String,
    /// Different actors that are named, if more than one.
    pub actors: Vec<String>,
    /// Different roles that are claimed, of those that matter to a trace, if more than one.
    pub roles: Vec<Role>,
    /// The statements that disagree.
    pub tags: Vec<Tag>,
}

/// The first conflicts in order of address, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflicts {
    /// At most as many as were asked for.
    pub conflicts: Vec<Conflict>,
    /// All there are.
    pub total: u64,
}

impl Store {
    /// Addresses about which sources name different actors, or different roles that matter to a
    /// trace (a service here, a thief there).
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn conflicts(&self, limit: usize) -> Result<Conflicts> {
        let mut subjects: BTreeSet<_> = sql::tags::shared_subjects(&self.db)?.into_iter().collect();
        subjects.extend(sql::lists::subjects_with_tags(&self.db)?);
        let mut found = Conflicts { conflicts: Vec::new(), total: 0 };
        for (network, address) in subjects {
            if let Some(conflict) = self.conflict(&network, &address)? {
                found.total += 1;
                if found.conflicts.len() < limit {
                    found.conflicts.push(conflict);
                }
            }
        }
        Ok(found)
    }

    /// The conflict about one address, if there is one.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn conflicts_of(&self, chain: Chain, address: &Address) -> Result<Option<Conflict>> {
        self.conflict(chain.slug(), &address_key(address))
    }

    fn conflict(&self, network: &str, address: &str) -> Result<Option<Conflict>> {
        let tags = self.tags_of(network, address)?;
        let actors: BTreeSet<&str> = tags.iter().filter_map(|tag| tag.actor.as_deref()).collect();
        let roles: BTreeSet<Role> = tags.iter().map(|tag| tag.role).filter(matters).collect();
        let (actors, roles): (Vec<String>, Vec<Role>) =
            (several(actors).into_iter().map(str::to_owned).collect(), several(roles));
        if actors.is_empty() && roles.is_empty() {
            return Ok(None);
        }
        let involved = |tag: &Tag| {
            (!actors.is_empty() && tag.actor.is_some()) || (!roles.is_empty() && matters(&tag.role))
        };
        let tags: Vec<Tag> = tags.into_iter().filter(involved).collect();
        // One source that says two things about an address does not disagree with another.
        let sources: BTreeSet<&str> = tags.iter().map(|tag| tag.source.as_str()).collect();
        if sources.len() < 2 {
            return Ok(None);
        }
        let (network, address) = (network.to_owned(), address.to_owned());
        Ok(Some(Conflict { network, address, actors, roles, tags }))
    }
}

/// Sanctions and labels without meaning contradict nothing.
fn matters(role: &Role) -> bool {
    role.stops() || *role == Role::Illicit
}

fn several<T: Ord>(set: BTreeSet<T>) -> Vec<T> {
    if set.len() > 1 { set.into_iter().collect() } else { Vec::new() }
}
