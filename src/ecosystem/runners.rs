//! Programs of packages that load a module of the app and serve it, as `node` would run a file: `fastify start dist/app.js`.

/// What such a program loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    /// The module, as written.
    pub(crate) file: String,
    /// Modules that it loads besides, as `node -r` would take them.
    pub(crate) preloads: Vec<String>,
}

/// The words of a program; all flags with a value, and those without.
struct Runner {
    program: &'static str,
    word: &'static str,
    valued: &'static [&'static str],
    /// Those of them whose value is a module.
    modules: &'static [&'static str],
    plain: &'static [&'static str],
}

/// fastify-cli 8.0.2, `args.js`. Its `--watch` is for development.
const RUNNERS: &[Runner] = &[Runner {
    program: "fastify",
    word: "start",
    valued: &[
        "-I",
        "-L",
        "-T",
        "-a",
        "-c",
        "-g",
        "-i",
        "-l",
        "-p",
        "-r",
        "-s",
        "-x",
        "--address",
        "--body-limit",
        "--close-grace-delay",
        "--config",
        "--import",
        "--log-level",
        "--logging-module",
        "--plugin-timeout",
        "--port",
        "--prefix",
        "--require",
        "--socket",
        "--trust-proxy-hop",
        "--trust-proxy-ips",
    ],
    modules: &["-L", "-c", "-i", "-r", "--config", "--import", "--logging-module", "--require"],
    plain: &["-P", "-o", "--options", "--pretty-logs", "--trust-proxy-enabled"],
}];

/// What these words load, where all of them are known.
pub(crate) fn run_by(program: &str, arguments: &[String]) -> Option<Ran> {
    let (first, rest) = arguments.split_first()?;
    let runner = RUNNERS.iter().find(|it| it.program == program && it.word == first)?;
    let (mut file, mut preloads) = (None, Vec::new());
    let mut rest = rest.iter().take_while(|it| *it != "--");
    while let Some(word) = rest.next() {
        let (flag, value) = word.split_once('=').map_or((word.as_str(), None), |it| (it.0, Some(it.1.to_owned())));
        if runner.valued.contains(&flag) {
            let value = value.or_else(|| rest.next().cloned())?;
            preloads.extend(runner.modules.contains(&flag).then(|| as_module(&value)));
        } else if !word.starts_with('-') && file.is_none() {
            file = Some(word.clone());
        } else if !runner.plain.contains(&flag) {
            return None;
        }
    }
    Some(Ran { file: file?, preloads })
}

/// A file needs no `./` in front of it here.
fn as_module(value: &str) -> String {
    let is_file = !value.starts_with(['.', '/', '@']) && value.contains('.');
    if is_file { format!("./{value}") } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_fastify() {
        for (words, expected) in [
            ("start dist/app.js", Some("dist/app.js")),
            ("start -l info -P dist/app.js", Some("dist/app.js")),
            ("start --port=3000 -a 0.0.0.0 app.mjs", Some("app.mjs")),
            ("start -r ./otel.js -c config.js app.js", Some("app.js ./otel.js ./config.js")),
            ("start -i @org/otel app.js -- --prefix /x", Some("app.js @org/otel")),
            ("start -w app.js", None),
            ("start --frobnicate app.js", None),
            ("start", None),
            ("generate app", None),
        ] {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            let found = run_by("fastify", &words);
            let found = found.map(|it| [vec![it.file], it.preloads].concat().join(" "));
            assert_eq!(found.as_deref(), expected, "{words:?}");
        }
    }
}
