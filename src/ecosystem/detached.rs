//! Programs that leave the app in the background and return.

use crate::paths;

/// The words that start the same and stay; `None` where `words` stay themselves.
pub(crate) fn attached(words: &[String]) -> Option<Vec<String>> {
    let (program, rest) = words.split_first()?;
    let has = |names: &[&str]| rest.iter().any(|it| names.contains(&it.as_str()));
    let starts = rest.iter().find(|it| !it.starts_with('-')).is_some_and(|it| it == "start");
    match paths::file_name(program) {
        "pm2" if starts && !has(&["--no-daemon", "--attach", "--help"]) => {
            let runtime = format!("{}pm2-runtime", program.strip_suffix("pm2")?);
            Some(std::iter::once(runtime).chain(rest.iter().cloned()).collect())
        }
        // `forever app.js` stays.
        "forever" if starts => {
            let mut rest = rest.to_vec();
            rest.remove(rest.iter().position(|it| it == "start")?);
            Some(std::iter::once(program.clone()).chain(rest).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::attached;

    #[test]
    fn words_that_stay() {
        for (line, expected) in [
            ("pm2 start app.js -i max", Some("pm2-runtime start app.js -i max")),
            ("./node_modules/.bin/pm2 start pm2.json", Some("./node_modules/.bin/pm2-runtime start pm2.json")),
            ("pm2 start app.js --no-daemon", None),
            ("pm2 logs", None),
            ("pm2-runtime start app.js", None),
            ("forever start app.js", Some("forever app.js")),
            ("forever app.js", None),
            ("node start", None),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(attached(&words).map(|it| it.join(" ")).as_deref(), expected, "{line}");
        }
    }
}
