//! Servers that builds make for `node` itself, one row for each.

use crate::ecosystem::frameworks::{MADE, Made, When};

/// A server that a build makes for `node` itself.
pub(crate) struct NodeServer {
    /// What the build makes.
    pub(crate) made: Made,
    /// The file that starts it, from the output's folder.
    pub(crate) file: &'static str,
    /// What else runs the same build: the program, and its first word; `""` is none.
    pub(crate) starts: &'static [(&'static str, &'static str)],
    /// The development servers of the same framework.
    pub(crate) serves: &'static [(&'static str, &'static str)],
    /// A variable without which nobody outside of the container reaches it.
    pub(crate) needs: Option<(&'static str, &'static str)>,
    /// Where it listens without `PORT`.
    pub(crate) port: u16,
}

const VITE_DEV: &[(&str, &str)] = &[("vite", ""), ("vite", "dev"), ("vite", "serve")];
const VITE_PREVIEW: &[(&str, &str)] = &[("vite", "preview")];

const SVELTE: NodeServer = NodeServer {
    made: Made {
        build: ("vite", "build"),
        outputs: &["build"],
        config: &["svelte.config"],
        when: When::Imports("@sveltejs/adapter-node"),
        folder: "out",
        // SvelteKit's page on adapter-node: Rollup takes devDependencies in, and leaves dependencies outside.
        bundles_dev: true,
        sources: &["src"],
        ..MADE
    },
    file: "index.js",
    starts: VITE_PREVIEW,
    serves: VITE_DEV,
    needs: None,
    port: 3000,
};

/// Sources: the frameworks' own pages on deployment. Run with nothing beside the output: nitropack 2.13.6, `nitro build`; nitro
/// 3.0.1-alpha.0 with TanStack Start 1.133, `vite build`; xmcp 0.1.13, `xmcp build`. Astro 5.18.2 with @astrojs/node 9.5.5
/// listens on 127.0.0.1 without `HOST`.
pub(super) const STARTED_BY_NODE: &[NodeServer] = &[
    NodeServer {
        made: Made {
            build: ("astro", "build"),
            outputs: &["dist"],
            config: &["astro.config"],
            when: When::Imports("@astrojs/node"),
            folder: "outDir",
            moves: &[("root", "."), ("client", ""), ("server", ""), ("mode", "standalone")],
            sources: &["src"],
            imports: &["@astrojs/node", "astro"],
            ..MADE
        },
        file: "server/entry.mjs",
        starts: &[("astro", "preview")],
        serves: &[("astro", "dev"), ("astro", "start")],
        needs: Some(("HOST", "0.0.0.0")),
        port: 4321,
    },
    SVELTE,
    // As `sv create` writes it since 0.15: the adapter is an option of the plugin.
    NodeServer {
        made: Made { config: &["vite.config"], folder: "", moves: &[("out", "build")], by_plugin: true, ..SVELTE.made },
        ..SVELTE
    },
    NodeServer {
        made: Made {
            build: ("vite", "build"),
            outputs: &[NITRO],
            config: &["vite.config", "nitro.config"],
            when: When::Imports("nitro/vite"),
            moves: NITRO_MOVES,
            by_plugin: true,
            sources: NITRO_SOURCES,
            ..MADE
        },
        file: NITRO_FILE,
        starts: VITE_PREVIEW,
        serves: VITE_DEV,
        needs: None,
        port: 3000,
    },
    NodeServer {
        made: Made {
            build: ("vite", "build"),
            outputs: &[NITRO],
            config: &["vite.config"],
            when: When::Starts(".output/server/index.mjs"),
            moves: &[("outDir", ""), ("root", "."), ("output", "")],
            ..MADE
        },
        file: NITRO_FILE,
        starts: VITE_PREVIEW,
        serves: VITE_DEV,
        needs: None,
        port: 3000,
    },
    NodeServer {
        made: Made {
            build: ("vinxi", "build"),
            outputs: &[NITRO],
            config: &["app.config"],
            moves: NITRO_MOVES,
            ..MADE
        },
        file: NITRO_FILE,
        starts: &[("vinxi", "start")],
        serves: &[("vinxi", "dev")],
        needs: None,
        port: 3000,
    },
    NodeServer {
        made: Made {
            build: ("nuxt", "build"),
            outputs: &[NITRO],
            config: &["nuxt.config"],
            moves: &[("output", ""), ("preset", "node-server"), ("buildDir", ""), ("rootDir", "")],
            ..MADE
        },
        file: NITRO_FILE,
        starts: &[("nuxt", "preview"), ("nuxi", "preview")],
        serves: &[("nuxt", "dev"), ("nuxi", "dev")],
        needs: None,
        port: 3000,
    },
    NodeServer {
        made: Made {
            build: ("nitro", "build"),
            outputs: &[NITRO],
            config: &["nitro.config"],
            moves: NITRO_MOVES,
            ..MADE
        },
        file: NITRO_FILE,
        starts: &[("nitro", "preview")],
        serves: &[("nitro", "dev"), ("nitropack", "dev")],
        needs: None,
        port: 3000,
    },
    NodeServer {
        made: Made {
            build: ("xmcp", "build"),
            outputs: &["dist"],
            config: &["xmcp.config"],
            moves: &[("adapter", "")],
            ..MADE
        },
        file: "http.js",
        starts: &[],
        serves: &[("xmcp", "dev")],
        needs: None,
        port: 3001,
    },
];

/// The folder of Nitro, the server in Nuxt, TanStack Start and SolidStart.
pub(super) const NITRO: &str = ".output";
/// The folders of Nitro and of the frameworks on it, TanStack Start, SolidStart and Nuxt 3 and 4.
const NITRO_SOURCES: &[&str] = &[
    "src",
    "app",
    "server",
    "routes",
    "api",
    "plugins",
    "middleware",
    "pages",
    "layouts",
    "components",
    "composables",
    "app.vue",
];
const NITRO_FILE: &str = "server/index.mjs";
/// Its settings; a provider's preset makes another output.
const NITRO_MOVES: &[(&str, &str)] =
    &[("output", ""), ("preset", "node-server"), ("outDir", ""), ("root", "."), ("rootDir", "."), ("buildDir", "")];
