//! Functions of IP networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Call;
use crate::{
    graph::value::Value,
    read::terraform::eval::convert::{Outcome, invalid, text, whole},
};

/// A block of addresses: its first address, how many bits name the network, and how many there are.
#[derive(Clone, Copy)]
struct Block {
    first: u128,
    prefix: u32,
    bits: u32,
}

impl Block {
    fn of(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|_| digits)?;
        let (address, bits) = match address.contains(':') {
            true => (u128::from(address.parse::<Ipv6Addr>().ok()?), 128),
            false => (u128::from(v4(address)?), 32),
        };
        let block = Self { first: 0, prefix, bits };
        (prefix <= bits).then(|| Self { first: address & !block.host_mask(), ..block })
    }

    /// All ones where a host is named.
    fn host_mask(self) -> u128 {
        1_u128.checked_shl(self.bits - self.prefix).map_or(u128::MAX, |size| size - 1)
    }

    fn address(self, address: u128) -> IpAddr {
        match u32::try_from(address) {
            Ok(address) if self.bits == 32 => Ipv4Addr::from(address).into(),
            _ => Ipv6Addr::from(address).into(),
        }
    }

    fn written(self) -> String {
        format!("{}/{}", self.address(self.first), self.prefix)
    }
}

/// An address whose parts may begin with zeros.
fn v4(text: &str) -> Option<u32> {
    let parts: Vec<u32> = text
        .split('.')
        .map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|part| digits && *part < 256)
        })
        .collect::<Option<_>>()?;
    (parts.len() == 4).then(|| parts.iter().fold(0, |address, part| address << 8 | part))
}

fn block(value: &Value) -> Outcome<Block> {
    let text = text(value)?;
    Block::of(&text).map_or_else(|| invalid(format!("`{text}`, which is no address block")), Ok)
}

pub(super) fn cidrhost(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (block, host) = (block(&values[0])?, whole(&values[1])?);
    let (distance, last) = (u128::from(host.unsigned_abs()), block.host_mask());
    let number = match host < 0 {
        true => last.checked_sub(distance - 1),
        false => Some(distance).filter(|number| *number <= last),
    };
    match number {
        Some(number) => call.text(block.address(block.first | number).to_string()),
        None => invalid("a host that lies outside of the block"),
    }
}

pub(super) fn cidrnetmask(call: &Call<'_>, values: &[Value]) -> Outcome {
    let block = block(&values[0])?;
    if block.bits != 32 {
        return invalid("an IPv6 block");
    }
    let mask = !block.host_mask() & u128::from(u32::MAX);
    call.text(block.address(mask).to_string())
}

pub(super) fn cidrsubnet(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (block, added, number) = (block(&values[0])?, whole(&values[1])?, whole(&values[2])?);
    let prefix = i64::from(block.prefix).saturating_add(added);
    let Some(prefix) = u32::try_from(prefix).ok().filter(|prefix| *prefix <= block.bits) else {
        return invalid("a subnet that lies outside of the block");
    };
    // Terraform compares the number without its sign, and with fewer bits than none it takes any.
    let most = u32::try_from(added).map_or(u64::MAX, |added| 1_u64.checked_shl(added).unwrap_or(0).wrapping_sub(1));
    if number.unsigned_abs() > most {
        return invalid("a subnet that lies outside of the block");
    }
    let shifted = |number: u128| number.checked_shl(block.bits - prefix).unwrap_or(0);
    let first = match u128::try_from(number) {
        Ok(number) => block.first | shifted(number),
        // The bits of a negative number go on without end; what is left of them is the number's size.
        Err(_) => (block.first | shifted(i128::from(number) as u128)).wrapping_neg(),
    };
    if block.bits == 32 && first > u128::from(u32::MAX) {
        return invalid("a subnet that lies outside of the block");
    }
    call.text(Block { first, prefix, ..block }.written())
}

pub(super) fn cidrsubnets(call: &Call<'_>, values: &[Value]) -> Outcome {
    let block = block(&values[0])?;
    let mut next = Some(block.first);
    let end = block.first | block.host_mask();
    let mut subnets = Vec::new();
    for added in &values[1..] {
        let Ok(added) = u32::try_from(whole(added)?) else { return invalid("a negative number") };
        let prefix = block.prefix.saturating_add(added);
        if added == 0 || prefix > block.bits {
            return invalid("a subnet that is no part of the block");
        }
        let mask = Block { prefix, ..block }.host_mask();
        // Each begins at a multiple of its own size.
        let first = next.and_then(|next| next.checked_add(mask)).map(|next| next & !mask);
        let Some(first) = first.filter(|first| *first <= end) else {
            return invalid("more subnets than the block has");
        };
        subnets.push(Value::text(Block { first, prefix, ..block }.written(), call.place));
        next = (first | mask).checked_add(1);
    }
    call.list(subnets)
}
