//! Why something is not known, or not done.

use super::Site;

/// The fact that is missing, or against it: one clause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// Where it stands, if in a file: the subject of the clause.
    pub site: Option<Site>,
    /// The clause; after the site, where there is one.
    pub text: String,
}

impl Reason {
    /// What `site` does.
    pub(crate) fn at(site: Site, text: impl Into<String>) -> Self {
        Self { site: Some(site), text: text.into() }
    }

    /// What the file at `path` does.
    pub(crate) fn of_file(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::at(Site { path: path.into(), line: None }, text)
    }

    /// All of them, as one clause.
    pub(crate) fn joined(reasons: &[Self]) -> String {
        let mut all: Vec<String> = reasons.iter().map(Self::to_string).collect();
        // Several paths on one line.
        all.dedup();
        all.join("; ")
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self { site: None, text }
    }
}

impl From<&str> for Reason {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.to_string()
    }
}

impl From<&Reason> for String {
    fn from(reason: &Reason) -> Self {
        reason.to_string()
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.site {
            Some(site) => write!(f, "`{site}` {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
