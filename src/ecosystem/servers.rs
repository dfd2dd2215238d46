//! Servers of frameworks: what their build makes, and what of the project they read besides when they start.

use super::frameworks::{MADE, Made, When};

mod by_node;

pub(crate) use by_node::NodeServer;
use by_node::{NITRO, STARTED_BY_NODE};

/// A framework whose own server runs what its build made, with the packages of a production install.
pub(crate) struct Server {
    /// The program that serves.
    pub(crate) program: &'static str,
    /// Its first word; `""` is any.
    pub(crate) word: &'static str,
    /// What its build makes.
    pub(crate) made: Made,
    /// Files and folders of the project that the server reads, where they are there.
    pub(crate) reads: &'static [&'static str],
    /// Files of variables that the server reads as well: they should not be in the image.
    pub(crate) environment: &'static [&'static str],
    /// A configuration that it compiles when it starts, with a package that it does not bring.
    pub(crate) compiled: Option<Compiled>,
}

/// A file of the project that a server compiles when it starts.
pub(crate) struct Compiled {
    /// From the app's folder.
    pub(crate) file: &'static str,
    /// What compiles it.
    pub(crate) by: &'static str,
    /// The package of the server.
    pub(crate) of: &'static str,
    /// Its versions that do so.
    pub(crate) versions: &'static str,
}

const NEXT_READS: &[&str] =
    &["public", "next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts", "next-i18next.config.js"];

/// Next's pages on its folders and file conventions, 12 to 16. What these import is followed from there. The configuration is
/// read when the server starts.
const NEXT_SOURCES: &[&str] = &[
    "app",
    "pages",
    "src/app",
    "src/pages",
    "middleware.js",
    "middleware.ts",
    "proxy.js",
    "proxy.ts",
    "instrumentation.js",
    "instrumentation.ts",
    "src/middleware.js",
    "src/middleware.ts",
    "src/proxy.js",
    "src/proxy.ts",
    "src/instrumentation.js",
    "src/instrumentation.ts",
    "next.config.js",
    "next.config.mjs",
    "next.config.cjs",
    "next.config.ts",
];

/// The `appDirectory` of React Router and Remix where no setting says otherwise; its routes are told to the build alone.
const REACT_ROUTER_SOURCES: &[&str] = &["app", "!app/routes.ts", "!app/routes.js", "!app/routes.tsx"];

/// What modules of frameworks are called that no package of npm brings, by how they begin, and the package that knows them:
/// parts of its own, or the app's code, all of which is read.
const BUILT_IN: &[(&str, &str)] = &[
    ("server-only", "next"),
    ("client-only", "next"),
    ("$app", "@sveltejs/kit"),
    ("$env", "@sveltejs/kit"),
    ("$lib", "@sveltejs/kit"),
    ("astro:", "astro"),
    ("#app", "nuxt"),
    ("#components", "nuxt"),
    ("#imports", "nuxt"),
    ("virtual:react-router", "@react-router/dev"),
];

/// Packages that a `next.config` takes settings through, and that have the server read nothing else of the project when it starts.
const NEXT_PLUGINS: &[&str] = &[
    "@ducanh2912/next-pwa",
    "@next/bundle-analyzer",
    "@next/env",
    "@next/mdx",
    "@sentry/nextjs",
    "@serwist/next",
    "@svgr/webpack",
    "copy-webpack-plugin",
    "next",
    "next-compose-plugins",
    "next-intl",
    "next-pwa",
    "next-transpile-modules",
    "webpack",
];

/// Whether a module of that path is a configuration of Next by which `package` may read other files of the project when the server
/// starts: `next-translate-plugin` has it load `i18n.js`.
pub(crate) fn may_read_more(path: &str, package: &str) -> bool {
    path.starts_with("next.config.") && !NEXT_PLUGINS.contains(&package)
}

/// Whether `package` is one of these, in an app that names what `is_named` says.
pub(crate) fn is_built_in(package: &str, is_named: impl Fn(&str) -> bool) -> bool {
    BUILT_IN.iter().any(|(start, framework)| package.starts_with(start) && is_named(framework))
}

