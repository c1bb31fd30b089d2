//! Amounts as people read them.

use crate::{
    catalog::prices::Usd,
    cost::{
        amount::{Span, thousands},
        bill::Rate,
    },
};

/// An amount, to the cent; below half a cent to the first two digits that are not zero: `$1,234.56`, `$0.00031`.
pub fn amount(usd: Usd) -> String {
    let text = format!("{usd:.2}");
    if text.trim_start_matches('-') == "0.00" && usd != Usd::ZERO {
        let exact = usd.to_string();
        let decimals = exact.split_once('.').map_or("", |(_, decimals)| decimals);
        let zeros = decimals.bytes().take_while(|byte| *byte == b'0').count();
        let shown = format!("{usd:.*}", (zeros + 2).min(12));
        return signed(shown.trim_end_matches('0'));
    }
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
    let (whole, cents) = text.split_once('.').unwrap_or((text, "00"));
    format!("{sign}${}.{cents}", thousands(whole.parse().unwrap_or_default()))
}

fn signed(text: &str) -> String {
    text.strip_prefix('-').map_or_else(|| format!("${text}"), |text| format!("-${text}"))
}

/// What something costs by the hour, to the hundredth of a cent: `$0.045`.
pub fn hourly(span: Span<Usd>) -> String {
    let one = |usd: Usd| signed(&usd.rounded(4).to_string());
    if span.is_one() { one(span.low) } else { format!("{} to {}", one(span.low), one(span.high)) }
}

/// A range of amounts; one amount where both ends are the same.
pub fn span(span: Span<Usd>) -> String {
    if span.is_one() { amount(span.low) } else { format!("{} to {}", amount(span.low), amount(span.high)) }
}

/// A price with all its digits: `$0.115`.
pub fn unit_price(usd: Usd) -> String {
    signed(&usd.to_string())
}

/// A rate: `$0.115/hour`.
pub fn rate(rate: &Rate) -> String {
    format!("{}/{}", unit_price(rate.usd), rate.unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().expect("an amount")
    }

    #[test]
    fn amounts_are_shown_to_the_cent_and_never_as_nothing() {
        assert_eq!(amount(usd("1234567.895")), "$1,234,567.90");
        assert_eq!(amount(usd("0.005")), "$0.01");
        assert_eq!(amount(usd("0.0049")), "$0.0049");
        assert_eq!(amount(usd("0.0003149")), "$0.00031");
        assert_eq!(amount(usd("0.0000003")), "$0.0000003");
        assert_eq!(amount(Usd::ZERO), "$0.00");
        assert_eq!(amount(-usd("12.5")), "-$12.50");
        assert_eq!(span(Span { low: usd("1"), high: usd("2") }), "$1.00 to $2.00");
        assert_eq!(unit_price(usd("0.0000166667")), "$0.0000166667");
    }
}
