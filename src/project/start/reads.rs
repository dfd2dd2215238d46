//! What programs beside Node read of the project's files by themselves, where that is known.

use super::{Program, bunfig, pm2};
use crate::ecosystem::{programs, runners};
use crate::paths;
use crate::project::{App, Reason};

/// What a program reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramReads {
    /// Files and folders, from the app's folder, whether they are there or not.
    pub files: Vec<String>,
    /// What else it may read.
    pub doubt: Option<Reason>,
}

impl App {
    /// What `program` reads besides what the modules do that it runs; `None` where that is not known.
    #[must_use]
    pub fn reads_of(&self, program: &Program) -> Option<ProgramReads> {
        match program.name.as_str() {
            "bun" => program.entry.as_ref().map(|_| bun(self, program)),
            "prisma" => prisma(self, &program.arguments),
            // Its file is followed as a script is.
            "supervisord" => Some(ProgramReads::default()),
            name if programs::is_pm2(name) => {
                let file = pm2::written(program).filter(|_| program.entry.is_some())?;
                let files = if pm2::is_configuration(&file) { vec![paths::normalise(&file)] } else { Vec::new() };
                Some(ProgramReads { files, doubt: None })
            }
            name if runners::run_by(name, &program.arguments).is_some() => program
                .entry
                .as_ref()
                .map(|_| ProgramReads { files: Vec::new(), doubt: variables(self, program, &[".env"]) }),
            _ => program.served_folder().map(|_| ProgramReads { files: vec!["serve.json".to_owned()], doubt: None }),
        }
    }
}

impl Program {
    /// The folder that a server of files serves, from the folder where it runs: `serve -s dist`, `http-server dist`.
    #[must_use]
    pub fn served_folder(&self) -> Option<String> {
        const VALUED: &[&str] = &["-l", "--listen", "-p", "--port", "-a", "-c", "--config", "-d", "-e", "--ext", "-P"];
        if !matches!(self.name.as_str(), "serve" | "http-server") {
            return None;
        }
        let mut words = self.arguments.iter();
        while let Some(word) = words.next() {
            if !word.starts_with('-') {
                return paths::inside(word).filter(|it| !it.is_empty() && !word.contains('$'));
            }
            // Of http-server `-d` and `-e` are of another kind, and `-c-1` is one word.
            if VALUED.contains(&word.as_str()) && !(self.name == "serve" && matches!(word.as_str(), "-d" | "-e")) {
                words.next();
            }
        }
        None
    }
}

/// Files of variables that bun reads by itself under `NODE_ENV=production`.
const BUN_VARIABLES: &[&str] = &[".env", ".env.production", ".env.local", ".env.production.local"];

/// bun reads its configuration, with what that loads, and files of variables, which should not be in the image.
fn bun(app: &App, program: &Program) -> ProgramReads {
    let mut files = Vec::new();
    if bunfig::is_read(app) {
        let preloads = program.preloads.iter().filter(|it| it.starts_with('.'));
        files.extend(preloads.filter_map(|it| paths::inside(it)).chain([bunfig::FILE.to_owned()]));
    }
    ProgramReads { files, doubt: variables(app, program, BUN_VARIABLES) }
}

/// A file of variables that a program reads by itself, which should not be in the image.
fn variables(app: &App, program: &Program, names: &[&str]) -> Option<Reason> {
    let file = names.iter().find(|it| app.files.is_file(&app.folder_path(it)))?;
    let doubt = format!("is read by `{}` when the container starts", program.name);
    Some(Reason::of_file(app.folder_path(file), doubt))
}

/// Where the schema is looked for, by the order in which Prisma does.
const SCHEMAS: &[&str] = &["schema.prisma", "prisma/schema.prisma", "prisma/schema"];

/// Prisma's commands that read the schema and the migrations beside it, and run nothing of the project.
fn prisma(app: &App, arguments: &[String]) -> Option<ProgramReads> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).take_while(|it| !it.starts_with('-')).collect();
    if !matches!(words[..], ["migrate", "deploy" | "status" | "resolve", ..] | ["db", "push", ..] | ["generate"]) {
        return None;
    }
    let exists = |it: &str| app.files.kind(&app.folder_path(it)).is_some();
    let schema = match schema_flag(arguments).or_else(|| schema_of_manifest(app)) {
        Some(named) => paths::inside(&named).filter(|it| exists(it))?,
        None => (*SCHEMAS.iter().find(|it| exists(it))?).to_owned(),
    };
    let folder = paths::parent(&schema);
    let mut files = match paths::file_name(folder) {
        // A folder for Prisma alone.
        "prisma" => vec![folder.to_owned()],
        _ => vec![paths::join(folder, "migrations"), schema],
    };
    let config = app.files.list(&app.folder).into_iter().map(|it| it.0).find(|it| it.starts_with("prisma.config."));
    let doubt = config
        .as_ref()
        .map(|it| Reason::of_file(app.folder_path(it), "is run by `prisma`, and what else it reads is not known"));
    let variables = [".env", "prisma/.env"].into_iter().find(|it| exists(it));
    let by_variables = || {
        let file = variables.filter(|it| app.files.is_file(&app.folder_path(it)))?;
        Some(Reason::of_file(app.folder_path(file), "is read by `prisma` when the container starts"))
    };
    files.extend(config);
    Some(ProgramReads { files, doubt: doubt.or_else(by_variables) })
}

fn schema_flag(arguments: &[String]) -> Option<String> {
    let at = arguments.iter().position(|it| it == "--schema");
    let apart = at.and_then(|it| arguments.get(it + 1)).cloned();
    apart.or_else(|| arguments.iter().find_map(|it| it.strip_prefix("--schema=")).map(str::to_owned))
}

/// `"prisma": {"schema": "db/schema.prisma"}`
fn schema_of_manifest(app: &App) -> Option<String> {
    let text = app.files.text(&app.folder_path("package.json"))?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(manifest.get("prisma")?.get("schema")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::project::testing::app_with;

    #[test]
    fn by_program() {
        let files = [
            ("package.json", "{}"),
            ("prisma/schema.prisma", ""),
            ("db/schema.prisma", ""),
            ("ecosystem.config.js", "module.exports = { apps: [{ script: './dist/main.js' }] }"),
        ];
        let app = app_with(&files);
        for (command, expected) in [
            ("npx prisma migrate deploy", Some("prisma")),
            ("prisma db push --skip-generate", Some("prisma")),
            ("prisma migrate deploy --schema=db/schema.prisma", Some("db/migrations db/schema.prisma")),
            ("prisma migrate deploy --schema ./none/schema.prisma", None),
            ("prisma db seed", None),
            ("prisma studio", None),
            ("pm2-runtime dist/main.js", Some("")),
            ("pm2-runtime start ecosystem.config.js", Some("ecosystem.config.js")),
            ("pm2-runtime start other.config.js", None),
            ("supervisord -c /etc/supervisord.conf", Some("")),
            ("serve -s dist -l 3000", Some("serve.json")),
            ("serve -l 3000 -s build", Some("serve.json")),
            ("http-server ./dist -p 8080 -c-1", Some("serve.json")),
            ("serve", None),
            ("knex migrate:latest", None),
        ] {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            let start = app.start(&words);
            let reads = start.programs.last().and_then(|it| app.reads_of(it)).map(|it| it.files.join(" "));
            assert_eq!(reads.as_deref(), expected, "{command}");
        }
    }
}
