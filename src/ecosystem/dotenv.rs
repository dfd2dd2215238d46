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

/// Whether a package of this name, which has no row among [`packages`](super::packages), may well read such files:
/// `dotenv-load`, `@scope/dotenv`, `node-env-file`.
#[must_use]
pub(crate) fn is_like_one(name: &str) -> bool {
    let mut parts = name.split(|it: char| !it.is_ascii_alphanumeric());
    let says_so = parts.any(|it| matches!(it, "dotenv" | "dotenvx")) || name.contains("env-file");
    says_so && super::packages::package(name).is_none()
}

/// Those of them that are told in code, and mostly are, which files these are (`envFilePath`).
pub(crate) const BY_ANY_NAME: &[&str] = &["@nestjs/config", "dotenv-flow"];
