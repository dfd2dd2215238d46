//! Node's own `fs` and packages that work on files.

use super::rows::{Package, Use, argument, option, reads_folder, row};

/// What a function of `fs` and its likes does with its arguments.
pub(super) fn of_fs(name: &str) -> &'static [(usize, Use)] {
    match name.strip_suffix("Sync").unwrap_or(name) {
        "readFile" | "createReadStream" | "readJson" | "readJSON" | "open" | "openAsBlob" | "watch" | "watchFile"
        | "readlink" => &[(0, Use::Reads)],
        "readdir" | "opendir" => &[(0, Use::ReadsFolder)],
        "exists" | "access" | "stat" | "lstat" | "pathExists" | "realpath" => &[(0, Use::Looks)],
        "writeFile" | "appendFile" | "createWriteStream" | "unlink" | "truncate" | "chmod" | "chown" | "utimes"
        | "outputFile" | "outputJson" | "outputJSON" | "writeJson" | "writeJSON" | "ensureFile" | "createFile"
        | "rm" | "rmdir" | "remove" => &[(0, Use::Writes)],
        "mkdir" | "mkdtemp" | "ensureDir" | "mkdirp" | "mkdirs" | "emptyDir" | "emptydir" => &[(0, Use::WritesFolder)],
        "rename" => &[(0, Use::Writes), (1, Use::Writes)],
        "copyFile" | "cp" | "copy" | "move" => &[(0, Use::Reads), (1, Use::Writes)],
        "symlink" | "link" | "ensureSymlink" | "ensureLink" => &[(1, Use::Writes)],
        _ => &[],
    }
}

/// What a method of an unknown object does that is called as a function of `fs` which no other library has:
/// `fs` comes as a parameter, promisified, or out of a container.
pub(super) fn like_fs(name: &str) -> &'static [(usize, Use)] {
    let name = name.strip_suffix("Async").unwrap_or(name);
    match name.strip_suffix("Sync").unwrap_or(name) {
        "writeFile" | "appendFile" | "createWriteStream" | "outputFile" | "outputJson" | "ensureFile" => {
            &[(0, Use::Writes)]
        }
        "mkdir" | "mkdirp" | "ensureDir" => &[(0, Use::WritesFolder)],
        _ => &[],
    }
}

/// A package that takes a path or a pattern of files to read.
const FINDS: &[super::Fact] = &[
    argument("", Use::Reads),
    argument("sync", Use::Reads),
    argument("globSync", Use::Reads),
    argument("glob", Use::Reads),
];

/// A package that makes or empties folders.
const FILLS: &[super::Fact] = &[
    argument("", Use::WritesFolder),
    argument("sync", Use::WritesFolder),
    argument("mkdirp", Use::WritesFolder),
    argument("mkdirpSync", Use::WritesFolder),
    argument("makeDirectory", Use::WritesFolder),
    argument("makeDirectorySync", Use::WritesFolder),
    argument("rimraf", Use::WritesFolder),
    argument("rimrafSync", Use::WritesFolder),
];

pub(super) const PACKAGES: &[Package] = &[
    row("@grpc/proto-loader", &[argument("loadSync", Use::Reads), argument("load", Use::Reads)]),
    row("fast-glob", FINDS),
    row("glob", FINDS),
    row("globby", FINDS),
    row("grpc", &[argument("loadSync", Use::Reads), argument("load", Use::Reads)]),
    row("load-json-file", &[argument("", Use::Reads)]),
    row("make-dir", FILLS),
    row("mkdirp", FILLS),
    row("protobufjs", &[argument("loadSync", Use::Reads), argument("load", Use::Reads)]),
    row("read-pkg", &[argument("", Use::Reads)]),
    row("require-all", FINDS),
    row("require-directory", FINDS),
    row("rimraf", FILLS),
    row("yamljs", &[argument("load", Use::Reads)]),
    row("i18n", &[option("configure", "directory", Use::ReadsFolder), reads_folder("locales")]),
];
