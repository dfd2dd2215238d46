//! What `check` and `fix` share about what they say, where, and how they end.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::Status;
use crate::diagnostic::Severity;
use crate::report::FileReport;

/// What is said, and what counts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output and exit code")]
pub(in crate::cli) struct ReportArgs {
    /// Write into this file what would go to stdout
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output_file: Option<PathBuf>,
    /// The mildest severity that gives exit code 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailLevel::Warning)]
    pub(in crate::cli) fail_level: FailLevel,
    /// Exit with 0 whatever is found; 2 stays for what could not be done
    #[arg(long)]
    pub(in crate::cli) exit_zero: bool,
    /// Leave the summary out
    #[arg(long, short, conflicts_with = "verbose")]
    pub(in crate::cli) quiet: bool,
    /// Say on stderr which files were looked at and left out, each with its build context
    #[arg(long, short)]
    pub(in crate::cli) verbose: bool,
}

/// A severity that counts, with all that are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FailLevel {
    /// Errors only
    Error,
    /// Errors and warnings
    Warning,
    /// All, hints too
    Info,
}

impl ReportArgs {
    /// How a run ends that left `files`, `failures` aside; in `would_change` it has shown a diff.
    pub(in crate::cli) fn status(&self, files: &[FileReport], would_change: bool, failures: bool) -> Status {
        let level = match self.fail_level {
            FailLevel::Error => Severity::Error,
            FailLevel::Warning => Severity::Warning,
            FailLevel::Info => Severity::Info,
        };
        let found = would_change || files.iter().any(|it| it.reaches(level));
        Status::of(found && !self.exit_zero, failures)
    }
}
