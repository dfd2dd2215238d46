//! What a container prints, and the signs in it of what it misses.

use super::mask::masked;

/// The end of what a container printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Both streams, without colours.
    pub text: String,
}

const MODULE: &[&str] =
    &["Cannot find module", "ERR_MODULE_NOT_FOUND", "Cannot find package", "MODULE_NOT_FOUND", "Can't resolve '"];
const COMMAND: &[&str] = &[
    "executable file not found",
    "Missing script",
    "missing script",
    "exec format error",
    ": not found",
    "command not found",
];
const PERMISSION: &[&str] = &["EACCES", "EPERM", "Permission denied", "permission denied"];
const SERVICE: &[&str] = &[
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "Connection refused",
    "host not found in upstream",
    "MongoServerSelectionError",
    "PrismaClientInitializationError",
    "SequelizeConnection",
    "Can't reach database",
    "must be a string, got \"undefined\"",
];

impl Log {
    /// Of what was printed.
    pub(super) fn new(text: &str) -> Self {
        Self { text: without_colours(text) }
    }

    /// The line that says that a module is missing.
    #[must_use]
    pub fn missing_module(&self) -> Option<&str> {
        self.line_with(MODULE)
    }

    /// The line that says that a program or a script is missing.
    #[must_use]
    pub fn missing_command(&self) -> Option<&str> {
        self.line_with(COMMAND)
    }

    /// The line that says that something is forbidden.
    #[must_use]
    pub fn denied(&self) -> Option<&str> {
        self.line_with(PERMISSION)
    }

    /// The line that says that a database or another service is out of reach.
    #[must_use]
    pub fn missing_service(&self) -> Option<&str> {
        self.line_with(SERVICE)
    }

    /// The line that tells most of why it ended.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        let told = self.missing_module().or_else(|| self.missing_command()).or_else(|| self.denied());
        let told = told.or_else(|| self.missing_service()).or_else(|| self.line_with(&["Error:", "error:"]));
        told.or_else(|| self.text.lines().map(str::trim).rfind(|it| !it.is_empty()))
    }

    /// Without what differs from run to run.
    #[must_use]
    pub fn masked(&self) -> String {
        masked(&self.text)
    }

    fn line_with(&self, words: &[&str]) -> Option<&str> {
        self.text.lines().map(str::trim).find(|line| words.iter().any(|it| line.contains(it)))
    }
}

/// Without the sequences that terminals obey.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let mut res = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let sequence = piece.strip_prefix('[').unwrap_or(piece);
        let end = sequence.find(|it: char| it.is_ascii_alphabetic()).map_or(sequence.len(), |it| it + 1);
        res.push_str(&sequence[end..]);
    }
    res
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn signs_are_found() {
        let log =
            Log::new("\u{1b}[31mstarting\u{1b}[0m\nError: Cannot find module 'x'\n    at y\nError: EACCES: mkdir\n");
        assert_eq!(log.missing_module(), Some("Error: Cannot find module 'x'"));
        assert_eq!(log.denied(), Some("Error: EACCES: mkdir"));
        assert_eq!(log.missing_service(), None);
        assert_eq!(log.reason(), log.missing_module());
        assert!(log.text.starts_with("starting\n"));
        assert_eq!(Log::new("done\n\n").reason(), Some("done"));
    }
}
