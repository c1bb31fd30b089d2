//! Loops that try one thing after another until one succeeds: what runs first is what they stand for.

use super::jobs_are;

#[test]
fn a_loop_over_fallbacks_is_its_first() {
    let within = |body: &str| format!("def train():\n  for kind in ['a', 'b']:\n{body}\ntrain()\n");
    let cases = [
        (
            within("    e = S(kind)\n    try:\n      e.fit()\n      return e\n    except Exception:\n      continue"),
            "a",
        ),
        (
            within(
                "    try:\n      e = S(kind)\n      e.fit()\n      break\n    except Exception as error:\n      print(error)",
            ),
            "a",
        ),
        (within("    e = S(kind)\n    try:\n      e.fit()\n    except Exception:\n      continue\n    break"), "a"),
        (
            within(
                "    e = S(kind)\n    try:\n      e.fit()\n    except OSError:\n      continue\n    else:\n      return e",
            ),
            "a",
        ),
        ("n = 0\nwhile True:\n  try:\n    S('a').fit()\n    break\n  except Exception:\n    n += 1\n".to_owned(), "a"),
    ];
    for (script, kind) in &cases {
        jobs_are(&[(script, &[kind])]);
    }
}

#[test]
fn a_loop_over_all_of_them_makes_all() {
    jobs_are(&[
        ("for kind in ['a', 'b']:\n  try:\n    S(kind).fit()\n  except Exception:\n    continue\n", &["a", "b"]),
        ("for kind in ['a', 'b']:\n  if kind == skipped():\n    continue\n  S(kind).fit()\n", &["a", "b"]),
        ("for kind in ['a', 'b']:\n  e = S(kind)\n  e.fit()\n", &["a", "b"]),
    ]);
}
