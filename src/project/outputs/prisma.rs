//! `prisma generate`.

use super::follow::Builder;

/// The client goes to node_modules, or where the schema says.
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    if arguments.first().map(String::as_str) != Some("generate") {
        return;
    }
    let named = arguments.iter().position(|it| it == "--schema").and_then(|it| arguments.get(it + 1)).cloned();
    let named = named.or_else(|| arguments.iter().find_map(|it| it.strip_prefix("--schema=")).map(str::to_owned));
    let client = builder.app.client_of(named.as_deref().unwrap_or("prisma/schema.prisma"));
    match client.as_ref() {
        None => builder.generates_client(),
        Some(it) if it.is_in_modules() => {
            builder.generates_client();
            if !it.is_usual() {
                builder.unknown(format!("`prisma generate` writes to `{}`, which a prune may remove", it.path));
            }
        }
        Some(it) => builder.generates_client_into(&it.path),
    }
}
