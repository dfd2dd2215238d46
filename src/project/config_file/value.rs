//! The values of settings that are written as code.

use std::collections::BTreeMap;

use oxc_ast::ast::*;

use super::Setting;
use crate::paths;

/// The values of constants, by their names.
pub(super) type Names = BTreeMap<String, Setting>;

/// What an expression says without being run.
pub(super) fn setting(value: &Expression<'_>, names: &Names) -> Setting {
    match value.get_inner_expression() {
        Expression::StringLiteral(it) => Setting::Text(it.value.to_string()),
        Expression::NumericLiteral(it) => Setting::Number(it.value),
        Expression::BooleanLiteral(it) => Setting::Flag(it.value),
        Expression::ArrayExpression(it) => list(it, names),
        Expression::ObjectExpression(it) => table(it, names),
        it => path(it, names).or_else(|| constant(it, names)).unwrap_or(Setting::Other),
    }
}

fn constant(value: &Expression<'_>, names: &Names) -> Option<Setting> {
    let Expression::Identifier(it) = value else { return None };
    names.get(it.name.as_str()).cloned()
}

fn list(array: &ArrayExpression<'_>, names: &Names) -> Setting {
    let of = |it: &ArrayExpressionElement<'_>| it.as_expression().map_or(Setting::Other, |it| setting(it, names));
    Setting::List(array.elements.iter().map(of).collect())
}

/// What is spread, or has a computed name, is a setting without a name.
fn table(object: &ObjectExpression<'_>, names: &Names) -> Setting {
    let of = |it: &ObjectPropertyKind<'_>| match it {
        ObjectPropertyKind::ObjectProperty(it) => {
            (it.key.static_name().map(|it| it.into_owned()).unwrap_or_default(), setting(&it.value, names))
        }
        ObjectPropertyKind::SpreadProperty(_) => (String::new(), Setting::Other),
    };
    Setting::Table(object.properties.iter().map(of).collect())
}

/// `path.resolve(__dirname, 'dist')`, `` `${__dirname}/dist` ``, `fileURLToPath(new URL('./dist', import.meta.url))`.
fn path(value: &Expression<'_>, names: &Names) -> Option<Setting> {
    let found = match value {
        _ if is_own_folder(value) => String::new(),
        Expression::TemplateLiteral(it) => match (&it.expressions[..], &it.quasis[..]) {
            ([], [only]) => return Some(Setting::Text(only.value.cooked?.to_string())),
            ([first], [before, after]) if before.value.raw.is_empty() && is_own_folder(first) => {
                after.value.cooked?.strip_prefix('/')?.to_owned()
            }
            _ => return None,
        },
        Expression::BinaryExpression(it) if it.operator == BinaryOperator::Addition && is_own_folder(&it.left) => {
            text(&it.right)?.strip_prefix('/')?.to_owned()
        }
        Expression::CallExpression(it) => return call(it, names),
        Expression::NewExpression(it) => url(it)?,
        Expression::StaticMemberExpression(it) if it.property.name == "pathname" => match &it.object {
            Expression::NewExpression(it) => url(it)?,
            _ => return None,
        },
        _ => return None,
    };
    Some(Setting::Path(paths::normalise(&found)))
}

/// `path.resolve(…)`, `path.join(…)`, `fileURLToPath(…)`.
fn call(call: &CallExpression<'_>, names: &Names) -> Option<Setting> {
    let name = match call.callee.get_inner_expression() {
        Expression::Identifier(it) => it.name.as_str(),
        Expression::StaticMemberExpression(it) => it.property.name.as_str(),
        _ => return None,
    };
    let first = call.arguments.first()?.as_expression()?;
    match name {
        "fileURLToPath" => path(first.get_inner_expression(), names),
        "resolve" | "join" => {
            let rest: Vec<&str> =
                call.arguments.iter().skip(1).map(|it| text(it.as_expression()?)).collect::<Option<_>>()?;
            let (start, is_own) = match setting(first, names) {
                Setting::Path(it) => (it, true),
                Setting::Text(it) => (it, false),
                _ if is_working_directory(first) => (String::new(), false),
                _ => return None,
            };
            let whole = rest.into_iter().fold(start, |folder, it| paths::resolve(&folder, it));
            Some(if is_own { Setting::Path(whole) } else { Setting::Text(whole) })
        }
        _ => None,
    }
}

/// `new URL('./dist', import.meta.url)`
fn url(new: &NewExpression<'_>) -> Option<String> {
    let [written, base] = &new.arguments[..] else { return None };
    let is_meant = new.callee.is_specific_id("URL") && is_meta(base.as_expression()?, "url");
    is_meant.then(|| text(written.as_expression()?).map(str::to_owned)).flatten()
}

/// `__dirname`, `import.meta.dirname`, `dirname(…)` of the file's own name.
fn is_own_folder(value: &Expression<'_>) -> bool {
    let value = value.get_inner_expression();
    value.is_specific_id("__dirname") || is_meta(value, "dirname")
}

fn is_working_directory(value: &Expression<'_>) -> bool {
    let Expression::CallExpression(call) = value.get_inner_expression() else { return false };
    call.callee.is_specific_member_access("process", "cwd")
}

fn is_meta(value: &Expression<'_>, name: &str) -> bool {
    let Expression::StaticMemberExpression(it) = value.get_inner_expression() else { return false };
    it.property.name == name && matches!(it.object, Expression::ImportMeta(_))
}

fn text<'a>(value: &'a Expression<'_>) -> Option<&'a str> {
    match value.get_inner_expression() {
        Expression::StringLiteral(it) => Some(it.value.as_str()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigFile, Setting};

    #[test]
    fn paths_and_lists() {
        let of = |value: &str| {
            let file = ConfigFile::read(
                "a.config.js".to_owned(),
                &format!(
                    "const __dirname = path.dirname(fileURLToPath(import.meta.url)); const root = path.resolve(__dirname, '..'); module.exports = {{ it: {value} }}"
                ),
            );
            file.expect("it is read").values("it").next().cloned().expect("it is set")
        };
        let (path, text) = (|it: &str| Setting::Path(it.to_owned()), |it: &str| Setting::Text(it.to_owned()));
        for (value, expected) in [
            ("path.resolve(__dirname, 'dist')", path("dist")),
            ("resolve(import.meta.dirname, '..', 'out/web')", path("../out/web")),
            ("`${__dirname}/dist`", path("dist")),
            ("__dirname + '/dist'", path("dist")),
            ("__dirname", path("")),
            ("fileURLToPath(new URL('./dist', import.meta.url))", path("dist")),
            ("path.join(process.cwd(), 'dist')", text("dist")),
            ("path.resolve('dist', 'a')", text("dist/a")),
            ("path.resolve(other, 'dist')", Setting::Other),
            ("path.resolve(__dirname, name)", Setting::Other),
            ("path.join(__dirname, 'a')", path("a")),
            ("root", path("..")),
            ("path.join(root, 'dist')", path("../dist")),
            ("isProd ? 'a' : 'b'", Setting::Other),
            ("['a', f()]", Setting::List(vec![text("a"), Setting::Other])),
            (
                "{ a: 'b', [c]: f() }",
                Setting::Table(vec![("a".to_owned(), text("b")), (String::new(), Setting::Other)]),
            ),
        ] {
            assert_eq!(of(value), expected, "{value}");
        }
    }
}
