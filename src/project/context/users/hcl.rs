//! Containers in HCL: blocks and lists are not followed, the keys that speak of a container are read one after the other.

/// What stands between one `image` and the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Container {
    /// `*` stands for what is only known where it is deployed.
    pub(super) image: String,
    pub(super) command: Vec<String>,
    pub(super) arguments: Vec<String>,
    pub(super) user: Option<String>,
    /// Where disks are mounted.
    pub(super) disks: Vec<String>,
    /// The line of the command, or else that of the image.
    pub(super) line: usize,
    /// Whether the command stands in for ENTRYPOINT.
    pub(super) is_entrypoint: bool,
}

/// The containers of a text.
pub(super) fn containers(text: &str) -> Vec<Container> {
    let mut res: Vec<Container> = Vec::new();
    let mut pending = Container::default();
    let lines: Vec<&str> = text.lines().collect();
    let is_entrypoint = text.contains("kubernetes_") || text.contains("google_cloud_run");
    let plain = lines.iter().enumerate().filter(|it| !is_comment(it.1));
    for (idx, (key, rest)) in plain.flat_map(|(idx, line)| keys_of(line).map(move |it| (idx, it))) {
        let texts = || texts_of(rest, &lines[idx + 1..]);
        let current = res.last_mut().unwrap_or(&mut pending);
        match key {
            "image" => {
                let before = if res.is_empty() { std::mem::take(&mut pending) } else { Container::default() };
                let image = with_stars(&texts().concat());
                let line = if before.command.is_empty() { idx + 1 } else { before.line };
                res.push(Container { image, is_entrypoint, line, ..before });
            }
            "command" | "entry_point" | "entryPoint" | "entrypoint" => {
                current.is_entrypoint |= key != "command";
                current.line = idx + 1;
                current.command.extend(texts());
            }
            "args" | "arguments" => current.arguments.extend(texts()),
            "user" => current.user = texts().into_iter().next(),
            "containerPath" | "container_path" | "mount_path" | "destination" => current.disks.extend(texts()),
            _ => {}
        }
    }
    res.retain(|it| !it.image.is_empty());
    res
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#', '/'])
}

/// `command = …`, `"command": …`, also behind a bracket, with what follows each.
fn keys_of(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices(['=', ':']).map(|(at, _)| {
        let key = line[..at].rsplit(['{', '[', ',']).next().unwrap_or_default();
        (key.trim().trim_matches('"'), &line[at + 1..])
    })
}

/// Lists end so soon.
const MAX_LINES: usize = 40;

/// The texts in quotes of a value, which may be a list of several lines.
fn texts_of(rest: &str, following: &[&str]) -> Vec<String> {
    let rest = rest.trim_start();
    if !rest.starts_with('[') {
        return quoted(rest).take(1).collect();
    }
    let mut res = Vec::new();
    for line in std::iter::once(rest).chain(following.iter().copied().take(MAX_LINES)) {
        let (inside, is_end) = line.split_once(']').map_or((line, false), |it| (it.0, true));
        res.extend(quoted(inside));
        if is_end {
            break;
        }
    }
    res
}

fn quoted(text: &str) -> impl Iterator<Item = String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned)
}

/// `*` in place of `${…}`.
fn with_stars(text: &str) -> String {
    let mut parts = text.split("${");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |res, it| res + "*" + it.split_once('}').map_or("", |it| it.1))
}

#[cfg(test)]
mod tests {
    use super::containers;

    #[test]
    fn what_is_deployed() {
        for (text, expected) in [
            (
                "config {\n  image = \"shop:1\"\n  command = \"npm\"\n  args = [\"run\", \"x\"]\n}\n",
                "shop:1|npm|run x||3",
            ),
            ("{\n  command = [\"npm\",\n    \"test\",\n  ]\n  image = \"${a.url}/shop\"\n}\n", "*/shop|npm test|||2"),
            ("[{ \"image\": \"a\",\n \"mountPoints\": [{\"containerPath\": \"/data\"}]}]", "a|||/data|1"),
            ("# command = \"x\"\nvariable \"image\" {}\n", ""),
        ] {
            let found = containers(text).into_iter().map(|it| {
                let all = [it.command.join(" "), it.arguments.join(" "), it.disks.join(" ")];
                format!("{}|{}|{}", it.image, all.join("|"), it.line)
            });
            assert_eq!(found.collect::<Vec<_>>().join("\n"), expected, "{text}");
        }
    }
}
