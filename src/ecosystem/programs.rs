//! Programs: which package brings them, what the system brings, and which of those leave an app alone.

use super::packages;

/// The package whose `bin` the program is; `None` for what the system or Node brings.
pub(crate) fn package_of(program: &str) -> Option<&str> {
    if is_system(program) || program.ends_with(".sh") {
        return None;
    }
    Some(packages::of_program(program).map_or(program, |it| it.name))
}

/// Programs of the system, of Node, or of other languages: no npm package brings them.
fn is_system(program: &str) -> bool {
    is_idle(program) || super::managers::syntax_of(program).is_some() || SYSTEM.contains(&program)
}

/// Those that may run something of the app.
const SYSTEM: &[&str] = &[
    ".",
    "Xvfb",
    "ash",
    "bash",
    "busybox",
    "caddy",
    "chromium",
    "cron",
    "crond",
    "dash",
    "dbus-daemon",
    "deno",
    "dockerize",
    "env",
    "envsubst",
    "eval",
    "exec",
    "ffmpeg",
    "find",
    "go",
    "httpd",
    "if",
    "java",
    "litestream",
    "make",
    "mysql",
    "nc",
    "nginx",
    "node",
    "nodejs",
    "pg_isready",
    "php",
    "php-fpm",
    "psql",
    "python",
    "python3",
    "redis-server",
    "ruby",
    "s6-svscan",
    "serverless-offline-docker",
    "service",
    "sh",
    "source",
    "su",
    "supervisord",
    "xargs",
    "xvfb-run",
    "zsh",
];

/// Programs of a shell script that change no file, whoever runs them. Sorted.
const WITHOUT_TRACE: &[&str] = &[
    ":",
    "[",
    "[[",
    "basename",
    "cat",
    "cut",
    "date",
    "dirname",
    "echo",
    "exit",
    "export",
    "expr",
    "false",
    "grep",
    "head",
    "hostname",
    "id",
    "local",
    "ls",
    "nc",
    "pg_isready",
    "printf",
    "pwd",
    "read",
    "return",
    "seq",
    "set",
    "shift",
    "sleep",
    "tail",
    "test",
    "tr",
    "trap",
    "true",
    "ulimit",
    "umask",
    "uname",
    "unset",
    "wait",
    "wc",
    "which",
    "whoami",
];

/// Whether a program of a shell script changes no file and needs no right.
pub(crate) fn is_without_trace(program: &str) -> bool {
    WITHOUT_TRACE.binary_search(&program).is_ok()
}

/// Programs that work on the system or on the files they are given, and run nothing of the app. What they do to
/// node_modules is another question: see [`effect`](super::effect()).
pub(crate) fn is_idle(program: &str) -> bool {
    IDLE.binary_search(&program).is_ok()
}

/// Whether a program brings files whose names its words don't tell.
pub(crate) fn unpacks(program: &str) -> bool {
    matches!(program, "tar" | "unzip" | "git" | "dpkg" | "gem" | "pip" | "pip3" | "pipx")
}

/// Sorted.
const IDLE: &[&str] = &[
    ":",
    "[",
    "addgroup",
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "aptitude",
    "awk",
    "base64",
    "basename",
    "bunzip2",
    "bzip2",
    "cat",
    "cd",
    "chgrp",
    "chmod",
    "chown",
    "cmp",
    "command",
    "corepack",
    "cp",
    "curl",
    "cut",
    "date",
    "delgroup",
    "deluser",
    "df",
    "diff",
    "dirname",
    "dnf",
    "dpkg",
    "dpkg-reconfigure",
    "du",
    "echo",
    "exit",
    "export",
    "false",
    "fc-cache",
    "file",
    "gem",
    "getent",
    "git",
    "gpg",
    "grep",
    "groupadd",
    "groupdel",
    "groupmod",
    "gunzip",
    "gzip",
    "head",
    "hostname",
    "id",
    "install",
    "kill",
    "ldconfig",
    "ln",
    "locale-gen",
    "ls",
    "md5sum",
    "microdnf",
    "mkdir",
    "mkfifo",
    "mkswap",
    "mktemp",
    "mv",
    "nproc",
    "openssl",
    "passwd",
    "pip",
    "pip3",
    "pipx",
    "printf",
    "pwd",
    "read",
    "readlink",
    "realpath",
    "return",
    "rm",
    "rmdir",
    "sed",
    "set",
    "setcap",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "shift",
    "shopt",
    "sleep",
    "sort",
    "stat",
    "strip",
    "sum",
    "sync",
    "tail",
    "tar",
    "tdnf",
    "tee",
    "test",
    "time",
    "touch",
    "tr",
    "trap",
    "true",
    "truncate",
    "tzselect",
    "ulimit",
    "umask",
    "uname",
    "uniq",
    "unlink",
    "unset",
    "unxz",
    "unzip",
    "update-alternatives",
    "update-ca-certificates",
    "useradd",
    "userdel",
    "usermod",
    "wait",
    "wc",
    "wget",
    "which",
    "whoami",
    "xz",
    "yum",
    "zip",
    "zypper",
];

