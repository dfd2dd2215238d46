//! Starts that are for development: servers that watch, compile or reload.

use crate::ecosystem::tools;
use crate::project::{Program, Start};

/// The development server that `words` start, as one would write it; `None` where it is none, or not
/// known to be one. `start` is what the words run, where the app is known.
pub(super) fn find(words: &[String], start: Option<&Start>) -> Option<String> {
    let programs = start.map_or(&[][..], |it| &it.programs);
    programs.iter().find_map(by_program).or_else(|| by_script(programs.last()?)).or_else(|| by_words(words))
}

fn by_program(program: &Program) -> Option<String> {
    let by = |it: &str| tools::development_server(it, &program.arguments);
    let word = by(&program.name).or_else(|| by(program.package.as_deref()?))?;
    Some(format!("{} {word}", program.name).trim_end().to_owned())
}

/// By the name of the script of package.json that it stands in.
fn by_script(program: &Program) -> Option<String> {
    let (script, _) = program.script.as_ref()?;
    says_so(script).then(|| format!("npm run {script}"))
}

/// `yarn workspace web dev`, whose script is not known.
fn by_words(words: &[String]) -> Option<String> {
    let is_telling = |it: &String| says_so(it) || it == "--watch" || tools::is_server_of_files(it);
    words.iter().any(is_telling).then(|| words.join(" "))
}

fn says_so(script: &str) -> bool {
    script.split(':').any(|it| matches!(it, "dev" | "develop" | "development" | "watch"))
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::project::testing::app_with;

    const SCRIPTS: &str = r#"{"scripts": {
        "start": "react-scripts start", "dev": "cross-env NODE_ENV=development tsx watch src/main.ts", "api": "nodemon api.js",
        "start:dev": "node server.js", "prestart:prod": "npm run build:dev", "build:dev": "tsc", "start:prod": "node dist/main.js",
        "preview": "vite preview", "serve": "serve -s dist", "watch": "node --watch server.js", "both": "concurrently 'npm:api' 'vite'"
    }}"#;

    #[test]
    fn what_is_one() {
        let app = app_with(&[("package.json", SCRIPTS)]);
        for (command, expected) in [
            ("npm start", Some("react-scripts start")),
            ("npm run dev", Some("tsx watch")),
            ("npm run start:dev", Some("npm run start:dev")),
            ("npm run both", Some("nodemon api.js")),
            ("yarn watch", Some("node --watch")),
            ("npx next dev -p 3000", Some("next dev")),
            ("vite --host", Some("vite")),
            ("yarn workspace web dev", Some("yarn workspace web dev")),
            ("npm run start:prod", None),
            ("npm run preview", None),
            ("npm run serve", None),
            ("npx next start", None),
            ("vite build", None),
            ("node server.js", None),
        ] {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            assert_eq!(find(&words, Some(&app.start(&words))).as_deref(), expected, "{command}");
        }
    }
}
