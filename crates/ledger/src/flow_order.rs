//! The order of moves inside one transaction where no source states it.
//!
//! A list of transfers without log indexes may name the second leg of a transfer before the first.
//! Value can only be passed on after it came, so a move into an account is taken before the moves
//! out of it, as far as the moves allow; what that leaves open, the order of listing decides.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use chain::{Account, AssetId};

use crate::facts::MoveFact;

/// The moves of one kind in the order in which they are stored: stated places first, as they are,
/// then the others in an order in which value can flow. `moves` must be in canonical order.
pub(crate) fn flow_order(moves: &[MoveFact]) -> Vec<&MoveFact> {
    let (mut ordered, listed): (Vec<&MoveFact>, Vec<&MoveFact>) =
        moves.iter().partition(|fact| fact.place.is_stated());
    if listed.len() < 2 {
        ordered.extend(listed);
        return ordered;
    }
    let mut awaited: BTreeMap<(Account, &AssetId), usize> = BTreeMap::new();
    let mut senders: BTreeMap<(Account, &AssetId), Vec<usize>> = BTreeMap::new();
    for (number, fact) in listed.iter().enumerate() {
        // What an account pays to itself does not hold up its other payments.
        if fact.from != fact.to {
            *awaited.entry((fact.to, &fact.asset)).or_default() += 1;
        }
        senders.entry((fact.from, &fact.asset)).or_default().push(number);
    }
    let mut waiting: BTreeSet<usize> = (0..listed.len()).collect();
    let free =
        |number: &usize| !awaited.contains_key(&(listed[*number].from, &listed[*number].asset));
    let mut ready: BinaryHeap<Reverse<usize>> =
        waiting.iter().filter(|n| free(n)).map(|n| Reverse(*n)).collect();
    while let Some(first) = waiting.first().copied() {
        // In a circle everybody waits for somebody: the one listed first begins.
        let number = ready.pop().map_or(first, |Reverse(number)| number);
        if !waiting.remove(&number) {
            continue;
        }
        let fact = listed[number];
        ordered.push(fact);
        if fact.from == fact.to {
            continue;
        }
        let receiver = (fact.to, &fact.asset);
        if let Some(left) = awaited.get_mut(&receiver) {
            *left -= 1;
            if *left == 0 {
                let released = senders.get(&receiver).into_iter().flatten();
                ready.extend(released.filter(|n| waiting.contains(n)).map(|n| Reverse(*n)));
            }
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use chain::{Amount, record::TransferKind};

    use super::*;
    use crate::facts::Place;

    fn fact(place: Place, from: u8, to: u8) -> MoveFact {
        MoveFact {
            kind: TransferKind::Token,
            place,
            asset: AssetId::Unit("USD".into()),
            from: Account([from; 20]),
            to: Account([to; 20]),
            amount: Amount::from(1_u64),
        }
    }

    fn ends(moves: &[(u8, u8)]) -> Vec<(u8, u8)> {
        let facts: Vec<MoveFact> = (0..)
            .zip(moves)
            .map(|(number, (from, to))| fact(Place::listed(number), *from, *to))
            .collect();
        flow_order(&facts).into_iter().map(|fact| (fact.from.0[0], fact.to.0[0])).collect()
    }

    #[test]
    fn a_second_leg_comes_after_the_first() {
        assert_eq!(ends(&[(2, 3), (1, 2)]), [(1, 2), (2, 3)]);
        assert_eq!(ends(&[(3, 4), (2, 3), (1, 2), (1, 9)]), [(1, 2), (2, 3), (3, 4), (1, 9)]);
        assert_eq!(ends(&[(2, 3), (1, 2), (2, 2)]), [(1, 2), (2, 3), (2, 2)]);
    }

    #[test]
    fn what_is_open_stays_as_listed() {
        assert_eq!(ends(&[(5, 6), (1, 2), (3, 4)]), [(5, 6), (1, 2), (3, 4)]);
        // A circle: the one listed first begins.
        assert_eq!(ends(&[(2, 1), (1, 2)]), [(2, 1), (1, 2)]);
    }

    #[test]
    fn stated_places_stand_as_they_are() {
        let place = |number| Place::stated(number).expect("small");
        let facts = [fact(place(1), 2, 3), fact(place(2), 1, 2)];
        let ordered: Vec<u8> = flow_order(&facts).into_iter().map(|fact| fact.from.0[0]).collect();
        assert_eq!(ordered, [2, 1]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(moves in proptest::collection::vec((0_u8..6, 0_u8..6), 0..40)) {
            let mut ordered = ends(&moves);
            let mut given = moves;
            ordered.sort_unstable();
            given.sort_unstable();
            proptest::prop_assert_eq!(ordered, given);
        }
    }
}
