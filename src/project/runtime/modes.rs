//! Where the app's own code does something else under `NODE_ENV=production` than without a NODE_ENV.
//!
//! A comparison with any other word (`=== 'test'`) is the same in both, and so is a default of `production`. What
//! only goes to a log, or into the details of an error's answer, changes nothing that the app is for.

use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};

const VARIABLE: &str = "NODE_ENV";

/// The offsets in a module's text at which NODE_ENV decides something.
pub(super) fn of(program: &Program<'_>, text: &str) -> Vec<u32> {
    if !may_have(text) {
        return Vec::new();
    }
    let mut modes = Modes::default();
    modes.visit_program(program);
    modes.found
}

/// Whether a module may ask for NODE_ENV at all.
pub(super) fn may_have(text: &str) -> bool {
    [VARIABLE, "get('env')", "get(\"env\")"].iter().any(|it| text.contains(it)) || text.contains("app.env")
}

#[derive(Default)]
struct Modes {
    found: Vec<u32>,
    /// How many of the surrounding nodes let nothing out but a log.
    quiet: usize,
}

impl Modes {
    fn note(&mut self, at: u32) {
        if self.quiet == 0 {
            self.found.push(at);
        }
    }

    fn quietly(&mut self, is_quiet: bool, walk: impl FnOnce(&mut Self)) {
        self.quiet += usize::from(is_quiet);
        walk(self);
        self.quiet -= usize::from(is_quiet);
    }
}

impl<'a> Visit<'a> for Modes {
    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if it.property.name == VARIABLE {
            self.note(it.span.start);
        }
        walk::walk_static_member_expression(self, it);
    }

    /// `process.env['NODE_ENV']`, `config.get('NODE_ENV')`
    fn visit_string_literal(&mut self, it: &StringLiteral<'a>) {
        if it.value == VARIABLE {
            self.note(it.span.start);
        }
    }

    /// `const { NODE_ENV } = process.env`
    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        if super::module::key_name(&it.key) == Some(VARIABLE) {
            self.note(it.span.start);
        }
        walk::walk_binding_property(self, it);
    }

    /// Schemas of the environment: what comes out of them is read by other names.
    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if super::module::key_name(&it.key) == Some(VARIABLE) {
            self.note(it.span.start);
        }
        walk::walk_object_property(self, it);
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        let is_other = |it: &Expression<'a>| matches!(it, Expression::StringLiteral(it) if it.value != "production");
        let sides = [(&it.left, &it.right), (&it.right, &it.left)];
        let is_mode = |it: &Expression<'a>| MODES.iter().any(|mode| it.is_specific_string_literal(mode));
        if it.operator.is_equality() && sides.iter().any(|(a, b)| is_env_of_app(a) && is_mode(b)) {
            self.note(it.span.start);
        }
        let is_same = it.operator.is_equality() && sides.iter().any(|(a, b)| is_variable(a) && is_other(b));
        if !is_same {
            walk::walk_binary_expression(self, it);
        }
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        let is_default = !it.operator.is_and() && it.right.is_specific_string_literal("production");
        if !(is_default && is_variable(&it.left)) {
            walk::walk_logical_expression(self, it);
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let is_mode = it.callee_name() == Some("get")
            && matches!(it.arguments.first(), Some(Argument::StringLiteral(it)) if it.value == "env");
        if is_mode {
            self.note(it.span.start);
        }
        self.quietly(is_log(it), |modes| walk::walk_call_expression(modes, it));
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        let is_detail = (is_of_error(&it.consequent) && says_nothing(&it.alternate))
            || (is_of_error(&it.alternate) && says_nothing(&it.consequent));
        self.quietly(is_detail, |modes| modes.visit_expression(&it.test));
        self.visit_expression(&it.consequent);
        self.visit_expression(&it.alternate);
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        let is_log = only_logs(&it.consequent) && it.alternate.as_ref().is_none_or(only_logs);
        self.quietly(is_log, |modes| modes.visit_expression(&it.test));
        self.visit_statement(&it.consequent);
        if let Some(alternate) = &it.alternate {
            self.visit_statement(alternate);
        }
    }
}

/// `process.env.NODE_ENV` itself, without a default that it may have been given.
pub(super) fn is_variable(it: &Expression<'_>) -> bool {
    let is_env = |it: &Expression<'_>| {
        matches!(it, Expression::StaticMemberExpression(it)
            if it.property.name == "env" && it.object.is_specific_id("process"))
    };
    match it.get_inner_expression() {
        Expression::StaticMemberExpression(it) => it.property.name == VARIABLE && is_env(&it.object),
        Expression::ComputedMemberExpression(it) => {
            it.expression.is_specific_string_literal(VARIABLE) && is_env(&it.object)
        }
        _ => false,
    }
}

/// Koa's `app.env`, which is `development` where NODE_ENV is not set.
const MODES: [&str; 2] = ["development", "production"];

