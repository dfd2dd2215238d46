//! What can be typed.

mod check;
mod report;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};

pub(super) use check::{CheckArgs, CheckFormat};
pub(super) use report::ReportArgs;

/// Finds and fixes what should not ship in the production stage of a Node.js Dockerfile.
///
/// nodestage follows every stage of a Dockerfile to see what reaches the shipped image, and reads the
/// build context (package.json, lock file, sources) to say what should not be there.
///
/// Exit codes: 0 clean, 1 something is left that is no hint or a diff was shown, 2 something could not be done.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, arg_required_else_help = true, propagate_version = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to colour the output; FORCE_COLOR, NO_COLOR and CLICOLOR_FORCE are obeyed too
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(super) color: Color,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report what is wrong
    Check(CheckArgs),
    /// Show the fixes as a diff, or write them
    ///
    /// Without --write nothing is written: the diff goes to stdout, the summary to stderr.
    Fix(FixArgs),
    /// Look into a built image for what should not have shipped
    ///
    /// Reads the image once and writes nothing. What the base image brings is no finding.
    Audit(AuditArgs),
    /// Build, start and compare the Dockerfile as it is and as `fix` would write it
    ///
    /// Needs docker or podman. The build context is only read; the Dockerfiles that are built stand in a temporary folder. Both
    /// images are looked into as `audit` does it, and started with limits; then this is compared: whether it stays up, its
    /// modules, the answers in HTTP, and how it stops. What was made is removed, also on Ctrl-C; the engine's build cache stays.
    ///
    /// Exit codes: 0 proved, or nothing to prove; 1 worse or not proved; 2 it could not be tried.
    Prove(ProveArgs),
    /// List the rules, or print the page of one
    Rule(RuleArgs),
    /// Serve an editor: the Language Server Protocol on stdin and stdout
    Lsp(LspArgs),
    /// Look inside nodestage
    #[command(subcommand)]
    Debug(DebugCommand),
}

/// What `check` and `fix` share.
#[derive(Debug, clap::Args)]
pub(super) struct FileArgs {
    /// Dockerfiles, folders to search for them, `-` for stdin, or `@FILE` for a list of paths, one a line [default: .]
    ///
    /// Folders are searched for Dockerfile, Dockerfile.*, *.Dockerfile, Containerfile* and *.Containerfile, also in
    /// lower case, but for templates, pages and copies (.j2, .md, .bak…); .gitignore is honoured. A file that is
    /// named is looked at whatever its name is. `@-` reads the list from stdin.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The path that stdin stands for: its project and configuration are found from there. Without a path, stdin is read
    #[arg(long, value_name = "PATH")]
    pub(super) stdin_filename: Option<PathBuf>,
    /// Apply `exclude` of nodestage.toml to named files too, as hooks want it
    #[arg(long)]
    pub(super) force_exclude: bool,
    /// Take a folder without Dockerfiles for clean
    #[arg(long)]
    pub(super) allow_no_dockerfiles: bool,
    /// Use this nodestage.toml for all files [default: the nearest one above each]
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(super) config: Option<PathBuf>,
    /// Read no nodestage.toml
    #[arg(long)]
    pub(super) isolated: bool,
    /// A stage that ships, by name or number; may be given several times [default: as compose says, else the last]
    #[arg(long = "target", value_name = "STAGE")]
    pub(super) targets: Vec<String>,
    /// The build context [default: as compose says, else the nearest folder that has the COPY sources]
    #[arg(long, value_name = "FOLDER")]
    pub(super) context: Option<PathBuf>,
}

impl FileArgs {
    /// The paths that are meant: who says what stdin stands for means stdin.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        match &self.stdin_filename {
            Some(_) if self.paths.is_empty() => vec![PathBuf::from("-")],
            _ => self.paths.clone(),
        }
    }

    /// What is wrong where stdin has a name and is not read.
    pub(super) fn misread_stdin(&self) -> Option<String> {
        let reads = self.paths().iter().any(|it| it == Path::new("-"));
        let error = "`--stdin-filename` names what stdin holds, and other paths are given: give `-` as well, or alone";
        (self.stdin_filename.is_some() && !reads).then(|| error.to_owned())
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct FixArgs {
    #[command(flatten)]
    pub(super) files: FileArgs,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Full)]
    pub(super) output_format: Format,
    #[command(flatten)]
    pub(super) report: ReportArgs,
    /// Write the fixes into the files; stdin goes to stdout
    #[arg(long)]
    pub(super) write: bool,
    /// Apply fixes too that miss a fact to be proven safe
    #[arg(long)]
    pub(super) r#unsafe: bool,
    /// Apply the fixes of this rule only; may be given more than once
    #[arg(long = "rule", value_name = "NAME")]
    pub(super) rules: Vec<String>,
    /// Apply only what `nodestage prove` proves: where all of it is worse, the fixes to blame are found and left out
    ///
    /// A proof stands in for a missing fact, so that --unsafe goes well with it. The options below are for it alone.
    #[arg(long)]
    pub(super) prove: bool,
    #[command(flatten)]
    pub(super) trial: TrialArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct ProveArgs {
    #[command(flatten)]
    pub(super) files: FileArgs,
    /// Prove unsafe fixes too
    #[arg(long)]
    pub(super) r#unsafe: bool,
    /// Prove the fixes of this rule only; may be given more than once
    #[arg(long = "rule", value_name = "NAME")]
    pub(super) rules: Vec<String>,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Full)]
    pub(super) output_format: Format,
    /// The same as `--output-format json`
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) trial: TrialArgs,
}

