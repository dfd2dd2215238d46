//! TypeORM's `ormconfig` files: since 0.3 only functions of the old kind read them.

use oxc_ast::ast::*;

use super::graph::Graph;

/// Functions of TypeORM that look for a file where they get no options.
const OLD: [&str; 3] = ["createConnection", "createConnections", "getConnectionOptions"];

/// Whether a package that imports `path` by convention does so in this app (read in typeorm 0.3.0 and 0.3.28, and in
/// @nestjs/typeorm 11).
pub(super) fn is_read(graph: &Graph<'_>, path: &str) -> bool {
    !path.starts_with("ormconfig.") || !has_data_sources(graph) || asks_in_the_old_way(graph)
}

/// Whether TypeORM, and Nest's module for it, know `DataSource`, which takes its options from the code.
fn has_data_sources(graph: &Graph<'_>) -> bool {
    let range = |name: &str| graph.app.package.dependencies.get(name);
    range("typeorm").is_some_and(|it| is_since(it, 0, 3))
        && range("@nestjs/typeorm").is_none_or(|it| is_since(it, 9, 0))
}

fn asks_in_the_old_way(graph: &Graph<'_>) -> bool {
    graph.modules.iter().any(|module| {
        let by_call = module.nodes.calls.iter().any(|it| it.callee_name().is_some_and(|it| OLD.contains(&it)));
        let reader = |it: &&&NewExpression<'_>| {
            it.callee.get_identifier_reference().is_some_and(|it| it.name == "ConnectionOptionsReader")
        };
        by_call || module.nodes.news.iter().find(reader).is_some()
    })
}

/// Whether all that a range allows is of this version or a later one; of ranges of other kinds that is not known.
fn is_since(range: &str, major: u32, minor: u32) -> bool {
    let version = range.trim_start_matches(['^', '~', '>', '=', 'v', ' ']);
    let mut numbers = version.split('.').map(|it| it.parse::<u32>().ok());
    let (Some(Some(first)), second) = (numbers.next(), numbers.next().flatten()) else { return false };
    !range.contains("||") && (first, second.unwrap_or_default()) >= (major, minor)
}

#[cfg(test)]
mod tests {
    use super::is_since;

    #[test]
    fn ranges() {
        for (range, expected) in [
            ("^0.3.28", true),
            ("~0.3.0", true),
            ("0.3.x", true),
            (">=0.3.0", true),
            ("1.0.0", true),
            ("^0.2.45", false),
            ("0", false),
            ("latest", false),
            ("^0.3.0 || ^0.2.0", false),
            ("github:a/typeorm", false),
        ] {
            assert_eq!(is_since(range, 0, 3), expected, "{range}");
        }
    }
}
