//! Readers of configuration: variables, folders, files beside package.json.

use super::rows::{Package, Use, argument, option, reads, reads_folder, row};

pub(super) const PACKAGES: &[Package] = &[
    row("config", &[reads_folder("config")]),
    row("convict-load", &[argument("", Use::Reads)]),
    row("dotenv", &[reads(".env"), option("config", "path", Use::Reads)]),
    row("@fastify/env", &[reads(".env")]),
    row("env-schema", &[reads(".env")]),
    row("fastify-env", &[reads(".env")]),
    row("@feathersjs/configuration", &[reads_folder("config")]),
    row("@nestjs/config", &[reads(".env")]),
    row("dotenv-defaults", &[reads(".env"), reads(".env.defaults")]),
    row("dotenv-extended", &[reads(".env"), reads(".env.defaults"), reads(".env.schema")]),
    row("dotenv-flow", &[reads(".env"), reads(".env.defaults")]),
    row("dotenv-safe", &[reads(".env"), reads(".env.example")]),
    row("dotenv-vault", &[reads(".env.vault")]),
    row("env-cmd", &[reads(".env-cmdrc"), reads(".env-cmdrc.js"), reads(".env-cmdrc.json")]),
    row("exp-config", &[reads_folder("config")]),
    row(
        "graphql-config",
        &[
            reads(".graphqlrc"),
            reads(".graphqlrc.json"),
            reads(".graphqlrc.yml"),
            reads(".graphqlrc.yaml"),
            reads("graphql.config.js"),
            reads("graphql.config.json"),
            reads(".graphqlconfig"),
        ],
    ),
    row("i18next-fs-backend", &[reads_folder("locales")]),
    row("i18next-node-fs-backend", &[reads_folder("locales")]),
    row("nestjs-i18n", &[reads_folder("i18n")]),
    row("next-i18next", &[reads("next-i18next.config.js"), reads_folder("public/locales")]),
    row("node-yaml-config", &[reads("config/default.yaml")]),
    row("y18n", &[reads_folder("locales")]),
];
