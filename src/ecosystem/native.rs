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
    ("libxmljs", 0, 0),
    ("node-expat", 0, 0),
    ("node-rdkafka", 0, 0),
    ("node-sass", 0, 0),
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
