//! What can be typed after `check`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{FileArgs, ReportArgs};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct CheckArgs {
    #[command(flatten)]
    pub(in crate::cli) files: FileArgs,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Full)]
    pub(in crate::cli) output_format: CheckFormat,
    /// Report what this rule says only; may be given more than once
    #[arg(long = "rule", value_name = "NAME")]
    pub(in crate::cli) rules: Vec<String>,
    /// Report nothing of what this rule says; may be given more than once
    #[arg(long = "ignore", value_name = "NAME")]
    pub(in crate::cli) ignored: Vec<String>,
    /// Report only what is not in this file, which `check --output-format json` has written
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Look only at Dockerfiles that changed since this revision of Git, or whose build context did
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) changed_since: Option<String>,
    /// Print for each file what configuration comes to, and check nothing
    #[arg(long)]
    pub(in crate::cli) show_settings: bool,
    /// Print how often each rule spoke, in place of what it said
    #[arg(long)]
    pub(in crate::cli) statistics: bool,
    #[command(flatten)]
    pub(in crate::cli) report: ReportArgs,
}

/// Output formats of `check`: those of programs that read reports besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CheckFormat {
    /// With the lines it speaks of
    Full,
    /// One line a problem
    Concise,
    /// One JSON document, with the fixes
    Json,
    /// SARIF 2.1.0, with the fixes
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A Code Quality report of GitLab
    Gitlab,
    /// JUnit's XML
    Junit,
}

impl CheckFormat {
    /// Whether a person reads it.
    pub(in crate::cli) fn is_for_people(self) -> bool {
        matches!(self, Self::Full | Self::Concise)
    }
}
