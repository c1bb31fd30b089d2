//! `Fn::Cidr`: a block of addresses cut into smaller ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{
    template::Template,
    values::{Call, composed},
};
use crate::{
    graph::value::{Data, Reason, Value},
    syntax::tree::Node,
};

/// Blocks that one call makes at most. Source: AWS CloudFormation User Guide, Fn::Cidr, read 2026-11-26.
const MAX_BLOCKS: u32 = 256;

impl<'t> Template<'t> {
    /// `Fn::Cidr`: `[block, count, bits of each block's addresses]`.
    pub(super) fn cidr(&mut self, call: Call<'t>) -> Value {
        let place = self.place(call.node.span());
        let parts: Vec<Node<'t>> = call.argument.items().collect();
        if !matches!(parts.len(), 2 | 3) {
            return self.invalid(call.node, "`Fn::Cidr`", "it takes a block, a count and the bits of each block");
        }
        let parts: Vec<Value> = parts.into_iter().map(|part| self.eval(part)).collect();
        let mut parts = parts;
        if let Some(block) = parts.first().and_then(|block| self.block_of(block)) {
            parts[0] = block;
        }
        let known = |at: usize| parts.get(at).and_then(Value::plain_text);
        let number = |at: usize| known(at).and_then(|text| text.trim().parse::<u32>().ok());
        let bits = if parts.len() > 2 { number(2) } else { Some(8) };
        let (Some(block), Some(count), Some(bits)) = (known(0), number(1), bits) else {
            return Value::unknown(Reason::RunTime, "address blocks", place);
        };
        match blocks(&block, count, bits) {
            Some(blocks) => {
                let blocks = blocks.into_iter().map(|block| composed(Value::text(block, place), &parts));
                Value::list(blocks.collect(), place)
            }
            None => self.invalid(call.node, "`Fn::Cidr`", "the block has no room for so many"),
        }
    }

    /// The block of addresses that a network of the template is written with: its attribute is what it is given.
    fn block_of(&mut self, value: &Value) -> Option<Value> {
        let Data::Reference(reference) = &value.data else { return None };
        if reference.attribute.as_deref() != Some("CidrBlock") {
            return None;
        }
        let is_meant = |id: &str| *self.stack.address(id) == *reference.id;
        let written = self.written.iter().find(|written| is_meant(&written.id))?;
        let block = written.entry.value.get("Properties")?.get("CidrBlock")?;
        Some(self.within(written.source, |template| template.eval(block)))
    }
}

/// The first `count` blocks of `2^bits` addresses in a block of IPv4 or IPv6.
fn blocks(block: &str, count: u32, bits: u32) -> Option<Vec<String>> {
    let (address, length) = block.trim().split_once('/')?;
    let (address, length) = (address.parse::<IpAddr>().ok()?, length.parse::<u32>().ok()?);
    let (address, whole) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32_u32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let room = whole.checked_sub(length)?.checked_sub(bits)?;
    let is_room = 1_u128.checked_shl(room).is_none_or(|most| u128::from(count) <= most);
    if !(1..=MAX_BLOCKS).contains(&count) || !is_room || bits >= whole {
        return None;
    }
    let mask = u128::MAX.checked_shl(whole - length).unwrap_or(0);
    let nth = |at: u32| {
        let first = (address & mask) + (u128::from(at) << bits);
        let address = match u32::try_from(first) {
            Ok(short) if whole == 32 => IpAddr::V4(Ipv4Addr::from_bits(short)),
            _ => IpAddr::V6(Ipv6Addr::from_bits(first)),
        };
        format!("{address}/{}", whole - bits)
    };
    Some((0..count).map(nth).collect())
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn a_block_is_cut_from_its_beginning() {
        assert_eq!(blocks("10.0.0.0/16", 3, 8).unwrap(), ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]);
        assert_eq!(blocks("192.168.1.77/24", 2, 5).unwrap(), ["192.168.1.0/27", "192.168.1.32/27"]);
        assert_eq!(blocks("10.0.0.0/24", 2, 8), None, "there is room for one");
        assert_eq!(blocks("2001:db8::/56", 2, 64).unwrap(), ["2001:db8::/64", "2001:db8:0:1::/64"]);
        assert_eq!(blocks("::/0", 1, 127).unwrap(), ["::/1"]);
        assert_eq!(blocks("2001:db8::/56", 1, 128), None);
        assert_eq!(blocks("10.0.0.0/33", 1, 1), None);
        assert_eq!(blocks("0.0.0.0/0", 1, 31).unwrap(), ["0.0.0.0/1"]);
    }
}
