//! The only reader of a package manager's command line.

use super::Manager;
use super::arguments::Arguments;
use super::managers;

/// What a package manager is asked to do with node_modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `npm install`, `yarn`, `pnpm i`, `bun install`: may change the lock file.
    Install,
    /// `npm ci`, `pnpm ci`, `bun ci`.
    CleanInstall,
    /// `npm prune`, `pnpm prune`: removes what is not wanted.
    Prune,
    /// `yarn workspaces focus`.
    Focus,
    /// `npm rebuild`.
    Rebuild,
    /// `npm install express`: adds packages.
    Add,
    /// `npm update`, `yarn upgrade`, `npm dedupe`: installs everything that the manifest allows, whatever the lock says.
    Update,
    /// `npm uninstall x`: removes packages, and installs what is left.
    Remove,
    /// `pnpm deploy DIR`: a package with node_modules of its own, in DIR.
    Deploy,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Changes node_modules.
    Install(Verb),
    /// Installs programs for all: their names with versions.
    Global(Vec<String>),
    /// Runs a script of package.json, with arguments: `npm run x`, `npm start`.
    Script(Vec<String>),
    /// Runs a script of package.json, or where there is none of that name a program of node_modules/.bin:
    /// `yarn x`, `pnpm run x`, `bun run x`.
    Run(Vec<String>),
    /// Runs a program of a package, looked up or downloaded: `npx x`, `pnpm dlx x`.
    Exec(Vec<String>),
    /// Text for a shell: `npx -c 'x'`.
    Shell(String),
    /// Node, started through the manager: `yarn node x.js`.
    Node(Vec<String>),
    /// `pnpm deploy DIR`
    Deploy(String),
    /// Empties the cache.
    CleanCache,
    /// Asks, configures, or changes package.json alone: installs nothing and runs nothing of the app.
    Idle,
    /// A command that is not described here.
    Unknown,
}

/// For which package of a workspace it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// `--prefix`, `-C`, `--cwd`, `--dir`: the folder, as written.
    pub folder: Option<String>,
    /// `-w`, `--filter`, `yarn workspace`: the packages, as written; empty where it is for the folder's own.
    pub packages: Vec<String>,
    /// `--workspaces`, `-r`: all packages.
    pub all: bool,
}

impl Target {
    /// Whether it is for another package than the one in the folder where it runs.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.folder.is_some() || !self.packages.is_empty() || self.all
    }

    /// The folder or the package, where it is all that the target says, and `words` without it:
    /// `npm --prefix server start` is `npm start` in `server`, `yarn workspace api start` is `yarn start` in `api`.
    #[must_use]
    pub fn inside(&self, words: &[String]) -> Option<(Inside<'_>, Vec<String>)> {
        let (place, value) = match (self.folder.as_deref(), &self.packages[..]) {
            _ if self.all => return None,
            (Some(folder), []) => (Inside::Folder(folder), folder),
            (None, [package]) => (Inside::Package(package), package.as_str()),
            _ => return None,
        };
        let mut rest = words.iter();
        let mut res = Vec::new();
        while let Some(word) = rest.next() {
            let is_option = word.starts_with('-');
            if is_option && word.split_once('=').is_some_and(|it| it.1 == value) {
                continue;
            }
            if (is_option || word == "workspace") && rest.as_slice().first().is_some_and(|it| it == value) {
                rest.next();
                continue;
            }
            res.push(word.clone());
        }
        Some((place, res))
    }
}

/// The one place that a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside<'a> {
    /// A folder, from the one that it runs in.
    Folder(&'a str),
    /// A package of the workspace, as written.
    Package(&'a str),
}

/// A package manager's command line, read.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The program, without its folder: `npm`, `npx`, `yarn`…
    pub program: &'static str,
    /// What it is asked for.
    pub action: Action,
    /// For which package.
    pub target: Target,
    /// Flags and operands, for those who look closer.
    pub(crate) arguments: Arguments,
}

