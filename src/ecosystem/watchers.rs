//! Programs that run a file for one who works on it, again whenever something changes: what they run.

/// Options of nodemon that take the next word, unless it is joined by `=`.
const VALUED: &[&str] =
    &["-w", "--watch", "-e", "--ext", "-i", "--ignore", "-d", "--delay", "-s", "--signal", "--config"];
/// Those without a value.
const BARE: &[&str] = &[
    "-L",
    "--legacy-watch",
    "-q",
    "--quiet",
    "-V",
    "--verbose",
    "-C",
    "--on-change-only",
    "--no-colors",
    "-I",
    "--no-stdin",
];

/// The words that `program arguments` runs again and again; `None` where it is no watcher, or not known.
pub(crate) fn once(program: &str, arguments: &[String]) -> Option<Vec<String>> {
    match program {
        "node" if arguments.iter().any(|it| it.starts_with("--watch")) => Some(node(arguments)),
        "nodemon" | "node-dev" => nodemon(arguments),
        "tsx" if arguments.first().is_some_and(|it| it == "watch") => compiled("tsx", &arguments[1..]),
        "ts-node-dev" | "tsnd" => compiled("ts-node", arguments),
        "tsc-watch" => on_success(arguments),
        "nuxt" | "nuxi" if arguments.first().is_some_and(|it| it == "preview") => {
            Some(words("node .output/server/index.mjs"))
        }
        _ => None,
    }
}

fn node(arguments: &[String]) -> Vec<String> {
    let mut res = vec!["node".to_owned()];
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--watch-path" => drop(rest.next()),
            it if it.starts_with("--watch") => {}
            _ => res.push(word.clone()),
        }
    }
    res
}

fn nodemon(arguments: &[String]) -> Option<Vec<String>> {
    let mut rest = arguments.iter();
    let mut runner = None;
    while let Some(word) = rest.next() {
        let name = word.split_once('=').map_or(word.as_str(), |it| it.0);
        match name {
            "-x" | "--exec" => {
                runner = Some(word.split_once('=').map(|it| it.1).or_else(|| rest.next().map(String::as_str))?)
            }
            it if VALUED.contains(&it) => {
                if name == word {
                    rest.next();
                }
            }
            it if BARE.contains(&it) || it.starts_with("--inspect") => {}
            it if it.starts_with('-') => return None,
            file => {
                let runner = runner.unwrap_or(if file.ends_with(".ts") { "ts-node" } else { "node" });
                let file = std::iter::once(word).chain(rest).cloned();
                return Some(runner.split_whitespace().map(str::to_owned).chain(file).collect());
            }
        }
    }
    // `nodemon --exec "node dist/main.js"`
    let words = words(runner?);
    (words.len() > 1).then_some(words)
}

/// `tsx watch src/main.ts`, where no option comes before the file but such as only watch.
fn compiled(runner: &str, arguments: &[String]) -> Option<Vec<String>> {
    let only_watches = |it: &&String| {
        matches!(
            it.as_str(),
            "--respawn" | "--transpile-only" | "--poll" | "--clear-screen=false" | "--exit-child" | "--cls" | "--rs"
        )
    };
    let rest: Vec<String> = arguments.iter().skip_while(only_watches).cloned().collect();
    rest.first().filter(|it| !it.starts_with('-'))?;
    Some(std::iter::once(runner.to_owned()).chain(rest).collect())
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn on_success(arguments: &[String]) -> Option<Vec<String>> {
    let at = arguments.iter().position(|it| it.eq_ignore_ascii_case("--onSuccess"))?;
    let words = words(arguments.get(at + 1)?);
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run_again() {
        for (line, expected) in [
            ("node --watch server.js", Some("node server.js")),
            ("node --watch-path src --watch -r dotenv/config server.js", Some("node -r dotenv/config server.js")),
            ("node server.js", None),
            ("nodemon server.js --port 80", Some("node server.js --port 80")),
            ("nodemon -L --watch src --ext=js,json ./bin/www", Some("node ./bin/www")),
            ("nodemon src/main.ts", Some("ts-node src/main.ts")),
            ("nodemon --exec babel-node src/main.js", Some("babel-node src/main.js")),
            ("nodemon", None),
            ("nodemon --harmony server.js", None),
            ("tsx watch src/main.ts", Some("tsx src/main.ts")),
            ("tsx src/main.ts", None),
            ("ts-node-dev --respawn --transpile-only src/main.ts", Some("ts-node src/main.ts")),
            ("ts-node-dev -P tsconfig.json src/main.ts", None),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let found = once(&words[0], &words[1..]).map(|it| it.join(" "));
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn commands_in_one_word() {
        let words = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(once("tsc-watch", &words(&["--onSuccess", "node dist/a.js"])), Some(words(&["node", "dist/a.js"])));
        assert_eq!(once("nodemon", &words(&["--exec", "node dist/a.js"])), Some(words(&["node", "dist/a.js"])));
        assert_eq!(once("nodemon", &words(&["--exec", "tsx"])), None);
    }
}
