//! Servers of frameworks: what their build makes, and what of the project they read besides when they start.

/// A framework whose own server runs what its build made, with the packages of a production install.
pub(crate) struct Server {
    /// The program that serves.
    pub(crate) program: &'static str,
    /// Its first word; `""` is any.
    pub(crate) word: &'static str,
    /// The program and the word that build.
    pub(crate) build: (&'static str, &'static str),
    /// What the build makes, from the app's folder.
    pub(crate) outputs: &'static [&'static str],
    /// Files and folders of the project that the server reads, where they are there.
    pub(crate) reads: &'static [&'static str],
    /// Files of variables that the server reads as well: they should not be in the image.
    pub(crate) environment: &'static [&'static str],
    /// The names of its configuration, without the extension, and the settings in it that move the output or make
    /// another kind of it.
    pub(crate) config: (&'static str, &'static [&'static str]),
}

const NEXT_READS: &[&str] =
    &["public", "next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts", "next-i18next.config.js"];

/// Sources: the frameworks' own pages on deployment (FACTS §2.3).
const SERVERS: &[Server] = &[
    Server {
        program: "next",
        word: "start",
        build: ("next", "build"),
        outputs: &[".next"],
        reads: NEXT_READS,
        environment: &[".env", ".env.local", ".env.production", ".env.production.local"],
        config: ("next.config", &["distDir", "output:", "output :", "\"output\""]),
    },
    Server {
        program: "react-router-serve",
        word: "",
        build: ("react-router", "build"),
        outputs: &["build"],
        reads: &[],
        environment: &[],
        config: ("react-router.config", &["buildDirectory", "ssr: false", "ssr:false"]),
    },
    Server {
        program: "remix-serve",
        word: "",
        build: ("remix", "vite:build"),
        outputs: &["build"],
        reads: &["public"],
        environment: &[],
        config: ("vite.config", &["buildDirectory", "ssr: false", "ssr:false"]),
    },
];

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

/// The row of the framework that these words build.
pub(crate) fn built(program: &str, arguments: &[String]) -> Option<&'static Server> {
    SERVERS.iter().find(|it| it.build.0 == program && arguments.iter().any(|word| word == it.build.1))
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
        assert_eq!(built("next", &words("build --turbopack")).map(|it| it.outputs), Some(&[".next"][..]));
        assert!(built("next", &words("lint")).is_none());
    }
}
