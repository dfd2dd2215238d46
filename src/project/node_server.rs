//! A server that the app's framework builds for `node` itself: SvelteKit's with its adapter for Node, Nitro's.
//!
//! Worked example: `vite preview` of a SvelteKit app with `@sveltejs/adapter-node` shows what `vite build` put into `build`;
//! `node build/index.js` serves it.

use super::outputs::framework;
use super::{App, Program, Reason};
use crate::ecosystem::servers;
use crate::paths;

/// How it is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeServer {
    /// The file for `node`, from the app's folder.
    pub file: String,
    /// A variable without which nobody outside of the container reaches it, and its value.
    pub needs: Option<(&'static str, &'static str)>,
    /// Where it listens without `PORT`.
    pub port: u16,
    /// Whether the program runs the same build, and nothing but that.
    pub is_same: bool,
}

/// The one in the place of `program`; `None` where its framework is known to build none.
pub(super) fn of(app: &App, program: &Program) -> Option<Result<NodeServer, Reason>> {
    let mut all = servers::by_node(&program.name, &program.arguments);
    let (server, is_same) = all.find(|it| framework::applies(app, &it.0.made))?;
    let read = |folders: Vec<String>| NodeServer {
        file: paths::join(&folders[0], server.file),
        needs: server.needs,
        port: server.port,
        is_same,
    };
    Some(framework::folders(app, &server.made, "").map(read))
}

#[cfg(test)]
mod tests {
    use crate::project::testing::app_with;

    #[track_caller]
    fn check(command: &str, (config, text): (&str, &str), expected: &str) {
        let app = app_with(&[("package.json", "{}"), (config, text)]);
        let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        let start = app.start(&words);
        let found = match app.node_server(&start.programs[0]) {
            None => String::new(),
            Some(Err(reason)) => reason.to_string(),
            Some(Ok(it)) => it.file,
        };
        assert_eq!(found, expected, "{command} {text}");
    }

    #[test]
    fn by_the_configuration() {
        let svelte = |text| ("svelte.config.js", text);
        check("vite preview", svelte("import adapter from '@sveltejs/adapter-node'"), "build/index.js");
        let out = "import adapter from '@sveltejs/adapter-node'; export default { kit: { adapter: adapter({ out: 'dist' }) } }";
        check("vite", svelte(out), "dist/index.js");
        check("vite build", svelte(out), "");
        check("vite preview", svelte("import adapter from '@sveltejs/adapter-auto'"), "");
        check("vite preview", ("vite.config.ts", "import { nitro } from 'nitro/vite'"), ".output/server/index.mjs");
        check("vinxi start", ("app.config.ts", "export default {}"), ".output/server/index.mjs");
        check(
            "vinxi start",
            ("app.config.ts", "export default { server: { preset: 'vercel' } }"),
            "`app.config.ts` sets `preset`",
        );
        let astro = |mode: &str| {
            format!("import node from '@astrojs/node'; export default {{ adapter: node({{ mode: '{mode}' }}) }}")
        };
        check("astro dev", ("astro.config.mjs", &astro("standalone")), "dist/server/entry.mjs");
        check("astro dev", ("astro.config.mjs", &astro("middleware")), "`astro.config.mjs` sets `mode`");
    }
}
