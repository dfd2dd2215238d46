//! Programs that leave the app in the background and return.

use crate::paths;

/// The words that start the same and stay; `None` where `words` stay themselves.
pub(crate) fn attached(words: &[String]) -> Option<Vec<String>> {
    let (program, rest) = words.split_first()?;
    let has = |names: &[&str]| rest.iter().any(|it| names.contains(&it.as_str()));
    let starts = rest.iter().find(|it| !it.starts_with('-')).is_some_and(|it| it == "start");
    match paths::file_name(program) {
        "pm2" if starts && !has(&["--no-daemon", "--attach", "--help"]) => {
            let mut words = words.to_vec();
            if rest.iter().all(|it| is_of_runtime(it)) {
                words[0] = format!("{}pm2-runtime", program.strip_suffix("pm2")?);
            } else {
                words.insert(words.iter().position(|it| it == "start")? + 1, "--no-daemon".to_owned());
            }
            Some(words)
        }
        // `forever app.js` stays.
        "forever" if starts => {
            let mut rest = rest.to_vec();
            rest.remove(rest.iter().position(|it| it == "start")?);
            Some(std::iter::once(program.clone()).chain(rest).collect())
        }
        it if forks_as_first(it) && rest.first().is_some_and(|it| !it.starts_with('-')) => Some(rest.to_vec()),
        _ => None,
    }
}

/// Whether it starts its words in a process of their own and returns, where it leads a group of processes as the first
/// process of a container does; a shell's child does not.
pub(crate) fn forks_as_first(program: &str) -> bool {
    paths::file_name(program) == "setsid"
}

/// Whether a word is none of `pm2`'s options, or one that `pm2-runtime` takes as well: it ends at others, such as
/// `--time`. Run with pm2 5, `--no-daemon` too.
fn is_of_runtime(word: &str) -> bool {
    const OPTIONS: [&str; 14] = [
        "--env",
        "--error",
        "--instances",
        "--interpreter",
        "--json",
        "--max-memory-restart",
        "--name",
        "--no-autorestart",
        "--node-args",
        "--only",
        "--output",
        "--watch",
        "-i",
        "-n",
    ];
    !word.starts_with('-') || word == "--" || OPTIONS.contains(&word.split('=').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::attached;

    #[test]
    fn words_that_stay() {
        for (line, expected) in [
            ("pm2 start app.js -i max", Some("pm2-runtime start app.js -i max")),
            ("./node_modules/.bin/pm2 start pm2.json", Some("./node_modules/.bin/pm2-runtime start pm2.json")),
            ("pm2 start app.js --name=web -- --port 1", Some("pm2 start --no-daemon app.js --name=web -- --port 1")),
            ("pm2 start app.js --time", Some("pm2 start --no-daemon app.js --time")),
            ("pm2 start app.js --no-daemon", None),
            ("pm2 logs", None),
            ("pm2-runtime start app.js", None),
            ("forever start app.js", Some("forever app.js")),
            ("forever app.js", None),
            ("node start", None),
            ("setsid node app.js", Some("node app.js")),
            ("setsid -w node app.js", None),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(attached(&words).map(|it| it.join(" ")).as_deref(), expected, "{line}");
        }
    }
}
