//! `prisma generate`.

use super::follow::Builder;
use crate::paths;

/// The client goes to node_modules, or where the schema says.
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    if arguments.first().map(String::as_str) != Some("generate") {
        return;
    }
    let named = arguments.iter().position(|it| it == "--schema").and_then(|it| arguments.get(it + 1)).cloned();
    let named = named.or_else(|| arguments.iter().find_map(|it| it.strip_prefix("--schema=")).map(str::to_owned));
    let path = named.unwrap_or_else(|| "prisma/schema.prisma".to_owned());
    let full = builder.app.folder_path(&path);
    let text = if builder.app.files.is_file(&full) { builder.app.files.text(&full) } else { None };
    match text.as_deref().and_then(client_output) {
        None => builder.generates_client(),
        Some(it) if it.path.contains("node_modules") => builder.generates_client(),
        // TypeScript among the sources: the compiler takes it along.
        Some(it) if it.is_typescript => {}
        Some(it) => {
            let path = paths::resolve(paths::parent(&path), &it.path);
            builder.unknown(format!("`prisma generate` writes to `{path}`"));
        }
    }
}

struct ClientOutput {
    path: String,
    is_typescript: bool,
}

/// The `output` of the first generator of a client that has one.
fn client_output(schema: &str) -> Option<ClientOutput> {
    let blocks = schema.split("generator ").skip(1).map(|it| it.split('}').next().unwrap_or(it));
    let clients = blocks.filter(|it| field(it, "provider").is_some_and(|it| it.starts_with("prisma-client")));
    let mut outputs = clients.filter_map(|it| {
        let is_typescript = field(it, "provider").as_deref() == Some("prisma-client");
        Some(ClientOutput { path: field(it, "output")?, is_typescript })
    });
    outputs.next()
}

fn field(block: &str, name: &str) -> Option<String> {
    let line = block.lines().map(str::trim).find(|it| it.split([' ', '=', '\t']).next() == Some(name))?;
    let value = line.split_once('=')?.1.trim();
    Some(value.split('"').nth(1)?.to_owned())
}