/// How images are built and started.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Building and starting")]
pub(super) struct TrialArgs {
    /// A variable of the container; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) env: Vec<String>,
    /// A file of such variables
    #[arg(long, value_name = "FILE")]
    pub(super) env_file: Vec<PathBuf>,
    /// A build argument, as for `docker build`
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) build_arg: Vec<String>,
    /// A secret of the build, as for `docker build`
    #[arg(long, value_name = "id=NAME[,src=FILE]")]
    pub(super) secret: Vec<String>,
    /// What containers run in place of the image's CMD
    #[arg(long, value_name = "WORDS")]
    pub(super) command: Option<String>,
    /// The network for builds and containers, for example the one that a database is in; `host` for this machine's
    #[arg(long, value_name = "NAME")]
    pub(super) network: Option<String>,
    /// Where the app listens [default: PORT and EXPOSE of the image, ports that the sources name, then usual ones]
    #[arg(long, value_name = "PORT")]
    pub(super) port: Option<u16>,
    /// What is asked for over HTTP; may be given several times [default: /]
    #[arg(long, value_name = "PATH")]
    pub(super) path: Vec<String>,
    /// How many seconds a container may take to answer [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(super) timeout: Option<u64>,
}

impl TrialArgs {
    /// The first of the options that was given.
    pub(super) fn given(&self) -> Option<&'static str> {
        let given = [
            ("--env", !self.env.is_empty()),
            ("--env-file", !self.env_file.is_empty()),
            ("--build-arg", !self.build_arg.is_empty()),
            ("--secret", !self.secret.is_empty()),
            ("--command", self.command.is_some()),
            ("--network", self.network.is_some()),
            ("--port", self.port.is_some()),
            ("--path", !self.path.is_empty()),
            ("--timeout", self.timeout.is_some()),
        ];
        given.into_iter().find(|it| it.1).map(|it| it.0)
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct AuditArgs {
    /// An archive (`docker save`, OCI; plain, gzip or zstd), an OCI layout folder, `-` for an archive on stdin, or else the
    /// name of an image that docker or podman has
    #[arg(value_name = "IMAGE")]
    pub(super) image: String,
    /// Which image of several: `linux/arm64` [default: linux on this machine's processor]
    #[arg(long, value_name = "PLATFORM")]
    pub(super) platform: Option<String>,
    /// What the image may take, as all layers together: `200MB`, `1.5GB`
    #[arg(long, value_name = "SIZE")]
    pub(super) max_size: Option<String>,
    /// The base image, which docker or podman has: what it brings is no finding [default: told from the
    /// history, and from the well-known images that the engine has]
    #[arg(long, value_name = "IMAGE")]
    pub(super) base: Option<String>,
    /// The project that the image was built from: its lock says which packages are dev, where the image has none [default:
    /// the current folder, if its package.json has the same name]
    #[arg(long, value_name = "FOLDER")]
    pub(super) context: Option<PathBuf>,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Full)]
    pub(super) output_format: Format,
    /// Use this nodestage.toml [default: the nearest one above the current folder]
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(super) config: Option<PathBuf>,
    /// Read no nodestage.toml
    #[arg(long)]
    pub(super) isolated: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct RuleArgs {
    /// The rule's name; without it all rules are listed
    pub(super) name: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct LspArgs {
    /// What goes to stderr, as `error`, `warn`, `info`, `debug` or `trace` [default: as the editor's settings say]
    #[arg(long, value_name = "LEVEL", env = "NODESTAGE_LOG")]
    pub(super) log: Option<String>,
    /// Accepted because many clients pass it: there is no other way to be spoken to
    #[arg(long)]
    pub(super) stdio: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum DebugCommand {
    /// Print what the parser sees, one line of JSON a file
    Parse {
        /// The Dockerfiles, or `-` for stdin
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Print what a container of an image sees: kind, size, layer and path of each entry, one a line
    Image {
        /// As for `audit`
        #[arg(value_name = "IMAGE")]
        image: String,
    },
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// With the lines it speaks of
    Full,
    /// One line a problem
    Concise,
    /// One JSON document, with the fixes
    Json,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
