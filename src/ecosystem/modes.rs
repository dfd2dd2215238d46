//! Packages that do something else under `NODE_ENV=production`, by their own documentation or sources.

/// They pick the files that they read by it.
const PICKERS: &[&str] = &[
    "@feathersjs/configuration",
    "@midwayjs/bootstrap",
    "@strapi/strapi",
    "actionhero",
    "c12",
    "config",
    "config-lite",
    "confit",
    "dotenv-cra",
    "dotenv-flow",
    "env-cmd",
    "exp-config",
    "getconfig",
    "loopback",
    "loopback-boot",
    "node-config-ts",
    "node-yaml-config",
    "sails",
    "sequelize-cli",
    "std-env",
];

/// They tell the app of it by names of their own: `env.isProduction`; envalid takes other defaults besides.
const TELLERS: &[&str] = &["@adonisjs/core", "envalid", "is-production"];

/// What the package called `name` does by NODE_ENV, as a clause; `None` where nothing is known.
#[must_use]
pub(crate) fn done_by_mode(name: &str) -> Option<&'static str> {
    let does = [(PICKERS, "picks its files by NODE_ENV"), (TELLERS, "answers by NODE_ENV")];
    does.into_iter().find(|it| it.0.contains(&name)).map(|it| it.1)
}
