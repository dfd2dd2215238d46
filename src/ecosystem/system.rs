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

/// Programs and folders that only who compiles needs, by their paths in an image.
const FOR_COMPILING: &[&str] = &["/usr/include", "/usr/local/include", "/usr/lib/gcc", "/usr/libexec/gcc"];

/// Programs of compilers, without what stands in front of and behind the name: `x86_64-linux-gnu-gcc-12`.
const COMPILING: &[&str] =
    &["gcc", "g++", "cpp", "c++", "cc", "clang", "clang++", "make", "gmake", "cmake", "ninja", "ld", "as", "node-gyp"];

/// The folder or the program that is there for compiling and that `path` of an image is, or lies in.
pub(crate) fn for_compiling(path: &str) -> Option<&str> {
    let folder = FOR_COMPILING.iter().find(|it| crate::paths::contains(it, path) && path != **it);
    let in_folder =
        ["/usr/bin/", "/usr/local/bin/"].iter().find_map(|it| path.strip_prefix(it)).filter(|it| !it.contains('/'));
    let is_program = in_folder.is_some_and(|name| {
        let name =
            name.rsplit_once('-').filter(|it| it.1.bytes().all(|it| it.is_ascii_digit())).map_or(name, |it| it.0);
        COMPILING.contains(&name) || name.rsplit_once("-linux-gnu-").is_some_and(|it| COMPILING.contains(&it.1))
    });
    folder.map(|it| &path[..it.len()]).or(is_program.then_some(path))
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
