//! Databases, and what speaks to them.

use super::rows::{Fact, Package, Use, argument, loads, option, row};

pub(super) const PACKAGES: &[Package] = &[
    row("better-sqlite3", &[argument("", Use::WritesBeside)]),
    row("bun:sqlite", &[argument("Database", Use::WritesBeside)]),
    row(
        "knex",
        &[
            loads("pg", &["pg", "pg-query-stream"]),
            loads("postgres", &["pg"]),
            loads("postgresql", &["pg"]),
            loads("pgnative", &["pg-native"]),
            loads("cockroachdb", &["pg"]),
            loads("redshift", &["pg"]),
            loads("mysql", &["mysql"]),
            loads("mysql2", &["mysql2"]),
            loads("sqlite", &["sqlite3"]),
            loads("sqlite3", &["sqlite3"]),
            loads("better-sqlite3", &["better-sqlite3"]),
            loads("mssql", &["tedious"]),
            loads("oracledb", &["oracledb"]),
        ],
    ),
    row("level", &[argument("", Use::WritesFolder), argument("Level", Use::WritesFolder)]),
    row("lowdb/adapters/FileSync", &[argument("", Use::WritesBeside)]),
    row(
        "lowdb/node",
        &[
            argument("JSONFile", Use::WritesBeside),
            argument("JSONFileSync", Use::WritesBeside),
            argument("JSONFilePreset", Use::WritesBeside),
        ],
    ),
    row("sqlite", &[option("open", "filename", Use::WritesBeside), argument("DatabaseSync", Use::WritesBeside)]),
    row(
        "sqlite3",
        &[
            argument("Database", Use::WritesBeside),
            argument("cached.Database", Use::WritesBeside),
            argument("verbose.().Database", Use::WritesBeside),
        ],
    ),
    row(
        "typeorm",
        &[
            loads("postgres", &["pg", "pg-native", "pg-query-stream"]),
            loads("cockroachdb", &["pg"]),
            loads("mysql", &["mysql2", "mysql"]),
            loads("mariadb", &["mysql2", "mysql"]),
            loads("sqlite", &["sqlite3"]),
            loads("better-sqlite3", &["better-sqlite3"]),
            loads("sqljs", &["sql.js"]),
            loads("mssql", &["mssql"]),
            loads("oracle", &["oracledb"]),
            loads("mongodb", &["mongodb"]),
            loads("sap", &["@sap/hana-client", "hdb-pool"]),
            loads("spanner", &["@google-cloud/spanner"]),
            Fact::Program("typeorm-ts-node-commonjs"),
            Fact::Program("typeorm-ts-node-esm"),
        ],
    ),
];
