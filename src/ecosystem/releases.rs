//! The releases of npm: which comes with which Node, and how two of them compare.

/// A release, by the first two numbers of its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    /// The 11 of 11.6.2.
    pub major: u32,
    /// The 6 of 11.6.2.
    pub minor: u32,
}

impl Release {
    /// The first release of a major.
    #[must_use]
    pub const fn first_of(major: u32) -> Self {
        Self { major, minor: 0 }
    }
}

/// A version as far as a tag or a range names it: the newest that it can be.
///
/// `1.1` is the last 1.1 of all, as the tag of an image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Newest([u32; 3]);

/// In place of a number that is not named.
const OPEN: u32 = u32::MAX;

impl Newest {
    /// This very version.
    #[must_use]
    pub const fn version(major: u32, minor: u32, patch: u32) -> Self {
        Self([major, minor, patch])
    }

    /// What a tag of an image, or the version or the tag of a package, stands for; `None` where that is not known.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let number = text.trim_start_matches(['^', '~', '=', 'v']);
        let n_fixed = match text.chars().next() {
            Some('^') => 1,
            Some('~') => 2,
            _ => 3,
        };
        let numbers = number.split('-').next().unwrap_or_default();
        if numbers.is_empty() || MOVING.contains(&numbers) {
            return Some(Self([OPEN; 3]));
        }
        let mut res = [OPEN; 3];
        for (at, part) in numbers.split('.').enumerate().take(n_fixed.min(3)) {
            res[at] = match part {
                "x" | "*" => break,
                _ => part.parse().ok()?,
            };
        }
        Some(Self(res))
    }

    /// The first number, where it is named.
    #[must_use]
    pub fn major(self) -> Option<u32> {
        Some(self.0[0]).filter(|it| *it != OPEN)
    }
}

/// What moves on to each new version.
const MOVING: &[&str] = &["latest", "alpine", "slim", "debian", "distroless", "canary"];

impl std::fmt::Display for Newest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: Vec<String> = self.0.iter().take_while(|it| **it != OPEN).map(u32::to_string).collect();
        f.write_str(&named.join("."))
    }
}

/// What is known of the npm at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Npm {
    /// Its major; `None` where unknown.
    pub major: Option<u32>,
    /// The oldest release that it can be; `None` where unknown.
    pub at_least: Option<Release>,
}

impl Npm {
    /// Some release of this major.
    #[must_use]
    pub const fn of_major(major: u32) -> Self {
        Self { major: Some(major), at_least: Some(Release::first_of(major)) }
    }

    /// The npm that comes with a Node of this major (FACTS §5) and, where it is known, this minor. Where it is not, the
    /// newest is meant, or one of the last: the tag of a major moves with each release.
    #[must_use]
    pub fn with_node(major: u32, minor: Option<u32>) -> Self {
        let Some(npm) = major_with_node(major) else { return Self::default() };
        let is_since_11_6 = major >= 25 || (major == 24 && minor.is_none_or(|it| it >= 11));
        let at_least = Release { major: npm, minor: if is_since_11_6 { 6 } else { 0 } };
        Self { major: Some(npm), at_least: Some(at_least) }
    }

    /// Its major, or the least that it can be.
    #[must_use]
    pub fn least(self) -> Option<u32> {
        self.major.or(self.at_least.map(|it| it.major))
    }

    /// Where a tag names no Node but only ever gets newer: the npm of the oldest Node that is still built for those (22,
    /// in 2026), or a later one.
    #[must_use]
    pub const fn floating() -> Self {
        Self { major: None, at_least: Some(Release::first_of(10)) }
    }
}

fn major_with_node(node: u32) -> Option<u32> {
    match node {
        10..=14 => Some(6),
        15 => Some(7),
        16 | 17 => Some(8),
        19 => Some(9),
        18 | 20..=23 => Some(10),
        24..=26 => Some(11),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_that_it_can_be() {
        for (text, is_since) in [
            ("1.2.21", Some(true)),
            ("1.2.20-alpine", Some(false)),
            ("1.2", Some(true)),
            ("1.1.45", Some(false)),
            ("~1.1.0", Some(false)),
            ("^1.1.0", Some(true)),
            ("1", Some(true)),
            ("1.x", Some(true)),
            ("alpine", Some(true)),
            ("latest", Some(true)),
            ("", Some(true)),
            ("\0", None),
            ("1.\0", None),
            (">=1.0", None),
        ] {
            assert_eq!(Newest::named(text).map(|it| it >= Newest::version(1, 2, 21)), is_since, "{text}");
        }
        assert_eq!(Newest::named("1.1-slim").map(|it| it.to_string()).as_deref(), Some("1.1"));
    }

    #[test]
    fn the_npm_of_each_node() {
        for (node, minor, npm) in [
            (14, Some(21), Some((6, 0))),
            (22, None, Some((10, 0))),
            (24, Some(10), Some((11, 0))),
            (24, Some(11), Some((11, 6))),
            (24, None, Some((11, 6))),
            (25, Some(0), Some((11, 6))),
            (9, None, None),
        ] {
            let npm = npm.map(|(major, minor)| Release { major, minor });
            assert_eq!(Npm::with_node(node, minor).at_least, npm, "{node} {minor:?}");
        }
    }
}
