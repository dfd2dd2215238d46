//! Packages of the system, as apk and apt call them.

/// Whether only a compiler needs the package (FACTS §3, last lines); its version may follow.
pub(crate) fn is_for_building(name: &str) -> bool {
    let name = name.split(['=', '~', '<', '>']).next().unwrap_or(name);
    BUILD_PACKAGES.contains(&name)
}

/// Whether the package is a compiler, or what calls one: its presence says that npm packages are compiled.
pub(crate) fn is_compiler(name: &str) -> bool {
    COMPILERS.contains(&name)
}

const COMPILERS: &[&str] = &["g++", "gcc", "build-base", "build-essential", "make", "node-gyp"];

/// Others that end in `-dev` bring the library itself along, which a compiled package loads at run time.
const BUILD_PACKAGES: &[&str] = &[
    "python3",
    "python",
    "python2",
    "py3-setuptools",
    "py3-pip",
    "make",
    "g++",
    "gcc",
    "build-base",
    "build-essential",
    "git",
    "pkg-config",
    "pkgconfig",
    "cmake",
    "autoconf",
    "automake",
    "libtool",
    "linux-headers",
    "musl-dev",
    "libc-dev",
    "libc6-dev",
    "python3-dev",
    "python-dev",
    "libstdc++-dev",
    "node-gyp",
    "nasm",
];