/// `app.env`, `ctx.app.env`
fn is_env_of_app(it: &Expression<'_>) -> bool {
    let is_app = |it: &Expression<'_>| match it.get_inner_expression() {
        Expression::Identifier(it) => it.name == "app",
        Expression::StaticMemberExpression(it) => it.property.name == "app",
        _ => false,
    };
    matches!(it.get_inner_expression(), Expression::StaticMemberExpression(it)
        if it.property.name == "env" && is_app(&it.object))
}

/// `console.log(…)`, `logger.info(…)`, `morgan(…)`
fn is_log(call: &CallExpression<'_>) -> bool {
    match &call.callee {
        Expression::Identifier(it) => it.name == "morgan",
        Expression::CallExpression(it) => it.common_js_require().is_some_and(|it| it.value == "morgan"),
        Expression::StaticMemberExpression(it) => {
            let name = it.property.name.as_str();
            let object = match &it.object {
                Expression::Identifier(it) => it.name.as_str(),
                Expression::StaticMemberExpression(it) => it.property.name.as_str(),
                _ => "",
            };
            matches!(name, "log" | "info" | "debug" | "warn" | "error" | "trace" | "verbose")
                && matches!(object.to_ascii_lowercase().as_str(), "console" | "log" | "logger")
        }
        _ => false,
    }
}

/// A statement that only writes to a log: `console.log(…)`, `app.use(morgan('dev'))`.
fn only_logs(it: &Statement<'_>) -> bool {
    match it {
        Statement::BlockStatement(it) => it.body.iter().all(only_logs),
        Statement::ExpressionStatement(it) => match &it.expression {
            Expression::CallExpression(it) if is_log(it) => true,
            Expression::CallExpression(it) if it.callee_name() == Some("use") => {
                matches!(it.arguments.as_slice(), [Argument::CallExpression(it)] if is_log(it))
            }
            _ => false,
        },
        _ => false,
    }
}

/// `err`, `error.stack`, `e.message`
fn is_of_error(it: &Expression<'_>) -> bool {
    match it.get_inner_expression() {
        Expression::Identifier(it) => matches!(it.name.as_str(), "err" | "error" | "e"),
        Expression::StaticMemberExpression(it) => {
            matches!(it.property.name.as_str(), "stack" | "message") && is_of_error(&it.object)
        }
        _ => false,
    }
}

/// A text, nothing, or an empty object, in place of an error.
fn says_nothing(it: &Expression<'_>) -> bool {
    match it.get_inner_expression() {
        Expression::StringLiteral(_) | Expression::NullLiteral(_) => true,
        Expression::Identifier(it) => it.name == "undefined",
        Expression::ObjectExpression(it) => it.properties.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use oxc_parser::Parser;
    use oxc_span::SourceType;

    fn n_found(text: &str) -> usize {
        let allocator = oxc_allocator::Allocator::default();
        let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
        super::of(&parsed.program, text).len()
    }

    #[test]
    fn what_decides() {
        for text in [
            "const env = process.env.NODE_ENV || 'development'",
            "session({ cookie: { secure: process.env.NODE_ENV === 'production' } })",
            "const { NODE_ENV } = process.env",
            "const { NODE_ENV: mode = 'development' } = process.env",
            "config[process.env.NODE_ENV]",
            "load(process.env['NODE_ENV'])",
            "`.env.${process.env.NODE_ENV}`",
            "new Pool({ ssl: config.get('NODE_ENV') !== 'development' })",
            "config.NODE_ENV === 'development'",
            "cleanEnv(process.env, { NODE_ENV: str() })",
            "if (process.env.NODE_ENV !== 'production') { app.use(cors()) }",
            "switch (process.env.NODE_ENV) {}",
            "app.get('env') === 'production' && app.set('trust proxy', 1)",
            "log(process.env.NODE_ENV)",
            "if (app.env === 'production') app.proxy = true",
            "app.env !== 'development' && app.use(helmet())",
        ] {
            assert_eq!(n_found(text), 1, "{text}");
        }
    }

    #[test]
    fn what_is_the_same_without() {
        for text in [
            "process.env.NODE_ENV !== 'test' && app.listen(3000)",
            "if (process.env.NODE_ENV === 'development') app.use(cors())",
            "const env = process.env.NODE_ENV ?? 'production'",
            "console.log('runs as', process.env.NODE_ENV)",
            "this.logger.info(`mode ${process.env.NODE_ENV}`)",
            "app.use(morgan(process.env.NODE_ENV === 'production' ? 'combined' : 'dev'))",
            "if (process.env.NODE_ENV !== 'production') app.use(morgan('dev'))",
            "res.json({ stack: process.env.NODE_ENV === 'production' ? null : err.stack })",
            "res.locals.error = req.app.get('env') === 'development' ? err : {}",
            "cache.get('environment')",
            "if (app.env === 'test') run()",
            "if (config.env === 'production') run()",
        ] {
            assert_eq!(n_found(text), 0, "{text}");
        }
    }
}
