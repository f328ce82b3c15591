//! Name tags in the explorers' manner: `HTX 33` and `OKX: Hot Wallet` are a service's own wallets.

/// What a service's own wallet is called after the colon. Deployers, token contracts and deposit
/// addresses bear the service's name too, and are not where it keeps its customers' coins.
const WALLETS: &[&str] = &["Hot Wallet", "Cold Wallet"];

/// The part of a name tag that may name the service whose own wallet this is: what stands before a
/// trailing number, or before `: Hot Wallet` and `: Cold Wallet`, which may have a number as well.
pub(super) fn owner(name_tag: &str) -> Option<&str> {
    let numbered = name_tag.rsplit_once(' ').filter(|(_, number)| is_a_number(number));
    let name = numbered.map_or(name_tag, |(name, _)| name);
    match name.split_once(": ") {
        Some((owner, wallet)) => WALLETS.contains(&wallet).then_some(owner),
        None => numbered.map(|(owner, _)| owner),
    }
}

/// Explorers count to a few thousand at most; longer numbers are something else.
fn is_a_number(word: &str) -> bool {
    (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_and_wallets_name_their_owner() {
        for (name_tag, name) in [
            ("HTX 33", Some("HTX")),
            ("Gate.io 1", Some("Gate.io")),
            ("OKX: Hot Wallet", Some("OKX")),
            ("Kucoin: Cold Wallet 2", Some("Kucoin")),
            ("Harmony Bridge Hacker 46", Some("Harmony Bridge Hacker")),
            ("Binance", None),
            ("Binance_Deposit_0x66b2", None),
            ("Binance: Deployer", None),
            ("Huobi: Old Address 16", None),
            ("Ronin Bridge Exploiter", None),
            ("Block 1234567", None),
            ("OKX 2b", None),
            ("33", None),
            ("", None),
        ] {
            assert_eq!(owner(name_tag), name, "{name_tag}");
        }
    }
}
