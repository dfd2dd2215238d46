//! One row for each tool, and for each kind of site that it makes.

use super::Site;
use crate::ecosystem::frameworks::{MADE, Made, Operand, When};

/// A row with nothing in it.
const SITE: Site = Site {
    made: MADE,
    serves: &[],
    previews: &[],
    ports: (0, 0),
    is_open: false,
    falls_back: false,
    does_more: &[],
    beside: &[],
    words: &[],
    packages: &[],
    reads_port: false,
};

/// Plugins of Vite that make a server, or answer requests while one works. Sources: their own pages.
const VITE_SERVERS: &[&str] = &[
    "@analogjs/platform",
    "@builder.io/qwik-city",
    "@cloudflare/vite-plugin",
    "@hono/vite-build",
    "@hono/vite-dev-server",
    "@qwik.dev/router",
    "@react-router/dev",
    "@redwoodjs/vite",
    "@remix-run/dev",
    "@shopify/hydrogen",
    "@solidjs/start",
    "@sveltejs/kit",
    "@tanstack/react-start",
    "@tanstack/solid-start",
    "laravel-vite-plugin",
    "nitro/vite",
    "rwsdk",
    "solid-start",
    "vike",
    "vite-plugin-mock",
    "vite-plugin-node",
    "vite-plugin-ssr",
    "vite-plugin-vercel",
];

const VITE: &[&str] =
    &["base", "proxy", "configureServer", "configurePreviewServer", "middlewares", "appType", "https"];

const STORYBOOK: Site = Site {
    made: Made { outputs: &["storybook-static"], ..MADE },
    ports: (6006, 6006),
    is_open: true,
    beside: &[".storybook/middleware.js", ".storybook/middleware.ts"],
    ..SITE
};

const SVELTE_STATIC: &str = "@sveltejs/adapter-static";

/// SvelteKit's static adapter, with a file for each page.
const SVELTE: Site = Site {
    made: Made {
        build: ("vite", "build"),
        outputs: &["build"],
        config: &["svelte.config"],
        when: When::Imports(SVELTE_STATIC),
        folder: "pages",
        moves: &[("fallback", ""), ("assets", ""), ("outDir", "")],
        ..MADE
    },
    serves: &[("vite", ""), ("vite", "dev")],
    previews: &[("vite", "preview")],
    ports: (5173, 4173),
    does_more: &["base", "paths"],
    ..SITE
};

/// The same with one page.
const SVELTE_PAGE: Site = Site {
    made: Made { moves: &[("assets", ""), ("outDir", "")], ..SVELTE.made },
    falls_back: true,
    beside: &["src/routes/**/+server.", "src/routes/**/+page.server.", "src/routes/**/+layout.server."],
    ..SVELTE
};

/// What those that bend Create React App may set: where webpack puts things, and what its server does.
const CRA_MOVES: &[(&str, &str)] = &[("appBuild", ""), ("output", ""), ("path", ""), ("paths", "")];
const CRA_MORE: &[&str] = &["devServer", "publicPath", "proxy"];