/// Whether a program takes its settings by NODE_ENV (knex 3.1, sequelize-cli 6.6, migrate-mongo 12, db-migrate 0.11).
pub(crate) fn heeds_mode(program: &str) -> bool {
    matches!(program, "knex" | "migrate-mongo" | "sequelize" | "sequelize-cli" | "db-migrate")
}

/// Commands that the shell itself is: `exec` starts none of them.
pub(crate) fn is_of_the_shell(program: &str) -> bool {
    const BUILTINS: &[&str] = &[
        ".", ":", "[", "alias", "bg", "cd", "command", "echo", "eval", "exit", "export", "false", "fg", "jobs", "kill",
        "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "source", "test", "time", "times",
        "trap", "true", "type", "ulimit", "umask", "unset", "wait",
    ];
    BUILTINS.contains(&program)
}

/// Programs that prepare the file system or the users for the run.
pub(crate) fn prepares(program: &str) -> bool {
    matches!(program, "mkdir" | "adduser" | "addgroup" | "useradd" | "groupadd" | "usermod" | "set" | "true")
}

/// Managers of the system's own packages.
pub(crate) fn installs_for_the_system(program: &str) -> bool {
    matches!(program, "apk" | "apt-get" | "apt" | "dnf" | "microdnf" | "yum")
}

/// Programs that leave nothing that the run needs, unless their output is written to a file.
pub(crate) fn leaves_nothing(program: &str) -> bool {
    matches!(
        program,
        "corepack" | "cd" | "echo" | "printf" | "cat" | "rm" | "set" | "export" | "ls" | "true" | "test" | "["
    )
}

/// Programs that make no file that an app could write to.
pub(crate) fn makes_no_files(program: &str) -> bool {
    let others = ["chgrp", "chmod", "chown", "date", "update-ca-certificates"];
    let makes_folders = matches!(program, "mkdir" | "cat");
    !makes_folders
        && (prepares(program)
            || installs_for_the_system(program)
            || leaves_nothing(program)
            || others.contains(&program))
}

/// Programs whose start means that Node, or bun, runs.
pub(crate) fn starts_node(program: &str) -> bool {
    matches!(program, "node" | "nodejs") || super::managers::syntax_of(program).is_some() || is_loader(program)
}

/// Servers and languages that are no Node: a container that starts one of them runs no Node of its own. Sorted.
const OTHER: &[&str] = &[
    "apache2",
    "apache2-foreground",
    "apache2ctl",
    "apachectl",
    "caddy",
    "dotnet",
    "gunicorn",
    "haproxy",
    "httpd",
    "httpd-foreground",
    "java",
    "lighttpd",
    "mysqld",
    "nginx",
    "php",
    "php-fpm",
    "postgres",
    "python",
    "python3",
    "redis-server",
    "ruby",
    "traefik",
    "uvicorn",
];

/// Whether one of these programs is a server or a language other than Node, and none of them may start Node.
pub(crate) fn run_without_node<'p>(mut programs: impl Iterator<Item = &'p str>) -> bool {
    let mut found = false;
    let is_known = programs.all(|it| {
        let is_other = OTHER.binary_search(&it).is_ok();
        found |= is_other;
        is_other || it == "envsubst" || is_idle(it) || is_without_trace(it)
    });
    found && is_known
}

/// Programs that run a file as node does.
pub(crate) fn is_loader(name: &str) -> bool {
    is_pm2(name) || LOADERS.contains(&name)
}

const LOADERS: &[&str] = &[
    "babel-node",
    "esno",
    "forever",
    "jiti",
    "nodemon",
    "swc-node",
    "ts-node",
    "ts-node-dev",
    "ts-node-esm",
    "tsnd",
    "tsx",
    "vite-node",
];

/// Whether looking a program up by `through` fetches one that is in no folder of packages. `npm exec` and `bun x` are
/// `npx` and `bunx`.
pub(crate) fn fetches(through: &str) -> bool {
    matches!(through, "npx" | "npm exec" | "npm x" | "pnpx" | "pnpm dlx" | "yarn dlx" | "bunx" | "bun x")
}

/// pm2, by each of its names.
pub(crate) fn is_pm2(name: &str) -> bool {
    matches!(name, "pm2" | "pm2-runtime" | "pm2-docker")
}

/// Whether the program goes on as another user than root by itself, or starts another one so.
pub(crate) fn gives_up_root(program: &str) -> bool {
    matches!(
        program,
        "nginx" | "httpd" | "apache2" | "gosu" | "su-exec" | "setpriv" | "runuser" | "s6-setuidgid" | "chpst"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(IDLE.is_sorted());
        assert!(OTHER.is_sorted());
    }

    #[test]
    fn packages_of_programs() {
        for (program, package) in [
            ("nest", Some("@nestjs/cli")),
            ("tsx", Some("tsx")),
            ("node", None),
            ("npx", None),
            ("cp", None),
            ("make", None),
        ] {
            assert_eq!(package_of(program), package, "{program}");
        }
    }
}
