//! What the flags of Dockerfile instructions do.

use crate::syntax::Flag;

/// What `flag` of the instruction `name` (in capitals) does, as Markdown; `None` for unknown ones.
pub(super) fn describe(name: &str, flag: &Flag) -> Option<String> {
    let text = text(name, &flag.name)?;
    let mut res = format!("`{name} --{}`: {text}", flag.name);
    if flag.name == "mount" {
        let options = flag.mount_options();
        let kind = options.iter().find(|it| it.0 == "type").map_or("bind", |it| it.1);
        res += &mount(kind).map_or_else(String::new, |it| format!("\n\n`type={kind}`: {it}"));
    }
    Some(res)
}

fn text(name: &str, flag: &str) -> Option<&'static str> {
    Some(match (name, flag) {
        ("FROM", "platform") => "the platform of the image, where it is not the one that the build is for.",
        ("COPY", "from") => "copies from a stage, by its name or number, or from an image; not from the build context.",
        ("COPY" | "ADD", "chown") => {
            "the owner of what is copied: user and group, by name or number. Without it they are root's. Not on Windows."
        }
        ("COPY" | "ADD", "chmod") => {
            "the mode of what is copied: octal, or symbolic (`u=rwX,go=rX`) with a newer syntax."
        }
        ("COPY" | "ADD", "link") => {
            "puts the files in a layer of their own that does not depend on the ones below, so that it stays cached when they \
             change. Links in the destination's path are not followed."
        }
        ("COPY" | "ADD", "exclude") => "leaves out what fits the pattern.",
        ("COPY", "parents") => "keeps the folders above each source; `/./` says from where on.",
        ("ADD", "keep-git-dir") => "keeps `.git` of a repository that is fetched.",
        ("ADD", "checksum") => "the checksum that what is fetched must have.",
        ("ADD", "unpack") => "whether an archive is unpacked.",
        ("RUN", "mount") => "gives the command files that do not stay in the layer.",
        ("RUN", "network") => "the network that the command sees: `default`, `none` or `host`.",
        ("RUN", "security") => "`insecure` runs the command without a sandbox; `sandbox` is the default.",
        ("RUN", "device") => "gives the command a device.",
        ("HEALTHCHECK", "interval") => "the time between two checks; 30 s without it.",
        ("HEALTHCHECK", "timeout") => "a check that takes longer has failed; 30 s without it.",
        ("HEALTHCHECK", "start-period") => "failures do not count in this time after the start; 0 s without it.",
        ("HEALTHCHECK", "start-interval") => "the time between two checks in the start period; 5 s without it.",
        ("HEALTHCHECK", "retries") => "as many failures in a row make the container unhealthy; 3 without it.",
        _ => return None,
    })
}

fn mount(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "bind" => "files of the build context, or with `from` of a stage or an image; read-only unless `rw` is said.",
        "cache" => {
            "a folder that is kept from build to build, for package managers and compilers. It belongs to root unless `uid` says \
             otherwise, and may be empty at any time."
        }
        "secret" => {
            "a secret of the build: a file at `target`, `/run/secrets/ID` without it, or a variable with `env`."
        }
        "ssh" => "the SSH agent of whoever builds.",
        "tmpfs" => "a folder in memory.",
        _ => return None,
    })
}
