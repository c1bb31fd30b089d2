//! `Fn::Cidr`: a block of addresses cut into smaller ones.

use super::{
    template::Template,
    values::{Call, composed},
};
use crate::{
    graph::value::{Reason, Value},
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
            // A block of IPv6, or more blocks than there is room for.
            None => Value::unknown(Reason::RunTime, "address blocks", place),
        }
    }
}

/// The first `count` blocks of `2^bits` addresses in a block of IPv4.
fn blocks(block: &str, count: u32, bits: u32) -> Option<Vec<String>> {
    let (address, length) = block.trim().split_once('/')?;
    let (address, length) = (address.parse::<std::net::Ipv4Addr>().ok()?, length.parse::<u32>().ok()?);
    let room = 32_u32.checked_sub(length)?.checked_sub(bits)?;
    if !(1..=MAX_BLOCKS).contains(&count) || u64::from(count) > 1_u64 << room || bits > 31 {
        return None;
    }
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    let first = address.to_bits() & mask;
    let nth = |at: u32| format!("{}/{}", std::net::Ipv4Addr::from_bits(first + (at << bits)), 32 - bits);
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
        assert_eq!(blocks("2001:db8::/32", 1, 64), None);
        assert_eq!(blocks("10.0.0.0/33", 1, 1), None);
        assert_eq!(blocks("0.0.0.0/0", 1, 31).unwrap(), ["0.0.0.0/1"]);
    }
}
