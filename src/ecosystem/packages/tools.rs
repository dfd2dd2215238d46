//! Packages that bring programs of other names, and loaders of sources.

use super::rows::{Fact, Package, loads, reads, row};

/// Babel loads what its configuration names, by short names too.
const BABEL: &[Fact] = &[
    loads("", &["@babel/*", "babel-plugin-*", "babel-preset-*"]),
    reads(".babelrc"),
    reads(".babelrc.json"),
    reads(".babelrc.js"),
    reads("babel.config.js"),
    reads("babel.config.cjs"),
    reads("babel.config.json"),
];

/// The same, over the project's own sources.
const BABEL_LOADER: &[Fact] = &[
    loads("", &["@babel/*", "babel-plugin-*", "babel-preset-*"]),
    reads(".babelrc"),
    reads(".babelrc.json"),
    reads(".babelrc.js"),
    reads("babel.config.js"),
    reads("babel.config.cjs"),
    reads("babel.config.json"),
    Fact::LoadsSources,
];

/// The same as a program.
const BABEL_NODE: &[Fact] = &[
    loads("", &["@babel/*", "babel-plugin-*", "babel-preset-*"]),
    reads(".babelrc"),
    reads(".babelrc.json"),
    reads(".babelrc.js"),
    reads("babel.config.js"),
    reads("babel.config.cjs"),
    reads("babel.config.json"),
    Fact::LoadsSources,
    Fact::Program("babel-node"),
];

pub(super) const PACKAGES: &[Package] = &[
    row("@11ty/eleventy", &[Fact::Program("eleventy")]),
    row("@angular/cli", &[Fact::Program("ng")]),
    row("@babel/cli", &[Fact::Program("babel")]),
    row("@biomejs/biome", &[Fact::Program("biome")]),
    row("@dotenvx/dotenvx", &[Fact::Program("dotenvx")]),
    row("@google-cloud/functions-framework", &[Fact::Program("functions-framework")]),
    row("@graphql-codegen/cli", &[Fact::Program("graphql-codegen")]),
    row("@medusajs/cli", &[Fact::Program("medusa")]),
    row("@mikro-orm/cli", &[Fact::Program("mikro-orm")]),
    row("@nestjs/cli", &[Fact::Program("nest")]),
    row("@playwright/test", &[Fact::Program("playwright")]),
    row("@react-router/dev", &[Fact::Program("react-router")]),
    row("@react-router/serve", &[Fact::Program("react-router-serve")]),
    row("@remix-run/dev", &[Fact::Program("remix")]),
    row("@remix-run/serve", &[Fact::Program("remix-serve")]),
    row("@sentry/cli", &[Fact::Program("sentry-cli")]),
    row("@strapi/strapi", &[Fact::Program("strapi")]),
    row("@swc-node/register", &[Fact::Program("swc-node"), Fact::LoadsSources]),
    row("@swc/cli", &[Fact::Program("swc")]),
    row("@vercel/ncc", &[Fact::Program("ncc")]),
    row("@vue/cli-service", &[Fact::Program("vue-cli-service")]),
    row("azure-functions-core-tools", &[Fact::Program("func")]),
    row("concurrently", &[Fact::Program("conc")]),
    row("cross-env", &[Fact::Program("cross-env-shell")]),
    row("dotenv-cli", &[Fact::Program("dotenv")]),
    row("esbuild-register", &[Fact::LoadsSources]),
    row("firebase-tools", &[Fact::Program("firebase")]),
    row("module-alias", &[Fact::LoadsSources]),
    row("next", &[Fact::LoadsSources]),
    row("npm-run-all", &[Fact::Program("run-s"), Fact::Program("run-p")]),
    row("nuxt", &[Fact::Program("nuxi"), Fact::LoadsSources]),
    row("pm2", &[Fact::Program("pm2-runtime"), Fact::Program("pm2-docker")]),
    row("react-email", &[Fact::Program("email")]),
    row("sequelize-cli", &[Fact::Program("sequelize")]),
    row("serverless", &[Fact::Program("sls")]),
    row(
        "ts-node",
        &[
            Fact::Program("ts-node-esm"),
            Fact::Program("ts-node-script"),
            Fact::Program("ts-node-transpile-only"),
            Fact::LoadsSources,
        ],
    ),
    row("ts-node-dev", &[Fact::Program("tsnd")]),
    row("tsconfig-paths", &[reads("tsconfig.json"), Fact::LoadsSources]),
    row("tsx", &[Fact::LoadsSources]),
    row("typescript", &[Fact::Program("tsc"), Fact::Program("tsserver")]),
    row("vite", &[Fact::LoadsSources]),
    row("webpack-cli", &[Fact::Program("webpack")]),
    row("@babel/core", BABEL),
    row("@babel/node", BABEL_NODE),
    row("@babel/register", BABEL_LOADER),
    row("@swc/register", &[loads("", &["@swc/core"]), Fact::LoadsSources]),
    row("babel-core", BABEL),
    row("babel-register", BABEL_LOADER),
    row(
        "eslint",
        &[
            loads("", &["@typescript-eslint/*", "eslint-*", "typescript"]),
            reads(".eslintrc"),
            reads(".eslintrc.js"),
            reads(".eslintrc.cjs"),
            reads(".eslintrc.json"),
            reads(".eslintrc.yml"),
            reads("eslint.config.js"),
            reads("eslint.config.mjs"),
            reads("eslint.config.cjs"),
        ],
    ),
    row("gulp", &[loads("", &["gulp-*"]), reads("gulpfile.js")]),
    row("playwright-extra", &[loads("", &["playwright", "playwright-core", "puppeteer-extra-plugin-*"])]),
    row(
        "prettier",
        &[
            loads("", &["@prettier/*", "prettier-plugin-*"]),
            reads(".prettierrc"),
            reads(".prettierrc.json"),
            reads(".prettierrc.js"),
            reads("prettier.config.js"),
        ],
    ),
    row("puppeteer-extra", &[loads("", &["puppeteer", "puppeteer-core", "puppeteer-extra-plugin-*"])]),
    row(
        "stylelint",
        &[loads("", &["stylelint-*"]), reads(".stylelintrc"), reads(".stylelintrc.json"), reads("stylelint.config.js")],
    ),
];
