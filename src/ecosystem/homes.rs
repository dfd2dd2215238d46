//! What commands leave in the home of the user that runs them.

/// Commands that fetch something into the home, as words that stand side by side.
const FETCHES: &[&[&str]] = &[
    &["playwright", "install"],
    &["patchright", "install"],
    &["rebrowser-playwright", "install"],
    &["cypress", "install"],
    &["puppeteer", "browsers", "install"],
    &["rebrowser-puppeteer", "browsers", "install"],
    &["puppeteer/install.mjs"],
    &["puppeteer/install.js"],
    &["camoufox", "fetch"],
    &["camoufox-js", "fetch"],
    &["nltk.downloader"],
    &["huggingface-cli", "download"],
    &["hf", "download"],
    &["ollama", "pull"],
];

/// The same, as parts of a program's text (`python -c "import nltk; nltk.download('punkt')"`).
const FETCHING_CALLS: &[&str] = &["nltk.download(", "from_pretrained(", "whisper.load_model("];

/// Variables that have them fetch to another place.
const ELSEWHERE: &[&str] = &[
    "HOME",
    "PLAYWRIGHT_BROWSERS_PATH",
    "PUPPETEER_CACHE_DIR",
    "CYPRESS_CACHE_FOLDER",
    "MONGOMS_DOWNLOAD_DIR",
    "NLTK_DATA",
    "HF_HOME",
    "HF_HUB_CACHE",
    "TRANSFORMERS_CACHE",
    "OLLAMA_MODELS",
    "XDG_CACHE_HOME",
];

/// What of [`ELSEWHERE`] is heeded by the one who fetches and by the one who looks there alike, with the folder of a home
/// that it takes the place of, and the word of the commands that fill that.
const MOVABLE: &[Movable] = &[
    Movable { folder: ".cache/ms-playwright", variable: "PLAYWRIGHT_BROWSERS_PATH", word: "playwright" },
    Movable { folder: ".cache/puppeteer", variable: "PUPPETEER_CACHE_DIR", word: "puppeteer" },
    Movable { folder: ".cache/Cypress", variable: "CYPRESS_CACHE_FOLDER", word: "cypress" },
    Movable { folder: ".cache/mongodb-binaries", variable: "MONGOMS_DOWNLOAD_DIR", word: "mongodb-memory-server" },
];

/// A folder of a home that a variable puts elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Movable {
    /// From the home.
    pub(crate) folder: &'static str,
    /// The name of the variable.
    pub(crate) variable: &'static str,
    word: &'static str,
}

impl Movable {
    /// Where all users find it.
    #[must_use]
    pub(crate) fn target(&self) -> String {
        format!("/opt/{}", self.folder.rsplit('/').next().unwrap_or(self.folder))
    }
}

/// What fills `folder` of a home, where a variable leads it elsewhere.
#[must_use]
pub(crate) fn movable(folder: &str) -> Option<Movable> {
    MOVABLE.iter().find(|it| it.folder == folder).copied()
}

/// What the command, one that [`fetches`], fills, where a variable leads it elsewhere.
#[must_use]
pub(crate) fn movable_by(written: &str) -> Option<Movable> {
    let mut movable = MOVABLE.iter().filter(|it| written.contains(it.word));
    movable.next().filter(|_| movable.next().is_none()).copied()
}

/// Variables that say where tools keep the Node that they bring.
pub(crate) const OF_NODE: &[&str] = &["NVM_DIR", "NVM_BIN", "VOLTA_HOME", "FNM_DIR", "N_PREFIX", "BUN_INSTALL"];

/// What in a home is for installs and for the one who builds; from the home.
const FOR_THE_BUILD: &[&str] = &[
    ".npm",
    ".npmrc",
    ".node-gyp",
    ".yarn",
    ".yarnrc",
    ".cache/yarn",
    ".cache/pip",
    ".cache/node",
    ".pnpm-store",
    ".local/share/pnpm",
    // node_modules gets hard links or copies of it: as another user it runs where /root is closed (run with bun 1.4).
    ".bun/install/cache",
    ".ssh",
    ".netrc",
    ".git",
    ".bashrc",
    ".profile",
    ".zshrc",
    ".cargo",
    ".rustup",
    ".docker",
    ".gnupg",
];

/// Whether the command fetches something into the home that the run may look for there.
#[must_use]
pub(crate) fn fetches(written: &str) -> bool {
    let words: Vec<&str> = written.split_whitespace().collect();
    let stands = |all: &[&str]| words.windows(all.len()).any(|it| it[..].iter().zip(all).all(|(a, b)| is(a, b)));
    FETCHES.iter().any(|it| stands(it)) || FETCHING_CALLS.iter().any(|it| written.contains(it))
}

/// `playwright`, `./node_modules/.bin/playwright`, `playwright@1.50`.
fn is(word: &str, name: &str) -> bool {
    let word = word.split_once('@').filter(|it| !it.0.is_empty()).map_or(word, |it| it.0);
    word == name || word.strip_suffix(name).is_some_and(|it| it.ends_with('/'))
}

/// Whether a variable of this name keeps a fetch out of the home.
#[must_use]
pub(crate) fn leads_elsewhere(variable: &str) -> bool {
    ELSEWHERE.contains(&variable)
}

/// The first path below a home that `text` names, but for what is there for the build.
#[must_use]
pub(crate) fn named(text: &str) -> Option<&str> {
    let is_end = |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | ';' | '&' | '|' | ')' | ':' | ',');
    let words = text.split(is_end).map(|it| it.rsplit('=').next().unwrap_or(it).trim_start_matches('>'));
    let mut below = words.filter_map(|word| Some((word, below_home(word)?)));
    let is_meant = |path: &str| !FOR_THE_BUILD.iter().any(|it| path.starts_with(it));
    below.find(|(_, path)| !path.is_empty() && is_meant(path)).map(|it| it.0)
}

/// The part of a path after root's home.
fn below_home(word: &str) -> Option<&str> {
    ["/root/", "~/", "$HOME/", "${HOME}/"].iter().find_map(|it| word.strip_prefix(it))
}

#[cfg(test)]
mod tests {
    use super::{fetches, named};

    #[test]
    fn what_is_fetched() {
        for (command, expected) in [
            ("npx playwright install --with-deps chromium", true),
            ("npx -y playwright@1.50.0 install", true),
            ("./node_modules/.bin/playwright install firefox", true),
            ("npx playwright install-deps", false),
            ("npx puppeteer browsers install chrome", true),
            ("node node_modules/puppeteer/install.mjs", true),
            ("python3 -m nltk.downloader punkt", true),
            ("python -c \"import nltk; nltk.download('punkt')\"", true),
            ("npm install playwright", false),
            ("apt-get install -y chromium", false),
        ] {
            assert_eq!(fetches(command), expected, "{command}");
        }
    }

    #[test]
    fn what_is_named() {
        for (text, expected) in [
            ("mkdir -p /root/.cache/whisper", Some("/root/.cache/whisper")),
            ("curl -o ~/models/a.bin https://x.test/a", Some("~/models/a.bin")),
            ("echo x >> $HOME/.config/app.json", Some("$HOME/.config/app.json")),
            ("rm -rf /root/.npm", None),
            ("mkdir -p ~/.ssh && ssh-keyscan github.com >> ~/.ssh/known_hosts", None),
            ("npm config set cache=/root/.npm-cache", None),
            ("cp a /root", None),
            ("echo /data/root/x", None),
        ] {
            assert_eq!(named(text), expected, "{text}");
        }
    }
}
