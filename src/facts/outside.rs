//! What an install leaves outside of node_modules: browsers in the home of the user who installs.

use crate::ecosystem::packages;
use crate::project::App;
use crate::stages::Contents;

/// Something in a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutside {
    /// The package whose install leaves it.
    pub package: String,
    /// Where, from the home.
    pub path: &'static str,
}

impl LeftOutside {
    /// What it is, as the package's user would call it.
    #[must_use]
    pub fn what(&self) -> &'static str {
        if self.path.contains("mongodb") { "its database server" } else { "its browser" }
    }
}

/// Variables that keep these packages from fetching a browser.
const SKIPS: &[&str] = &[
    "PUPPETEER_SKIP_DOWNLOAD",
    "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD",
    "PUPPETEER_EXECUTABLE_PATH",
    "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
    "CYPRESS_INSTALL_BINARY",
    "MONGOMS_DISABLE_POSTINSTALL",
    "MONGOMS_SYSTEM_BINARY",
];

/// The first package of a production install of `app`, its own or one that another brings, that leaves something in
/// the home, as far as the variables of `contents` don't keep it from that.
#[must_use]
pub fn left_outside(app: &App, contents: &Contents) -> Option<LeftOutside> {
    let is_set = |it: &&&str| contents.env_value(it).is_some_and(|it| !matches!(it, "" | "0" | "false"));
    let skipped: Vec<&str> = SKIPS.iter().filter(is_set).copied().collect();
    let is_skipped = |name: &str| {
        let family = name.rsplit('/').next().unwrap_or(name).split('-').next().unwrap_or(name).to_ascii_uppercase();
        skipped.iter().any(|it| it.starts_with(&format!("{family}_")))
    };
    let locked = app.lock().and_then(|it| it.packages.as_deref()).unwrap_or_default();
    let names = locked.iter().filter(|it| !it.dev).map(|it| it.name.as_str());
    let mut names = names.chain(app.package.dependencies.keys().map(String::as_str)).filter(|it| !is_skipped(it));
    names.find_map(|it| Some(LeftOutside { package: it.to_owned(), path: in_home(it)? }))
}

/// What the install of the package called `name` leaves in the home, from there.
#[must_use]
pub fn in_home(name: &str) -> Option<&'static str> {
    packages::package(name)?.facts.iter().find_map(|it| match it {
        packages::Fact::Home(path) => Some(*path),
        _ => None,
    })
}
