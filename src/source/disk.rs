//! Discovery: which files below the root are looked at, and why the rest are not.
