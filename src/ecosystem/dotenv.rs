//! Who reads `.env`.

/// Tools that put its values into what they build.
pub(crate) const AT_BUILD: &[&str] = &[
    "next",
    "nuxt",
    "vite",
    "astro",
    "gatsby",
    "parcel",
    "expo",
    "react-scripts",
    "@vue/cli-service",
    "@sveltejs/kit",
    "@remix-run/dev",
    "@react-router/dev",
    "@docusaurus/core",
    "@rsbuild/core",
    "@craco/craco",
    "vinxi",
];

/// Packages that read it when the app starts.
pub(crate) const AT_START: &[&str] = &[
    "dotenv",
    "dotenv-flow",
    "dotenv-expand",
    "dotenv-cli",
    "dotenv-safe",
    "env-cmd",
    "@nestjs/config",
    "@dotenvx/dotenvx",
    "prisma",
    "@adonisjs/core",
    "@strapi/strapi",
    "dotenv-extended",
    "dotenv-defaults",
    "drizzle-kit",
];

/// Those of them that are told in code, and mostly are, which files these are (`envFilePath`).
pub(crate) const BY_ANY_NAME: &[&str] = &["@nestjs/config", "dotenv-flow"];
