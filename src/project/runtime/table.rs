//! Functions that take the path of a file, by package and name.

use super::values::Origin;

/// What a function does with the path that it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    argument: usize,
    kind: Kind,
    by: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Reads a file.
    Read,
    /// Reads a folder.
    ReadFolder,
    /// Asks whether something is there.
    Look,
    /// Writes a file.
    Write,
    /// Makes or fills a folder.
    WriteFolder,
    /// Writes a file, and others beside it.
    WriteBeside,
}

impl Effect {
    /// Reads of a folder, by an option.
    pub(super) fn reads_folder(by: &str) -> Self {
        Self { argument: 0, kind: Kind::ReadFolder, by: by.to_owned() }
    }

    /// Reads of a file, by an option.
    pub(super) fn reads(by: &str) -> Self {
        Self { argument: 0, kind: Kind::Read, by: by.to_owned() }
    }

    /// Files made in a folder, by an option.
    pub(super) fn writes_folder(by: &str) -> Self {
        Self { argument: 0, kind: Kind::WriteFolder, by: by.to_owned() }
    }

    /// A file written and others beside it, by an option.
    pub(super) fn writes_beside(by: &str) -> Self {
        Self { argument: 0, kind: Kind::WriteBeside, by: by.to_owned() }
    }

    pub(super) fn argument(&self) -> usize {
        self.argument
    }

    pub(super) fn by(&self) -> &str {
        &self.by
    }

    pub(super) fn is_write(&self) -> bool {
        matches!(self.kind, Kind::Write | Kind::WriteFolder | Kind::WriteBeside)
    }

    pub(super) fn is_folder(&self) -> bool {
        matches!(self.kind, Kind::ReadFolder | Kind::WriteFolder)
    }

    /// Whether a path that is not known does no harm.
    pub(super) fn only_looks(&self) -> bool {
        self.kind == Kind::Look
    }

    /// Whether the folder of the file counts, not the file.
    pub(super) fn takes_folder(&self) -> bool {
        self.kind == Kind::WriteBeside
    }
}

/// What a function of a package does; most do nothing with files.
pub(super) fn effects(origin: &Origin) -> Vec<Effect> {
    let path = origin.path();
    let last = origin.names.last().map_or("", String::as_str);
    let found = match origin.package.as_str() {
        "fs" | "fs/promises" | "fs-extra" | "graceful-fs" if !path.contains("()") => of_fs(last),
        package => of_package(package, &path),
    };
    let by = if last.is_empty() || last == "()" { origin.package.clone() } else { name(origin, last) };
    found.iter().map(|(argument, kind)| Effect { argument: *argument, kind: *kind, by: by.clone() }).collect()
}

fn name(origin: &Origin, last: &str) -> String {
    match origin.package.as_str() {
        "express" => format!("express.{last}"),
        _ => last.to_owned(),
    }
}

fn of_fs(name: &str) -> &'static [(usize, Kind)] {
    match name.strip_suffix("Sync").unwrap_or(name) {
        "readFile" | "createReadStream" | "readJson" | "readJSON" | "open" | "openAsBlob" | "watch" | "watchFile"
        | "readlink" => &[(0, Kind::Read)],
        "readdir" | "opendir" => &[(0, Kind::ReadFolder)],
        "exists" | "access" | "stat" | "lstat" | "pathExists" | "realpath" => &[(0, Kind::Look)],
        "writeFile" | "appendFile" | "createWriteStream" | "unlink" | "truncate" | "chmod" | "utimes"
        | "outputFile" | "outputJson" | "outputJSON" | "writeJson" | "writeJSON" | "ensureFile" | "createFile"
        | "rm" | "rmdir" | "remove" => &[(0, Kind::Write)],
        "mkdir" | "mkdtemp" | "ensureDir" | "mkdirp" | "mkdirs" | "emptyDir" | "emptydir" => &[(0, Kind::WriteFolder)],
        "rename" => &[(0, Kind::Write), (1, Kind::Write)],
        "copyFile" | "cp" | "copy" | "move" => &[(0, Kind::Read), (1, Kind::Write)],
        "symlink" | "link" => &[(1, Kind::Write)],
        _ => &[],
    }
}

fn of_package(package: &str, path: &str) -> &'static [(usize, Kind)] {
    match (package, path) {
        ("express", "static") | ("serve-static" | "koa-static" | "sirv" | "st" | "koa-views" | "serve-index", "") => {
            &[(0, Kind::ReadFolder)]
        }
        ("serve-favicon" | "connect-history-api-fallback", "") => &[(0, Kind::Read)],
        ("@grpc/proto-loader" | "grpc" | "protobufjs", "loadSync" | "load") => &[(0, Kind::Read)],
        ("yamljs", "load") | ("load-json-file" | "read-pkg" | "convict-load", "") => &[(0, Kind::Read)],
        ("ejs" | "pug" | "eta" | "nunjucks" | "twig", "renderFile" | "compileFile") => &[(0, Kind::Read)],
        ("nunjucks", "configure") => &[(0, Kind::ReadFolder)],
        ("require-all" | "require-directory" | "glob" | "fast-glob" | "globby", "" | "sync" | "globSync" | "glob") => {
            &[(0, Kind::Read)]
        }
        ("better-sqlite3", "") | ("sqlite3", "Database" | "cached.Database" | "verbose.().Database") => {
            &[(0, Kind::WriteBeside)]
        }
        ("bun:sqlite", "Database") | ("sqlite", "DatabaseSync") => &[(0, Kind::WriteBeside)],
        ("lowdb/node", "JSONFile" | "JSONFileSync" | "JSONFilePreset") | ("lowdb/adapters/FileSync", "") => {
            &[(0, Kind::WriteBeside)]
        }
        ("pino", "destination") => &[(0, Kind::WriteBeside)],
        ("mkdirp" | "make-dir", "" | "sync" | "mkdirp" | "mkdirpSync" | "makeDirectory" | "makeDirectorySync") => {
            &[(0, Kind::WriteFolder)]
        }
        ("level" | "rimraf", "" | "Level" | "sync" | "rimraf" | "rimrafSync") => &[(0, Kind::WriteFolder)],
        _ => &[],
    }
}
