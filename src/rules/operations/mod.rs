//! Rules about what is hard to run and to understand.

pub(super) mod legacy_instance;
