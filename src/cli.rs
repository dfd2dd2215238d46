//! The command line: arguments, files, exit codes.
//!
//! Findings go to stdout, the summary and what could not be done to stderr. The exit code is 0 where all
//! is clean, 1 where something is left (or a diff is shown), 2 where something could not be done; the
//! other files are looked at all the same.

mod args;
mod audit;
mod changed;
mod check;
mod debug;
mod fix;
mod output;
mod parallel;
mod paths;
mod prove;
mod read;
mod rule;
mod session;
mod settings;
mod write;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Clean,
    Findings,
    Failure,
}

impl Status {
    /// What could not be done outweighs what was found.
    fn of(findings: bool, failures: bool) -> Self {
        match (failures, findings) {
            (true, _) => Self::Failure,
            (false, true) => Self::Findings,
            (false, false) => Self::Clean,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let args = Args::parse();
    output::set_color(args.color);
    match dispatch(&args) {
        Ok(code) => code,
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::fail(&error.to_string());
            Status::Failure.into()
        }
    }
}

fn dispatch(args: &Args) -> io::Result<ExitCode> {
    let status = match &args.command {
        Command::Check(it) => check::run(it),
        Command::Fix(it) => fix::run(it),
        Command::Audit(it) => audit::run(it),
        Command::Prove(it) => prove::run(it),
        Command::Rule(it) => rule::run(it),
        Command::Debug(it) => debug::run(it),
        // Its exit codes are the protocol's.
        Command::Lsp(it) => return crate::lsp::run(it.log.as_deref()),
    };
    Ok(status?.into())
}
