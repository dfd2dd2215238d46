//! What a tag says: the Node release and the variant.

use super::UNKNOWN;
use crate::stages::Libc;

/// A tag, with [`UNKNOWN`] in place of unknown parts.
pub(super) struct Tag<'a> {
    pub(super) text: &'a str,
}

const CODENAMES: &[(&str, u32)] = &[
    ("dubnium", 10),
    ("erbium", 12),
    ("fermium", 14),
    ("gallium", 16),
    ("hydrogen", 18),
    ("iron", 20),
    ("jod", 22),
    ("krypton", 24),
];

const GLIBC: &[&str] =
    &["slim", "trixie", "bookworm", "bullseye", "buster", "stretch", "jessie", "debian", "ubuntu", "noble", "jammy"];

impl Tag<'_> {
    /// Whether one of its parts starts with `word`.
    pub(super) fn has(&self, word: &str) -> bool {
        self.text.split(['-', '.', '_']).any(|it| it.starts_with(word))
    }

    /// Whether an Ubuntu of that tag has the user `ubuntu` (1000): those from 24.04 on have.
    pub(super) fn has_ubuntu_user(&self) -> bool {
        const NAMED: &[&str] = &["latest", "rolling", "devel", "noble", "oracular", "plucky", "questing", "resolute"];
        NAMED.iter().any(|it| self.has(it)) || leading_number(self.text).is_some_and(|it| it >= 24)
    }

    fn is_open(&self) -> bool {
        self.text.contains(UNKNOWN)
    }

    /// The Node major, by number or by the release's name.
    pub(super) fn node_major(&self) -> Option<u32> {
        let named = CODENAMES.iter().find(|(name, _)| self.has(name)).map(|(_, major)| *major);
        named.or_else(|| leading_number(self.text.strip_prefix('v').unwrap_or(self.text)))
    }

    /// The Node minor: the second number of `24.11.1-alpine`.
    pub(super) fn node_minor(&self) -> Option<u32> {
        let (_, rest) = self.text.strip_prefix('v').unwrap_or(self.text).split_once('.')?;
        leading_number(rest)
    }

    /// Whether it moves on to each new Node: it names no version, of Node or of an old system.
    pub(super) fn floats(&self) -> bool {
        let system = self.text.strip_prefix("lts").or_else(|| self.text.strip_prefix("current")).unwrap_or(self.text);
        let words: Vec<&str> = system.split('-').filter(|it| !it.is_empty()).collect();
        let moves = ["latest", "alpine", "slim", "trixie", "bookworm", "bullseye"];
        !self.text.is_empty() && words.iter().all(|it| moves.contains(it))
    }

    /// The C library, where images without another word in the tag have `otherwise`.
    pub(super) fn libc(&self, otherwise: Option<Libc>) -> Option<Libc> {
        if self.has("alpine") {
            return Some(Libc::Musl);
        }
        if GLIBC.iter().any(|it| self.has(it)) {
            return Some(Libc::Glibc);
        }
        if self.is_open() { None } else { otherwise }
    }
}

/// The number at the start, where it ends there: `20.1` and `20-slim`, not `20` and an unknown rest.
pub(super) fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let ends = matches!(text[end..].chars().next(), None | Some('.' | '-' | '_'));
    text[..end].parse().ok().filter(|_| ends)
}
