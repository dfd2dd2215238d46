//! What pm2 starts by a file of its own.

use super::{Program, node};
use crate::paths;
use crate::project::config_file::{ConfigFile, Setting};
use crate::project::{App, Reason};

/// What such a file says of its one app.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Started {
    /// The module, from the folder where pm2 runs.
    pub(super) script: String,
    /// `NODE_ENV` that it sets.
    pub(super) node_env: Option<String>,
}

/// Settings that have it do something else than start a module and wait for it.
const OTHERS: &[&str] = &[
    "args",
    "deploy",
    "error_file",
    "exec_interpreter",
    "interpreter",
    "interpreter_args",
    "log",
    "log_file",
    "node_args",
    "out_file",
    "pid_file",
    "post_update",
    "pre_start",
    "uid",
];

/// The file that `program` is given, as written.
pub(super) fn written(program: &Program) -> Option<String> {
    node::loader_file(&program.name, &program.arguments)
}

/// Whether a word is such a file; else it is a module, or the name of a program.
pub(super) fn is_configuration(written: &str) -> bool {
    written.contains(".config.")
        || written.ends_with(".json")
        || written.ends_with(".yml")
        || written.ends_with(".yaml")
}

/// Reads the file at `path`, from the app's folder, which lies at `root` in the image.
///
/// # Errors
/// Where it does more than to start one module: one clause.
pub(super) fn read(app: &App, path: &str, root: Option<&str>) -> Result<Started, Reason> {
    let full = app.folder_path(path);
    let Some(text) = app.files.text(&full) else {
        return Err(format!("`{path}`, which says what pm2 starts, was not found").into());
    };
    let text = if path.ends_with(".json") { format!("module.exports = {text}") } else { text };
    let file = ConfigFile::read(full.clone(), &text)?;
    let err = |text: String| Err(Reason::of_file(full.clone(), text));
    if let Some(other) = file.first(OTHERS) {
        return err(format!("sets `{other}`"));
    }
    if file.values("watch").any(|it| *it != Setting::Flag(false)) {
        return err("has pm2 watch the sources".to_owned());
    }
    if file.values("script").count() != 1 {
        return err("does not start one module".to_owned());
    }
    let script = file.text("script")?.unwrap_or_default().to_owned();
    let cwd = file.text("cwd")?.unwrap_or_default();
    let is_here = matches!(cwd, "" | "." | "./") || root == Some(cwd.trim_end_matches('/'));
    if !is_module(&script) || !is_here {
        return err(format!("starts `{script}` in `{cwd}`, which is not followed").replace(" in ``", ""));
    }
    let has_others = file.first(&["env_production", "env_development", "env_staging", "env_test"]).is_some();
    let node_env = if has_others { None } else { file.text("NODE_ENV")?.map(str::to_owned) };
    Ok(Started { script: paths::resolve("", &script), node_env })
}

fn is_module(written: &str) -> bool {
    matches!(written.rsplit('.').next(), Some("js" | "mjs" | "cjs"))
}

#[cfg(test)]
mod tests {
    use crate::project::testing::app_with;

    #[test]
    fn configurations() {
        for (text, expected) in [
            ("module.exports = { apps: [{ name: 'a', script: './dist/x.js', instances: 2 }] }", "dist/x.js"),
            ("module.exports = { apps: [{ script: 'x.js', env: { NODE_ENV: 'production' } }] }", "x.js production"),
            ("module.exports = { apps: [{ script: 'x.js', watch: false }] }", "x.js"),
            ("module.exports = { apps: [{ script: 'x.js', cwd: '/app' }] }", "x.js"),
            (
                "module.exports = { apps: [{ script: 'x.js', cwd: './api' }] }",
                "`p.config.js` starts `x.js` in `./api`, which is not followed",
            ),
            ("module.exports = { apps: [{ script: 'x.js', watch: true }] }", "`p.config.js` has pm2 watch the sources"),
            ("module.exports = { apps: [{ script: 'npm', args: 'start' }] }", "`p.config.js` sets `args`"),
            ("module.exports = { apps: [{ script: f() }] }", "`p.config.js` computes `script`"),
            (
                "module.exports = { apps: [{ script: 'x.js' }, { script: 'y.js' }] }",
                "`p.config.js` does not start one module",
            ),
        ] {
            let app = app_with(&[("package.json", "{}"), ("p.config.js", text)]);
            let found = match super::read(&app, "p.config.js", Some("/app")) {
                Ok(it) => [it.script, it.node_env.unwrap_or_default()].join(" ").trim().to_owned(),
                Err(why) => why.to_string(),
            };
            assert_eq!(found, expected, "{text}");
        }
    }
}