/// Sources: the tools' own pages on their servers and builds (FACTS §2.2).
pub(super) const SITES: &[Site] = &[
    Site {
        made: Made {
            build: ("vite", "build"),
            outputs: &["dist"],
            config: &["vite.config"],
            when: When::Page("index.html"),
            root: "root",
            folder: "outDir",
            moves: &[("lib", "false"), ("dir", ""), ("ssr", "false"), ("environments", "")],
            unless: VITE_SERVERS,
            ..MADE
        },
        serves: &[("vite", ""), ("vite", "dev"), ("vite", "serve")],
        previews: &[("vite", "preview")],
        ports: (5173, 4173),
        falls_back: true,
        does_more: VITE,
        ..SITE
    },
    Site {
        made: Made {
            build: ("react-scripts", "build"),
            outputs: &["build"],
            when: When::Page("public/index.html"),
            ..MADE
        },
        serves: &[("react-scripts", "start")],
        reads_port: true,
        ports: (3000, 3000),
        is_open: true,
        falls_back: true,
        ..SITE
    },
    // CRACO 7.1.0 with Create React App 5.0.1, `craco build`.
    Site {
        made: Made {
            build: ("craco", "build"),
            outputs: &["build"],
            config: &["craco.config"],
            when: When::Page("public/index.html"),
            moves: CRA_MOVES,
            by_plugin: true,
            ..MADE
        },
        serves: &[("craco", "start")],
        ports: (3000, 3000),
        is_open: true,
        falls_back: true,
        does_more: CRA_MORE,
        reads_port: true,
        ..SITE
    },
    // react-app-rewired 2 with Create React App 5.0.1, `react-app-rewired build`.
    Site {
        made: Made {
            build: ("react-app-rewired", "build"),
            outputs: &["build"],
            config: &["config-overrides"],
            when: When::Page("public/index.html"),
            moves: CRA_MOVES,
            by_plugin: true,
            ..MADE
        },
        serves: &[("react-app-rewired", "start")],
        ports: (3000, 3000),
        is_open: true,
        falls_back: true,
        does_more: CRA_MORE,
        reads_port: true,
        ..SITE
    },
    // Rsbuild 1.7.6, `rsbuild build`.
    Site {
        made: Made {
            build: ("rsbuild", "build"),
            outputs: &["dist"],
            config: &["rsbuild.config"],
            moves: &[("distPath", ""), ("environments", ""), ("target", "web"), ("root", "."), ("html", "")],
            ..MADE
        },
        serves: &[("rsbuild", ""), ("rsbuild", "dev")],
        previews: &[("rsbuild", "preview")],
        ports: (3000, 3000),
        is_open: true,
        falls_back: true,
        does_more: &["base", "assetPrefix", "proxy", "setupMiddlewares", "htmlFallback", "https"],
        ..SITE
    },
    Site {
        made: Made {
            build: ("vue-cli-service", "build"),
            outputs: &["dist"],
            config: &["vue.config"],
            when: When::Page("public/index.html"),
            folder: "outputDir",
            moves: &[("pages", "")],
            ..MADE
        },
        serves: &[("vue-cli-service", "serve")],
        reads_port: true,
        ports: (8080, 8080),
        is_open: true,
        falls_back: true,
        does_more: &["publicPath", "baseUrl", "proxy", "before", "setupMiddlewares", "https", "historyApiFallback"],
        ..SITE
    },
    Site {
        made: Made {
            build: ("astro", "build"),
            outputs: &["dist"],
            config: &["astro.config"],
            folder: "outDir",
            moves: &[("adapter", ""), ("root", "."), ("output", "static"), ("experimental", "")],
            ..MADE
        },
        serves: &[("astro", "dev"), ("astro", "start")],
        previews: &[("astro", "preview")],
        ports: (4321, 4321),
        does_more: &["base", "proxy", "configureServer", "redirects", "https", "trailingSlash"],
        ..SITE
    },
    Site {
        made: Made { build: ("gatsby", "build"), outputs: &["public"], config: &["gatsby-config"], ..MADE },
        serves: &[("gatsby", "develop")],
        previews: &[("gatsby", "serve")],
        ports: (8000, 9000),
        does_more: &["pathPrefix", "assetPrefix", "proxy", "developMiddleware", "https"],
        beside: &["src/api"],
        words: &["getServerData"],
        ..SITE
    },
    Site {
        made: Made { build: ("docusaurus", "build"), outputs: &["build"], config: &["docusaurus.config"], ..MADE },
        serves: &[("docusaurus", "start")],
        previews: &[("docusaurus", "serve")],
        ports: (3000, 3000),
        does_more: &["baseUrl", "configureWebpack", "devServer"],
        ..SITE
    },
    Site {
        made: Made { build: ("ng", "build"), when: When::Page("angular.json"), ..MADE },
        serves: &[("ng", "serve"), ("ng", "s")],
        ports: (4200, 4200),
        falls_back: true,
        ..SITE
    },
    Site {
        made: Made {
            build: ("next", "build"),
            outputs: &["out"],
            config: &["next.config"],
            when: When::Setting("output", "export"),
            folder: "distDir",
            ..MADE
        },
        serves: &[("next", "dev"), ("next", "")],
        previews: &[("next", "start")],
        ports: (3000, 3000),
        is_open: true,
        does_more: &["basePath", "assetPrefix", "redirects", "rewrites", "headers", "trailingSlash"],
        ..SITE
    },
    Site {
        made: Made {
            build: ("react-router", "build"),
            outputs: &["build/client"],
            config: &["react-router.config"],
            when: When::Setting("ssr", "false"),
            moves: &[("buildDirectory", "build"), ("prerender", ""), ("presets", "")],
            ..MADE
        },
        serves: &[("react-router", "dev")],
        previews: &[("react-router-serve", "")],
        ports: (5173, 3000),
        is_open: true,
        falls_back: true,
        does_more: &["basename", "base"],
        ..SITE
    },
    // @sveltejs/adapter-static 3 with `fallback: 'index.html'`: a site of one page.
    Site { made: Made { when: When::Setting("fallback", "index.html"), ..SVELTE_PAGE.made }, ..SVELTE_PAGE },
    SVELTE,
    // The same where the adapter is an option of the plugin, as `sv create` writes it since 0.15.
    Site {
        made: Made {
            config: &["vite.config"],
            when: When::ImportsWith(SVELTE_STATIC, ("fallback", "index.html")),
            folder: "",
            moves: &[("pages", "build"), ("assets", "build"), ("outDir", "")],
            by_plugin: true,
            ..SVELTE_PAGE.made
        },
        ..SVELTE_PAGE
    },
    Site {
        made: Made {
            config: &["vite.config"],
            folder: "",
            moves: &[("fallback", ""), ("pages", "build"), ("assets", "build"), ("outDir", "")],
            by_plugin: true,
            ..SVELTE.made
        },
        ..SVELTE
    },
    // VitePress 1.1.3, `vitepress build docs`: `docs/.vitepress/dist`, served by nginx; `outDir` is from the root.
    Site {
        made: Made {
            build: ("vitepress", "build"),
            outputs: &[".vitepress/dist"],
            config: &[".vitepress/config", ".vitepress/config/index"],
            folder: "outDir",
            operand: Operand::Root,
            ..MADE
        },
        serves: &[("vitepress", ""), ("vitepress", "dev")],
        previews: &[("vitepress", "preview"), ("vitepress", "serve")],
        ports: (5173, 4173),
        does_more: &["base", "proxy", "configureServer", "https"],
        ..SITE
    },
    // VuePress 1.9.7, `vuepress build src`.
    Site {
        made: Made {
            build: ("vuepress", "build"),
            outputs: &[".vuepress/dist"],
            config: &[".vuepress/config"],
            moves: &[("dest", "")],
            operand: Operand::Root,
            ..MADE
        },
        serves: &[("vuepress", "dev")],
        ports: (8080, 8080),
        is_open: true,
        does_more: &["base", "proxy", "beforeDevServer", "https"],
        ..SITE
    },
    // Eleventy 1.0.0, `eleventy`.
    Site {
        made: Made {
            build: ("eleventy", ""),
            outputs: &["_site"],
            config: &[".eleventy", "eleventy.config"],
            folder: "output",
            ..MADE
        },
        serves: &[("eleventy", "--serve")],
        ports: (8080, 8080),
        is_open: true,
        does_more: &["pathPrefix", "middleware", "proxy", "https"],
        ..SITE
    },
    // Hexo 5.4.0, `hexo generate`.
    Site {
        made: Made {
            build: ("hexo", "generate"),
            outputs: &["public"],
            config: &["_config"],
            folder: "public_dir",
            ..MADE
        },
        serves: &[("hexo", "server"), ("hexo", "s")],
        ports: (4000, 4000),
        is_open: true,
        does_more: &["root"],
        ..SITE
    },
    // Docusaurus 1.14.7, `docusaurus-build`.
    Site {
        made: Made {
            build: ("docusaurus-build", ""),
            outputs: &["build/{projectName}"],
            config: &["siteConfig"],
            ..MADE
        },
        serves: &[("docusaurus-start", "")],
        ports: (3000, 3000),
        is_open: true,
        reads_port: true,
        does_more: &["baseUrl"],
        ..SITE
    },
    // Brunch 2.10.17, `brunch build --production`; serve-brunch 0.2 listens on `localhost`.
    Site {
        made: Made {
            build: ("brunch", "build"),
            outputs: &["public"],
            config: &["brunch-config"],
            folder: "public",
            ..MADE
        },
        serves: &[("brunch", "--server"), ("brunch", "-s")],
        ports: (3333, 3333),
        falls_back: true,
        does_more: &["server"],
        beside: &["brunch-server.js", "brunch-server.coffee"],
        ..SITE
    },
    // Parcel 2.8.3, `parcel build` with a page as `source`; its server was read in @parcel/reporter-dev-server 2.
    Site {
        made: Made { build: ("parcel", "build"), outputs: &["dist"], operand: Operand::Page, ..MADE },
        serves: &[("parcel", ""), ("parcel", "serve")],
        ports: (1234, 1234),
        is_open: true,
        falls_back: true,
        beside: &[".proxyrc", ".proxyrc.json", ".proxyrc.js", ".proxyrc.cjs", ".proxyrc.mjs", ".proxyrc.ts"],
        ..SITE
    },
    // Umi 4.4.4, `umi build`; its ports were read in @umijs/preset-umi 4.
    Site {
        made: Made {
            build: ("umi", "build"),
            outputs: &["dist"],
            config: &[".umirc", "config/config"],
            folder: "outputPath",
            moves: &[("ssr", "false")],
            ..MADE
        },
        serves: &[("umi", "dev")],
        previews: &[("umi", "preview")],
        ports: (8000, 4172),
        is_open: true,
        falls_back: true,
        does_more: &["base", "publicPath", "proxy", "https", "apiRoute", "exportStatic"],
        beside: &["mock"],
        reads_port: true,
        ..SITE
    },
    // Ember CLI 5.1.0, `ember build --environment=production`.
    Site {
        made: Made {
            build: ("ember", "build"),
            outputs: &["dist"],
            config: &["config/environment", ".ember-cli"],
            when: When::Page("app/index.html"),
            moves: &[("output-path", ""), ("outputPath", ""), ("port", ""), ("proxy", "")],
            ..MADE
        },
        serves: &[("ember", "serve"), ("ember", "server"), ("ember", "s")],
        ports: (4200, 4200),
        is_open: true,
        falls_back: true,
        does_more: &["rootURL", "baseURL", "fastboot"],
        beside: &["server"],
        packages: &["ember-cli-fastboot", "ember-cli-mirage", "prember"],
        ..SITE
    },
    // Stencil 1.17.4, `stencil build`.
    Site {
        made: Made {
            build: ("stencil", "build"),
            outputs: &["www"],
            config: &["stencil.config"],
            when: When::Setting("type", "www"),
            folder: "dir",
            ..MADE
        },
        serves: &[("stencil", "--serve")],
        ports: (3333, 3333),
        is_open: true,
        falls_back: true,
        does_more: &["baseUrl", "basePath", "prerenderConfig", "historyApiFallback", "https"],
        ..SITE
    },
    // Preact CLI 3.4.5, `preact build`.
    Site {
        made: Made { build: ("preact", "build"), outputs: &["build"], config: &["preact.config"], ..MADE },
        serves: &[("preact", "watch")],
        ports: (8080, 8080),
        is_open: true,
        falls_back: true,
        does_more: &["publicPath", "proxy", "devServer", "path"],
        reads_port: true,
        ..SITE
    },
    // Polymer CLI 1.9.11, `polymer build`: without `builds` one site, else one for each.
    Site {
        made: Made {
            build: ("polymer", "build"),
            outputs: &["build/default"],
            config: &["polymer"],
            moves: &[("builds", ""), ("name", "default")],
            ..MADE
        },
        serves: &[("polymer", "serve")],
        ports: (8081, 8081),
        falls_back: true,
        does_more: &["root", "basePath", "proxyPath"],
        ..SITE
    },
    // Sapper 0.27, `sapper export`.
    Site {
        made: Made { build: ("sapper", "export"), outputs: &["__sapper__/export"], ..MADE },
        serves: &[("sapper", "dev")],
        ports: (3000, 3000),
        is_open: true,
        reads_port: true,
        ..SITE
    },
    // Sanity 2; `start` became another name of `preview` after that.
    Site {
        made: Made {
            build: ("sanity", "build"),
            outputs: &["dist"],
            config: &["sanity"],
            when: When::Page("sanity.json"),
            ..MADE
        },
        serves: &[("sanity", "start")],
        ports: (3333, 3333),
        falls_back: true,
        does_more: &["basePath"],
        ..SITE
    },
    Site {
        made: Made { build: ("sanity", "build"), outputs: &["dist"], config: &["sanity.cli"], ..MADE },
        serves: &[("sanity", "dev")],
        previews: &[("sanity", "preview"), ("sanity", "start")],
        ports: (3333, 3333),
        falls_back: true,
        does_more: &["basePath", "proxy", "https"],
        ..SITE
    },
    // Nuxt 3.21.11, `nuxt generate`: files alone, where `nuxt build` makes a server.
    Site {
        made: Made {
            build: ("nuxt", "generate"),
            outputs: &[".output/public"],
            config: &["nuxt.config"],
            when: When::Unscripted(&["nuxt build", "nuxi build"]),
            moves: &[("output", ""), ("preset", "static"), ("buildDir", ""), ("rootDir", "")],
            ..MADE
        },
        serves: &[("nuxt", "dev"), ("nuxi", "dev")],
        previews: &[("nuxt", "preview"), ("nuxi", "preview")],
        ports: (3000, 3000),
        does_more: &["baseURL", "proxy", "https", "routeRules", "redirect"],
        beside: &["server"],
        ..SITE
    },
    // Storybook 9.1.21, `storybook build`; 6 has programs of other names.
    Site {
        made: Made { build: ("storybook", "build"), ..STORYBOOK.made },
        serves: &[("storybook", "dev")],
        ..STORYBOOK
    },
    Site {
        made: Made { build: ("build-storybook", ""), ..STORYBOOK.made },
        serves: &[("start-storybook", "")],
        ..STORYBOOK
    },
];
