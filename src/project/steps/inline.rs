//! Code that stands in the words of `node`: `node -e "require('fs').rmSync('dist', {recursive: true})"`. What only removes,
//! copies or makes files is said as the commands of a shell that do the same.

use oxc_allocator::Allocator;
use oxc_ast::ast::{Argument, CallExpression, Expression, Statement};
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::paths;

/// The commands that do what `words` do; `None` where they are not `node -e`, or where the code does anything else.
pub(super) fn commands(words: &[String]) -> Option<Vec<String>> {
    let [program, flag, code] = words else { return None };
    if program != "node" || !matches!(flag.as_str(), "-e" | "--eval") {
        return None;
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::script()).parse();
    let is_whole = parsed.diagnostics.is_empty() && !parsed.panicked;
    let found: Option<Vec<Vec<String>>> = parsed.program.body.iter().map(statement).collect();
    found.filter(|_| is_whole).map(|it| it.concat())
}

fn statement(statement: &Statement<'_>) -> Option<Vec<String>> {
    match statement {
        Statement::EmptyStatement(_) => Some(Vec::new()),
        Statement::VariableDeclaration(it) => {
            let is_import = |it: &Expression<'_>| matches!(it, Expression::CallExpression(call) if is_fs_import(call));
            it.declarations.iter().all(|it| it.init.as_ref().is_some_and(is_import)).then(Vec::new)
        }
        Statement::ExpressionStatement(it) => match &it.expression {
            Expression::CallExpression(it) => call(it),
            _ => None,
        },
        _ => None,
    }
}

/// `fs.rmSync('dist', …)`, `console.log('…')`.
fn call(call: &CallExpression<'_>) -> Option<Vec<String>> {
    let Expression::StaticMemberExpression(callee) = &call.callee else { return None };
    let texts: Vec<&str> = call.arguments.iter().map_while(text).collect();
    match &callee.object {
        Expression::Identifier(it) if it.name == "console" => (texts.len() == call.arguments.len()).then(Vec::new),
        Expression::Identifier(it) if it.name == "fs" => command(&callee.property.name, &texts),
        Expression::CallExpression(it) if is_fs_import(it) => command(&callee.property.name, &texts),
        _ => None,
    }
}

fn is_fs_import(call: &CallExpression<'_>) -> bool {
    let is_require = matches!(&call.callee, Expression::Identifier(it) if it.name == "require");
    let modules = ["fs", "node:fs", "fs-extra"];
    is_require && call.arguments.first().and_then(text).is_some_and(|it| modules.contains(&it))
}

fn text<'a>(argument: &'a Argument<'_>) -> Option<&'a str> {
    match argument {
        Argument::StringLiteral(it) => Some(&it.value),
        _ => None,
    }
}

fn command(function: &str, texts: &[&str]) -> Option<Vec<String>> {
    let first = texts.first()?;
    let second = || texts.get(1);
    let is_plain = |it: &&str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-/@".contains(&it));
    if !texts.iter().take(2).all(is_plain) {
        return None;
    }
    let command = match function {
        "rmSync" | "rmdirSync" | "unlinkSync" | "removeSync" | "emptyDirSync" => format!("rm -rf {first}"),
        "mkdirSync" | "ensureDirSync" => format!("mkdir -p {first}"),
        "copyFileSync" => format!("cp {first} {}", second()?),
        "cpSync" | "copySync" if paths::file_name(first).contains('.') => format!("cp -r {first} {}", second()?),
        // Of two folders, what is in the first goes into the second.
        "cpSync" | "copySync" => format!("cp -r {first}/. {}", second()?),
        _ => return None,
    };
    Some(vec![command])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_as_commands() {
        for (code, expected) in [
            ("require('fs').rmSync('dist', {recursive: true, force: true})", Some("rm -rf dist")),
            (
                "fs.mkdirSync('a/b', { recursive: true }); fs.copyFileSync('x', 'a/b/x');",
                Some("mkdir -p a/b; cp x a/b/x"),
            ),
            (
                "const fs = require('node:fs'); fs.cpSync('views', 'dist/views', { recursive: true })",
                Some("cp -r views/. dist/views"),
            ),
            ("console.log('done')", Some("")),
            ("require('./build')", None),
            ("fs.rmSync(process.env.OUT)", None),
            ("fs.rmSync('a b')", None),
            ("fs.writeFileSync('dist/x.js', '')", None),
            ("const fs = require('./fs'); fs.rmSync('dist')", None),
            ("fs.rmSync('dist'", None),
        ] {
            let words = ["node", "-e", code].map(str::to_owned);
            assert_eq!(commands(&words).map(|it| it.join("; ")).as_deref(), expected, "{code}");
        }
    }
}
