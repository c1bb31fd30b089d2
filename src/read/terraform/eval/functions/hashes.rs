//! Hashes, and identifiers made of them.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::STANDARD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Call, Run, files};
use crate::{
    graph::value::Value,
    read::terraform::eval::convert::{Outcome, invalid, text},
};

/// The hash of a text, by the function's name.
pub(super) fn of_text(name: &str) -> Option<Run> {
    Some(match name {
        "md5" => |call, values| call.text(hex(&Md5::digest(&*text(&values[0])?))),
        "sha1" => |call, values| call.text(hex(&Sha1::digest(&*text(&values[0])?))),
        "sha256" => |call, values| call.text(hex(&Sha256::digest(&*text(&values[0])?))),
        "sha512" => |call, values| call.text(hex(&Sha512::digest(&*text(&values[0])?))),
        "base64sha256" => |call, values| call.text(STANDARD.encode(Sha256::digest(&*text(&values[0])?))),
        "base64sha512" => |call, values| call.text(STANDARD.encode(Sha512::digest(&*text(&values[0])?))),
        _ => return None,
    })
}

/// The hash of a file, by the function's name.
pub(super) fn of_file(name: &str) -> Option<Run> {
    Some(match name {
        "filemd5" => |call, values| call.text(hex(&Md5::digest(files::source(call, &values[0])?.raw()))),
        "filesha1" => |call, values| call.text(hex(&Sha1::digest(files::source(call, &values[0])?.raw()))),
        "filesha256" => |call, values| call.text(hex(&Sha256::digest(files::source(call, &values[0])?.raw()))),
        "filesha512" => |call, values| call.text(hex(&Sha512::digest(files::source(call, &values[0])?.raw()))),
        "filebase64sha256" => {
            |call, values| call.text(STANDARD.encode(Sha256::digest(files::source(call, &values[0])?.raw())))
        }
        "filebase64sha512" => {
            |call, values| call.text(STANDARD.encode(Sha512::digest(files::source(call, &values[0])?.raw())))
        }
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a text does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Namespaces that are known by name.
const NAMESPACES: [(&str, u128); 4] = [
    ("dns", 0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8),
    ("url", 0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8),
    ("oid", 0x6ba7_b812_9dad_11d1_80b4_00c0_4fd4_30c8),
    ("x500", 0x6ba7_b814_9dad_11d1_80b4_00c0_4fd4_30c8),
];

pub(super) fn uuidv5(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (namespace, name) = (text(&values[0])?, text(&values[1])?);
    let known = NAMESPACES.iter().find(|(known, _)| *known == &*namespace).map(|(_, id)| *id);
    let Some(namespace) = known.or_else(|| parsed(&namespace)) else { return invalid("a namespace that is no UUID") };
    let hash = Sha1::new().chain_update(namespace.to_be_bytes()).chain_update(name.as_bytes()).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    id[6] = (id[6] & 0x0f) | 0x50;
    id[8] = (id[8] & 0x3f) | 0x80;
    let hex = hex(&id);
    call.text([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

fn parsed(text: &str) -> Option<u128> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if lengths != [8, 4, 4, 4, 12] {
        return None;
    }
    u128::from_str_radix(&groups.concat(), 16).ok()
}