impl Invocation {
    /// Reads `words`, the program first; `None` where that is no package manager.
    #[must_use]
    pub fn read(words: &[String]) -> Option<Self> {
        let (program, arguments) = words.split_first()?;
        let syntax = managers::syntax_of(crate::paths::file_name(program))?;
        Some((syntax.read)(syntax.program, arguments))
    }

    /// Whether a flag makes it look for a script elsewhere, or go on where there is none.
    #[must_use]
    pub(crate) fn looks_elsewhere(&self) -> bool {
        const SPECIAL: &[&str] = &["if-present", "T", "top-level", "B", "binaries-only", "workspace-root", "bun"];
        // To the others `-w` names a package.
        self.arguments.has(SPECIAL) || (self.manager() == Manager::Pnpm && self.arguments.has(&["w"]))
    }

    /// The manager; for `yarn` the first one, since the words alone can't tell.
    #[must_use]
    pub fn manager(&self) -> Manager {
        managers::syntax_of(self.program).map_or(Manager::Npm, |it| it.manager)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    fn read(line: &str) -> Invocation {
        Invocation::read(&words(line)).unwrap_or_else(|| panic!("{line} is read"))
    }

    #[test]
    fn in_another_folder() {
        let (folder, package) = (Inside::Folder, Inside::Package);
        for (line, expected) in [
            ("npm --prefix server start", Some((folder("server"), "npm start"))),
            ("npm start --prefix=server", Some((folder("server"), "npm start"))),
            ("npm -C server run x", Some((folder("server"), "npm run x"))),
            ("yarn --cwd server start", Some((folder("server"), "yarn start"))),
            ("pnpm --dir server start", Some((folder("server"), "pnpm start"))),
            ("npm start -w api", Some((package("api"), "npm start"))),
            ("npm run start --workspace=apps/api", Some((package("apps/api"), "npm run start"))),
            ("pnpm --filter ./apps/api run start", Some((package("./apps/api"), "pnpm run start"))),
            ("yarn workspace @x/api start", Some((package("@x/api"), "yarn start"))),
            ("npm start -w api -w web", None),
            ("npm -w api --prefix server start", None),
            ("npm start", None),
        ] {
            let found = read(line);
            let inside = found.target.inside(&words(line));
            assert_eq!(inside, expected.map(|(folder, rest)| (folder, words(rest))), "{line}");
        }
    }

    #[test]
    fn installs() {
        use Verb::*;
        for (line, verb) in [
            ("npm ci --omit=dev", CleanInstall),
            ("npm clean-install", CleanInstall),
            ("npm cit", CleanInstall),
            ("npm i", Install),
            ("npm insta", Install),
            ("npm isntall", Install),
            ("npm --prefix server install", Install),
            ("npm --loglevel warn install", Install),
            ("npm --loglevel=warn --no-fund i", Install),
            ("/usr/local/bin/npm i", Install),
            ("npm install --no-save sharp", Add),
            ("npm i --save-dev typescript", Add),
            ("npm rb", Rebuild),
            ("npm prune --omit=dev", Prune),
            ("npm update", Update),
            ("npm up", Update),
            ("npm dedupe", Update),
            ("npm un husky", Remove),
            ("yarn", Install),
            ("yarn --frozen-lockfile", Install),
            ("yarn --cwd web", Install),
            ("yarn add x", Add),
            ("yarn upgrade", Update),
            ("yarn workspaces focus --all --production", Focus),
            ("pnpm i --frozen-lockfile", Install),
            ("pnpm -r install", Install),
            ("pnpm add x", Add),
            ("pnpm up", Update),
            ("pnpm prune --prod", Prune),
            ("pnpm ci", CleanInstall),
            ("bun install", Install),
            ("bun i x", Add),
            ("bun ci", CleanInstall),
        ] {
            assert_eq!(read(line).action, Action::Install(verb), "{line}");
        }
    }

    #[test]
    fn scripts_and_programs() {
        let script = |it: &str| Action::Script(words(it));
        let run = |it: &str| Action::Run(words(it));
        let exec = |it: &str| Action::Exec(words(it));
        for (line, expected) in [
            ("npm run build -- --prod", script("build --prod")),
            ("npm --loglevel warn run assets", script("assets")),
            ("npm run --silent build", script("build")),
            ("npm run-script build", script("build")),
            ("npm rum build", script("build")),
            ("npm start", script("start")),
            ("npm t", script("test")),
            ("npm restart", script("restart")),
            ("npm -w api run build", script("build")),
            ("npm x -- tsc -p .", exec("tsc -p .")),
            ("npx tsc", exec("tsc")),
            ("npx -y prisma@5 generate", exec("prisma generate")),
            ("npx -p typescript tsc", exec("tsc")),
            ("npx --package=typescript tsc --noEmit", exec("tsc --noEmit")),
            ("npx @nestjs/cli@10 build", exec("@nestjs/cli build")),
            ("bunx tsc", exec("tsc")),
            ("yarn build", run("build")),
            ("yarn run build", run("build")),
            ("yarn start", run("start")),
            ("yarn workspace web build", run("build")),
            ("yarn workspace web run build", run("build")),
            ("yarn workspaces foreach -A run build", run("build")),
            ("yarn exec tsc", exec("tsc")),
            ("yarn dlx tsc", exec("tsc")),
            ("pnpm -r build", run("build")),
            ("pnpm --filter api build", run("build")),
            ("pnpm -F api... run build", run("build")),
            ("pnpm exec tsc", exec("tsc")),
            ("pnpm dlx tsc", exec("tsc")),
            ("pnpm start", run("start")),
            ("bun run build", run("build")),
            ("bun --bun run build", run("build")),
            ("bun x tsc", exec("tsc")),
            ("npx -c vite", Action::Shell("vite".to_owned())),
            ("yarn node x.js", Action::Node(words("x.js"))),
        ] {
            assert_eq!(read(line).action, expected, "{line}");
        }
    }

    #[test]
    fn the_rest() {
        for (line, expected) in [
            ("npm i -g pnpm@9", Action::Global(words("pnpm@9"))),
            ("npm install --location=global pnpm", Action::Global(words("pnpm"))),
            ("npm update -g npm", Action::Global(words("npm"))),
            ("npm uninstall -g npm", Action::Idle),
            ("npm uninstall x", Action::Install(Verb::Remove)),
            ("yarn global add serve", Action::Global(words("serve"))),
            ("pnpm add -g serve", Action::Global(words("serve"))),
            ("npm cache clean --force", Action::CleanCache),
            ("yarn cache clean", Action::CleanCache),
            ("pnpm store prune", Action::CleanCache),
            ("yarn --version", Action::Idle),
            ("npm -v", Action::Idle),
            ("npm config set registry https://registry.test", Action::Idle),
            ("npm pkg delete scripts.prepare", Action::Idle),
            ("yarn config set registry https://registry.test", Action::Idle),
            ("pnpm fetch", Action::Idle),
            ("pnpm --filter api deploy --prod /out", Action::Deploy("/out".to_owned())),
            ("npm frobnicate", Action::Unknown),
            ("npm publish", Action::Unknown),
        ] {
            assert_eq!(read(line).action, expected, "{line}");
        }
        assert!(Invocation::read(&words("node server.js")).is_none());
    }

    #[test]
    fn targets() {
        let target = |line: &str| read(line).target;
        assert_eq!(target("npm --prefix server start").folder.as_deref(), Some("server"));
        assert_eq!(target("pnpm -C web build").folder.as_deref(), Some("web"));
        assert_eq!(target("yarn --cwd=web build").folder.as_deref(), Some("web"));
        assert_eq!(target("bun --cwd web run build").folder.as_deref(), Some("web"));
        assert_eq!(target("npm run build -w a --workspace=b").packages, ["a", "b"]);
        assert_eq!(target("yarn workspace web build").packages, ["web"]);
        assert_eq!(target("pnpm -F web build").packages, ["web"]);
        assert!(target("npm run build --workspaces").all && target("pnpm -r build").all);
        assert!(!target("npm run build -- -w a").is_elsewhere());
        assert!(!target("pnpm -w build").is_elsewhere());
    }
}
