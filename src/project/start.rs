//! What a start command really runs: through `npm start`, `npm run x`, pre and post scripts, `&&` chains.

use super::Site;

/// A start command, followed to the programs that run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// In the order in which they start.
    pub programs: Vec<Program>,
    /// Why there may be more: a script that could not be followed; empty where everything is known.
    pub unknown: Vec<String>,
}

/// One program of a start command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// Its name, without folder: `node`, `tsx`, `next`.
    pub name: String,
    /// All arguments; a computed one as it is written.
    pub arguments: Vec<String>,
    /// `NAME=value` in front of it (also by `cross-env`).
    pub assignments: Vec<(String, String)>,
    /// The script of package.json it stands in; `None` for the command itself.
    pub script: Option<(String, Site)>,
    /// For `node` (and loaders such as `tsx`): the file it runs, from the app's folder, normalised, with
    /// the extension that exists or is implied where that is known.
    pub entry: Option<String>,
    /// For `node`: packages and files by `-r`, `--require`, `--import`, `--loader`, also from NODE_OPTIONS.
    pub preloads: Vec<String>,
    /// The npm package that brings the program (`tsx` → `tsx`, `nest` → `@nestjs/cli`); `None` for
    /// `node`, the managers and what the system brings (sh, echo, sleep, cp…).
    pub package: Option<String>,
}
