//! What the command line prints and how it exits: one case per file of `tests/cli/`.
//! `UPDATE=1 cargo test --test cli` rewrites the expected output.

#[test]
fn the_command_line_answers_as_told() {
    let cases = trycmd::TestCases::new();
    // trycmd reads its mode from the environment of its own; `UPDATE=1` is how all of our tests are rewritten.
    let update = std::env::var_os("UPDATE").is_some_and(|value| value != "0");
    if update && std::env::var_os("TRYCMD").is_none() {
        rewritten();
        return;
    }
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        cases.env(name, "");
    }
    cases.env("COLUMNS", "100");
    let _ = cases.insert_var("[VERSION]", env!("CARGO_PKG_VERSION"));
    cases.case("tests/cli/*.toml");
}

/// Runs this test again with `TRYCMD=overwrite`: setting a variable of the own process is unsafe.
fn rewritten() {
    let program = std::env::current_exe().expect("this test");
    let status = std::process::Command::new(program).env("TRYCMD", "overwrite").env_remove("UPDATE").status();
    assert!(status.expect("a run").success(), "the cases could not be rewritten");
}
