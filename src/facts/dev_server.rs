//! Starts that are for development: servers that watch, compile or reload.

use crate::project::{Program, Start};

/// Programs with the first words that make them development servers; `""` is none.
const SERVERS: &[(&str, &[&str])] = &[
    ("astro", &["dev"]),
    ("craco", &["start"]),
    ("docusaurus", &["start"]),
    ("ember", &["serve", "server", "s"]),
    ("expo", &["start"]),
    ("gatsby", &["develop"]),
    ("keystone", &["dev"]),
    ("medusa", &["develop"]),
    ("netlify", &["dev"]),
    ("next", &["dev", ""]),
    ("ng", &["serve", "s"]),
    ("nuxi", &["dev"]),
    ("nuxt", &["dev"]),
    ("parcel", &["serve", "watch", ""]),
    ("quasar", &["dev"]),
    ("react-app-rewired", &["start"]),
    ("react-native", &["start"]),
    ("react-router", &["dev"]),
    ("react-scripts", &["start"]),
    ("remix", &["dev", "vite:dev", "watch"]),
    ("rsbuild", &["dev"]),
    ("rspack", &["dev", "serve"]),
    ("serverless", &["offline"]),
    ("sls", &["offline"]),
    ("start-storybook", &[""]),
    ("storybook", &["dev"]),
    ("strapi", &["develop", "dev"]),
    ("svelte-kit", &["dev"]),
    ("tsx", &["watch"]),
    ("turbo", &["dev"]),
    ("vinxi", &["dev"]),
    ("vite", &["dev", "serve", ""]),
    ("vitepress", &["dev"]),
    ("vue-cli-service", &["serve"]),
    ("vuepress", &["dev"]),
    ("webpack", &["serve", "s"]),
    ("wrangler", &["dev"]),
];

/// Programs that are nothing else; their first word is a file.
const OF_FILES: &[&str] = &["live-server", "node-dev", "nodemon", "ts-node-dev", "tsnd", "webpack-dev-server"];

/// The development server that `words` start, as one would write it; `None` where it is none, or not
/// known to be one. `start` is what the words run, where the app is known.
pub(super) fn find(words: &[String], start: Option<&Start>) -> Option<String> {
    let programs = start.map_or(&[][..], |it| &it.programs);
    programs.iter().find_map(by_program).or_else(|| by_script(programs.last()?)).or_else(|| by_words(words))
}

fn by_program(program: &Program) -> Option<String> {
    let first = program.arguments.first().filter(|it| !it.starts_with('-')).map_or("", String::as_str);
    let known = SERVERS.iter().find(|it| it.0 == program.name);
    let is_server = known.is_some_and(|it| it.1.contains(&first)) || OF_FILES.contains(&program.name.as_str());
    let mut watching = program.arguments.iter().filter(|it| matches!(it.as_str(), "--watch" | "--hot"));
    let word = if is_server { first } else { watching.next()? };
    Some(format!("{} {word}", program.name).trim_end().to_owned())
}

/// By the name of the script of package.json that it stands in.
fn by_script(program: &Program) -> Option<String> {
    let (script, _) = program.script.as_ref()?;
    says_so(script).then(|| format!("npm run {script}"))
}

/// `yarn workspace web dev`, whose script is not known.
fn by_words(words: &[String]) -> Option<String> {
    let is_telling = |it: &String| says_so(it) || it == "--watch" || OF_FILES.contains(&it.as_str());
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