/// Whether the text of a framework's configuration may say that its code lies elsewhere than where it is looked for: React
/// Router's `appDirectory`, Astro's and Nuxt's `srcDir`, SvelteKit's `files`, Nitro's `scanDirs`.
pub(crate) fn moves_sources(text: &str) -> bool {
    ["appDirectory", "srcDir", "serverDir", "scanDirs", "files:", "rootDir"].iter().any(|it| text.contains(it))
}

/// Where TypeScript is absent, `next start` has npm install it ("Installing TypeScript as it was not found"), and stops where
/// its user may not. Run with 15.5.6; read in 15.3.9, 15.4.1, 16.1.6 and 16.2.0.
const NEXT_COMPILED: Compiled =
    Compiled { file: "next.config.ts", by: "typescript", of: "next", versions: ">=15.4.0 <16.2.0" };

/// `presets` are those of providers: with Vercel's, `build/server` holds a folder for each of its functions.
const REACT_ROUTER_MOVES: &[(&str, &str)] = &[
    ("buildDirectory", "build"),
    ("ssr", "true"),
    ("presets", ""),
    ("serverBundles", ""),
    ("serverBuildFile", "index.js"),
];

/// Sources: the frameworks' own pages on deployment (FACTS §2.3).
const SERVERS: &[Server] = &[
    Server {
        program: "next",
        word: "start",
        made: Made {
            build: ("next", "build"),
            outputs: &[".next"],
            config: &["next.config"],
            when: When::Always,
            folder: "distDir",
            moves: &[("output", "standalone")],
            sources: NEXT_SOURCES,
            ..MADE
        },
        reads: NEXT_READS,
        environment: &[".env", ".env.local", ".env.production", ".env.production.local"],
        compiled: Some(NEXT_COMPILED),
    },
    Server {
        program: "react-router-serve",
        word: "",
        made: Made {
            build: ("react-router", "build"),
            outputs: &["build"],
            config: &["react-router.config"],
            when: When::Always,
            moves: REACT_ROUTER_MOVES,
            sources: REACT_ROUTER_SOURCES,
            imports: &["@react-router/node", "isbot", "react", "react-dom", "react-router"],
            ..MADE
        },
        reads: &[],
        environment: &[],
        compiled: None,
    },
    Server {
        program: "remix-serve",
        word: "",
        made: Made {
            build: ("remix", "vite:build"),
            outputs: &["build"],
            config: &["vite.config"],
            when: When::Always,
            moves: REACT_ROUTER_MOVES,
            by_plugin: true,
            sources: REACT_ROUTER_SOURCES,
            imports: &["@remix-run/node", "@remix-run/react", "isbot", "react", "react-dom"],
            ..MADE
        },
        reads: &["public"],
        environment: &[],
        compiled: None,
    },
    Server {
        program: "blitz",
        word: "start",
        made: Made {
            build: ("blitz", "build"),
            outputs: &[".next"],
            config: &["next.config"],
            folder: "distDir",
            moves: &[("output", "")],
            ..MADE
        },
        reads: NEXT_READS,
        environment: &[".env", ".env.local", ".env.production", ".env.production.local"],
        compiled: None,
    },
];

/// Other builds of these frameworks.
const BUILDS: &[Made] = &[
    // Remix 2.10.0 without Vite, `remix build`.
    Made {
        build: ("remix", "build"),
        outputs: &["build", "public/build"],
        config: &["remix.config"],
        moves: &[
            ("serverBuildPath", "build/index.js"),
            ("serverBuildDirectory", "build"),
            ("assetsBuildDirectory", "public/build"),
            ("server", ""),
            ("serverPlatform", "node"),
        ],
        ..MADE
    },
    // Nuxt 3.21.11, `nuxt generate`: a site, and no server.
    Made {
        build: ("nuxt", "generate"),
        outputs: &[".output/public"],
        config: &["nuxt.config"],
        moves: &[("output", ""), ("preset", "static"), ("buildDir", ""), ("rootDir", "")],
        ..MADE
    },
];

/// Folders of servers that bring the packages that they need, and look for nothing outside of it: Nitro's, and Next's with
/// `output: 'standalone'`.
const OWN: &[&str] = &[NITRO, STANDALONE];
const STANDALONE: &str = ".next/standalone";

