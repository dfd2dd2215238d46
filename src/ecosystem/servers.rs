//! Servers of frameworks: what their build makes, and what of the project they read besides when they start.

use super::frameworks::{Made, When};

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
}

const NEXT_READS: &[&str] =
    &["public", "next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts", "next-i18next.config.js"];

/// Sources: the frameworks' own pages on deployment (FACTS §2.3).
const SERVERS: &[Server] = &[
    Server {
        program: "next",
        word: "start",
        made: Made {
            build: ("next", "build"),
            outputs: &[".next"],
            config: "next.config",
            when: When::Always,
            folder: "distDir",
            moves: &[("output", "standalone")],
        },
        reads: NEXT_READS,
        environment: &[".env", ".env.local", ".env.production", ".env.production.local"],
    },
    Server {
        program: "react-router-serve",
        word: "",
        made: Made {
            build: ("react-router", "build"),
            outputs: &["build"],
            config: "react-router.config",
            when: When::Always,
            folder: "",
            moves: &[("buildDirectory", "build"), ("ssr", "true")],
        },
        reads: &[],
        environment: &[],
    },
    Server {
        program: "remix-serve",
        word: "",
        made: Made {
            build: ("remix", "vite:build"),
            outputs: &["build"],
            config: "vite.config",
            when: When::Always,
            folder: "",
            moves: &[("buildDirectory", "build"), ("ssr", "true")],
        },
        reads: &["public"],
        environment: &[],
    },
];

/// Builds whose output `node` starts itself.
const STARTED_BY_NODE: &[Made] = &[
    Made {
        build: ("astro", "build"),
        outputs: &["dist"],
        config: "astro.config",
        when: When::Imports("@astrojs/node"),
        folder: "outDir",
        moves: &[("root", "."), ("client", ""), ("server", "")],
    },
    Made {
        build: ("vite", "build"),
        outputs: &["build"],
        config: "svelte.config",
        when: When::Imports("@sveltejs/adapter-node"),
        folder: "out",
        moves: &[],
    },
    Made {
        build: ("vite", "build"),
        outputs: &[NITRO],
        config: "vite.config",
        when: When::Starts(".output/server/index.mjs"),
        folder: "",
        moves: &[("outDir", ""), ("root", "."), ("output", "")],
    },
    Made {
        build: ("vinxi", "build"),
        outputs: &[NITRO],
        config: "app.config",
        when: When::Starts(".output/server/index.mjs"),
        folder: "",
        moves: &[("output", ""), ("preset", "node-server")],
    },
    Made {
        build: ("nuxt", "build"),
        outputs: &[NITRO],
        config: "nuxt.config",
        when: When::Always,
        folder: "",
        moves: &[("output", ""), ("preset", "node-server"), ("buildDir", ""), ("rootDir", "")],
    },
];

/// The folder of Nitro, the server in Nuxt, TanStack Start and SolidStart.
const NITRO: &str = ".output";

/// Folders of servers that bring the packages that they need, and look for nothing outside of it: Nitro's, and Next's with
/// `output: 'standalone'`.
const OWN: &[&str] = &[NITRO, ".next/standalone"];

/// The folder of such a server that `file`, from the app's folder, is in.
pub(crate) fn own_folder(file: &str) -> Option<&'static str> {
    OWN.iter().copied().find(|it| crate::paths::contains(it, file))
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

/// What the builds make.
pub(super) fn made() -> impl Iterator<Item = &'static Made> {
    SERVERS.iter().map(|it| &it.made).chain(STARTED_BY_NODE)
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
