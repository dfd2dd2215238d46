//! One folder with a package.json.

use std::sync::Arc;

use super::{Loader, Lock, Manager, Outputs, Package, Runtime, Start};

/// A folder of the context that has a package.json.
pub struct App {
    /// From the context's root; `""` is the root.
    pub folder: String,
    /// Its package.json.
    pub package: Package,
    /// Its lock files, the one that counts first: the one of the manager that package.json or the other
    /// evidence names. npm-shrinkwrap.json counts before package-lock.json.
    pub locks: Vec<Lock>,
    /// Whether it has an .npmrc, and the lines of it that matter to an install (tokens left out).
    pub npmrc: Option<Vec<(String, String)>>,
    loader: Arc<dyn Loader>,
}

impl App {
    /// The manager that package.json and the lock files speak for; `None` where they contradict one
    /// another or there is neither.
    #[must_use]
    pub fn manager(&self) -> Option<Manager> {
        let _ = &self.loader;
        None
    }

    /// What running `script` of package.json makes, pre and post scripts included.
    #[must_use]
    pub fn outputs(&self, script: &str) -> Outputs {
        let _ = script;
        Outputs::default()
    }

    /// What shell text makes that runs in the app's folder (`npx tsc -p .`, `npm run build && cp …`).
    #[must_use]
    pub fn outputs_of_text(&self, text: &str) -> Outputs {
        let _ = text;
        Outputs::default()
    }

    /// The programs that `words` starts, run in the app's folder.
    #[must_use]
    pub fn start(&self, words: &[String]) -> Start {
        let _ = words;
        Start::default()
    }

    /// What runs when `entry` (from the app's folder) is started; `outputs` says from which sources the
    /// entry is made, where it is built. Cached by entry.
    #[must_use]
    pub fn runtime(&self, entry: &str, outputs: &Outputs) -> Arc<Runtime> {
        let _ = (entry, outputs);
        Arc::default()
    }
}
