//! npm packages with compiled parts, and what these are bound to.

/// What the compiled part of a package is bound to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// The C library that it was installed on.
    pub libc: bool,
    /// The Node major (it does not use Node-API).
    pub node: bool,
}

/// Name, the first major in which nothing of it is bound to the C library (0: none), and the first in which it
/// uses Node-API (0: none does; 1: all do). After the packages' own install scripts and platform packages.
const PACKAGES: &[(&str, u32, u32)] = &[
    ("@napi-rs/canvas", 0, 1),
    ("@node-rs/argon2", 0, 1),
    ("@node-rs/bcrypt", 0, 1),
    ("bcrypt", 6, 1),
    ("better-sqlite3", 0, 0),
    ("canvas", 0, 3),
    ("couchbase", 0, 1),
    ("deasync", 0, 0),
    ("grpc", 0, 0),
    ("isolated-vm", 0, 0),
    ("kerberos", 0, 1),
    ("libsql", 0, 1),
    ("libxmljs", 0, 0),
    ("node-expat", 0, 0),
    ("node-rdkafka", 0, 0),
    ("node-sass", 0, 0),
    ("onnxruntime-node", 0, 1),
    ("re2", 0, 0),
    ("sharp", 0, 1),
    ("snappy", 0, 1),
    ("sqlite3", 0, 1),
];

/// What `name` of that major is bound to; nothing where it is not known to have a compiled part.
#[must_use]
pub fn binding(name: &str, major: u32) -> Binding {
    let Some((_, free, stable)) = PACKAGES.iter().find(|it| it.0 == name) else { return Binding::default() };
    let is_from = |first: u32| first == 1 || (first != 0 && major >= first);
    Binding { libc: !is_from(*free), node: !is_from(*stable) }
}

/// The package of Prisma's client, whose engine is a program for one C library.
pub(crate) const PRISMA: &str = "@prisma/client";

/// Whether a client of that major, by the schema's text, has an engine for none but the C library on which it was generated;
/// `other` is how the targets of the other one are called.
#[must_use]
pub(crate) fn has_foreign_engine(major: u32, schema: &str, other: &[&str]) -> bool {
    let Some(block) = schema.split("generator ").nth(1).and_then(|it| it.split('}').next()) else { return false };
    let is_usual = block.contains("\"prisma-client-js\"")
        && !["engineType", "queryCompiler", "output"].iter().any(|it| block.contains(it));
    let targets = block.lines().find(|it| it.trim_start().starts_with("binaryTargets"));
    let has_other = |it: &str| it.contains("env(") || other.iter().any(|other| it.contains(other));
    (2..7).contains(&major) && is_usual && !targets.is_some_and(has_other)
}

/// Whether the package's install script only checks or greets, or its work is done by a prebuilt file in the package
/// (FACTS §1.4).
#[must_use]
pub fn works_without_script(name: &str, version: &str) -> bool {
    let mut numbers = version.split('.').map(|it| it.parse::<u32>().ok());
    let (major, minor) = (numbers.next().flatten(), numbers.next().flatten());
    match name {
        "sharp" => major > Some(0) || minor >= Some(33),
        "bcrypt" => major >= Some(6),
        "esbuild" | "@swc/core" | "rollup" | "lightningcss" | "core-js" | "core-js-pure" | "protobufjs"
        | "@nestjs/core" | "fsevents" | "unrs-resolver" | "@scarf/scarf" | "msgpackr-extract" | "argon2"
        | "bufferutil" | "utf-8-validate" | "es5-ext" | "@parcel/watcher" | "@tailwindcss/oxide" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_of_prisma() {
        let schema = |lines: &str| {
            format!(
                "generator client {{\n  provider = \"prisma-client-js\"\n{lines}}}\ndatasource db {{\n  provider = \"mysql\"\n}}\n"
            )
        };
        for (major, lines, expected) in [
            (5, "", true),
            (5, "  binaryTargets = [\"native\", \"debian-openssl-3.0.x\"]\n", true),
            (5, "  binaryTargets = [\"native\", \"linux-musl-openssl-3.0.x\"]\n", false),
            (6, "  previewFeatures = [\"queryCompiler\"]\n", false),
            (5, "  output = \"../src/client\"\n", false),
            (7, "", false),
        ] {
            assert_eq!(has_foreign_engine(major, &schema(lines), &["musl"]), expected, "{major} {lines}");
        }
    }

    #[test]
    fn by_package_and_major() {
        for (name, major, libc, node) in [
            ("bcrypt", 5, true, false),
            ("bcrypt", 6, false, false),
            ("better-sqlite3", 12, true, true),
            ("canvas", 2, true, true),
            ("sharp", 0, true, false),
            ("bcryptjs", 2, false, false),
        ] {
            let found = binding(name, major);
            assert_eq!(found.libc, libc, "{name}@{major}");
            assert_eq!(found.node, node, "{name}@{major}");
        }
    }
}
