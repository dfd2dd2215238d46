//! Why a build failed, out of what the engine printed.

/// A build that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFailure {
    /// Whose fault it is.
    pub kind: FailureKind,
    /// The instruction, as the engine calls it: `[build 4/6] RUN npm ci`.
    pub step: Option<String>,
    /// What it printed last.
    pub lines: Vec<String>,
}

/// What a build fails for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// A registry can't be reached.
    Network,
    /// An image that is not to be had.
    BaseImage,
    /// It takes too long.
    Late,
    /// The disk is full.
    Disk,
    /// An instruction failed, or is not understood.
    Own,
}

const NETWORK: &[&str] = &[
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENETUNREACH",
    "getaddrinfo",
    "network is unreachable",
    "no such host",
    "Could not resolve host",
    "Temporary failure",
    "dial tcp",
    "i/o timeout",
    "TLS handshake timeout",
    "temporary error (try again later)",
    "network timeout",
];
const BASE_IMAGE: &[&str] =
    &["failed to resolve source metadata", "pull access denied", "manifest unknown", "initializing source"];
const DISK: &[&str] = &["no space left on device", "ENOSPC"];

/// So many lines tell what is wrong.
const MAX_LINES: usize = 12;

impl BuildFailure {
    /// Reads it out of the engine's output.
    pub(super) fn read(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|it| !it.is_empty()).collect();
        let section = section(&lines);
        let step = section.first().and_then(|it| it.trim_start().strip_prefix("> "));
        let step = step.or_else(|| lines.iter().rev().find_map(|it| it.strip_prefix("STEP ")));
        let step = step.map(|it| it.trim_end_matches(':').to_owned());
        let told = if section.len() > 1 { &section[1..] } else { &lines[..] };
        let kind = kind(told.iter().chain(lines.iter().rev().take(3)));
        let told: Vec<String> = told.iter().map(|it| untimed(it).to_owned()).collect();
        Self { kind, step, lines: told[told.len().saturating_sub(MAX_LINES)..].to_vec() }
    }

    /// In a few words: "the build fails in `RUN npm ci`".
    #[must_use]
    pub fn clause(&self) -> String {
        let place = self.step.as_ref().map(|it| format!(" in `{it}`")).unwrap_or_default();
        match self.kind {
            FailureKind::Network => format!("the build can't reach the network{place}; `--network` names another one"),
            FailureKind::BaseImage => format!("an image that the build starts from is not to be had{place}"),
            FailureKind::Late => "the build takes too long".to_owned(),
            FailureKind::Disk => "the disk is full".to_owned(),
            FailureKind::Own => format!("the build fails{place}"),
        }
    }
}

/// What stands between the last two rules of hyphens: the step, and what it printed.
fn section<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let is_rule = |it: &&str| it.len() == 6 && it.bytes().all(|it| it == b'-');
    let Some(start) = lines.windows(2).rposition(|it| is_rule(&it[0]) && it[1].trim_start().starts_with("> ")) else {
        return &[];
    };
    let rest = &lines[start + 1..];
    &rest[..rest.iter().position(is_rule).unwrap_or(rest.len())]
}

fn kind<'a>(lines: impl Iterator<Item = &'a &'a str> + Clone) -> FailureKind {
    let has = |words: &[&str]| lines.clone().any(|line| words.iter().any(|it| line.contains(it)));
    if has(DISK) {
        FailureKind::Disk
    } else if has(NETWORK) {
        FailureKind::Network
    } else if has(BASE_IMAGE) {
        FailureKind::BaseImage
    } else {
        FailureKind::Own
    }
}

/// Without the seconds or the step's number that BuildKit puts in front.
fn untimed(line: &str) -> &str {
    let line = match line.strip_prefix('#').and_then(|it| it.split_once(' ')) {
        Some((number, rest)) if number.bytes().all(|it| it.is_ascii_digit()) => rest,
        _ => line,
    };
    match line.split_once(' ') {
        Some((time, rest)) if time.contains('.') && time.parse::<f64>().is_ok() => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{BuildFailure, FailureKind};

    #[test]
    fn the_step_and_its_last_lines_are_found() {
        let text = "#7 [build 4/6] RUN npm ci\n#7 1.2 npm error code EUSAGE\n#7 ERROR: process \"/bin/sh -c npm ci\" did not complete\n------\n > [build 4/6] RUN npm ci:\n1.234 npm error code EUSAGE\n1.3 npm error The `npm ci` command\n------\nDockerfile:4\n--------------------\n   4 | >>> RUN npm ci\n--------------------\nERROR: failed to solve: process \"/bin/sh -c npm ci\" did not complete successfully: exit code: 1\n";
        let failure = BuildFailure::read(text);
        assert_eq!(failure.kind, FailureKind::Own);
        assert_eq!(failure.step.as_deref(), Some("[build 4/6] RUN npm ci"));
        assert_eq!(failure.lines, ["npm error code EUSAGE", "npm error The `npm ci` command"]);
        assert_eq!(failure.clause(), "the build fails in `[build 4/6] RUN npm ci`");
    }

    #[test]
    fn causes_are_told_apart() {
        for (text, kind) in [
            (
                "ERROR: failed to solve: node:99: failed to resolve source metadata for docker.io/library/node:99: not found",
                FailureKind::BaseImage,
            ),
            ("failed to resolve source metadata for x: dial tcp 1.2.3.4:443: i/o timeout", FailureKind::Network),
            ("------\n > RUN npm ci:\n1.0 npm error code EAI_AGAIN\n------\nERROR: failed", FailureKind::Network),
            ("write /x: no space left on device", FailureKind::Disk),
            ("ERROR: failed to solve: dockerfile parse error on line 1: unknown instruction: FRM", FailureKind::Own),
            ("", FailureKind::Own),
        ] {
            assert_eq!(BuildFailure::read(text).kind, kind, "{text}");
        }
    }
}