/// The folder of such a server that `file`, from the app's folder, is in.
pub(crate) fn own_folder(file: &str) -> Option<&'static str> {
    OWN.iter().copied().find(|it| crate::paths::contains(it, file))
}

/// What is known of the build that makes the server in `file`, from the app's folder: one for Node, or Next's that brings its
/// packages.
pub(crate) fn built_as(file: &str) -> Option<&'static Made> {
    if own_folder(file) == Some(STANDALONE) {
        return SERVERS.iter().find(|it| it.program == "next").map(|it| &it.made);
    }
    let is_made = |it: &&NodeServer| it.made.outputs.iter().any(|folder| format!("{folder}/{}", it.file) == file);
    STARTED_BY_NODE.iter().find(is_made).map(|it| &it.made)
}

/// Whether a server, or else the one that brings its packages, writes a cache beside its output: Next's images and pages.
pub(crate) fn keeps_cache(server: Option<&Server>) -> bool {
    server.is_none_or(|it| it.made.outputs == [".next"])
}

/// Whether `folder`, wherever it lies, is one of these by its name.
pub(crate) fn is_own_folder(folder: &str) -> bool {
    OWN.iter().any(|it| folder.strip_suffix(it).is_some_and(|rest| rest.is_empty() || rest.ends_with('/')))
}

/// Other programs that serve what is built already and ask nothing of the manager that starts them, with the first word
/// that makes them that; `""` is any. What their builds make is not written here yet.
const OTHERS: &[(&str, &str)] = &[
    ("fastify", "start"),
    ("http-server", ""),
    ("keystone", "start"),
    ("medusa", "start"),
    ("nuxt", "start"),
    ("serve", ""),
    ("sirv", ""),
    ("strapi", "start"),
];

/// Whether these words only serve what is built.
pub(crate) fn serves_output(program: &str, arguments: &[String]) -> bool {
    let first = arguments.first().map_or("", String::as_str);
    let is_other = OTHERS.iter().any(|it| it.0 == program && (it.1.is_empty() || it.1 == first));
    is_other || serving(program, arguments).is_some()
}

/// The row of the server that these words start.
pub(crate) fn serving(program: &str, arguments: &[String]) -> Option<&'static Server> {
    let first = arguments.first().map_or("", String::as_str);
    SERVERS.iter().find(|it| it.program == program && (it.word.is_empty() || it.word == first))
}

/// The servers of the framework that these words start, and whether they only run what is built already.
pub(crate) fn by_node<'a>(
    program: &'a str,
    arguments: &'a [String],
) -> impl Iterator<Item = (&'static NodeServer, bool)> + 'a {
    let first = arguments.first().filter(|it| !it.starts_with('-')).map_or("", String::as_str);
    let has = move |all: &[(&str, &str)]| all.contains(&(program, first));
    let all = STARTED_BY_NODE.iter().map(move |it| (it, has(it.starts), has(it.serves)));
    all.filter(|it| it.1 || it.2).map(|it| (it.0, it.1))
}

/// Words that show a build of a server, whatever the configuration says.
const PREVIEWS: &[(&str, &str)] = &[("nitro", "preview"), ("nuxi", "preview"), ("nuxt", "preview")];

/// Whether a program by these words only shows what was built before.
pub(super) fn is_preview(program: &str, arguments: &[String]) -> bool {
    arguments.first().is_some_and(|it| PREVIEWS.contains(&(program, it)))
}

/// What the builds make.
pub(super) fn made() -> impl Iterator<Item = &'static Made> {
    SERVERS.iter().map(|it| &it.made).chain(BUILDS).chain(STARTED_BY_NODE.iter().map(|it| &it.made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_by_its_words() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(serving("next", &words("start -p 3000")).is_some());
        assert!(serving("next", &words("dev")).is_none());
        assert!(serves_output("next", &words("start")) && !serves_output("next", &words("dev")));
        assert!(serves_output("serve", &words("-s dist")) && !serves_output("strapi", &words("develop")));
        assert!(serving("remix-serve", &words("./build/server/index.js")).is_some());
    }
}
