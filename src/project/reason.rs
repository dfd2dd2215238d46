//! Why something is not known, or not done.

use super::Site;

/// The fact that is missing, or against it: one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.site {
            Some(site) => write!(f, "`{site}` {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
