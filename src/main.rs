//! The binary: parses the command line, runs, and hands the exit status over.

use std::{
    io::{self, BufWriter, Write},
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};

use clap::Parser;
use mllint::{
    cli::Cli,
    run::{Status, run},
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // `--help` and `--version` come this way as well; a closed pipe is no reason to complain.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(Status::Failed as u8) } else { ExitCode::SUCCESS };
        }
    };
    let status = panic::catch_unwind(AssertUnwindSafe(|| {
        let mut out = BufWriter::new(io::stdout().lock());
        let mut err = io::stderr().lock();
        run(&cli, &mut out, &mut err)
    }));
    let status = status.unwrap_or_else(|_| {
        let message = "error: this is a fault in mllint, not in your files";
        let _ =
            writeln!(io::stderr(), "{message}\n  help: please report it at https://github.com/mllint/mllint/issues");
        Status::Failed
    });
    ExitCode::from(status as u8)
}
