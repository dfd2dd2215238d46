//! The user that USER names, through a variable or not.

use crate::inspection::Inspection;
use crate::stages::InstructionId;
use crate::syntax::{Kind, Pair, Word};
use crate::text::TextRange;

/// What a USER names.
pub(in crate::rules) struct NamedUser<'m> {
    /// The user, with its group if there is one.
    pub(in crate::rules) value: &'m str,
    /// Where it stands in the file as it is: in USER, or in the ENV or ARG of the one variable that USER consists of.
    pub(in crate::rules) place: Option<TextRange>,
    /// Whether it is the default of an ARG, which the build may change.
    pub(in crate::rules) by_argument: bool,
}

/// What the USER at `at` names; `None` where a variable of it is not known.
pub(in crate::rules) fn named_user<'m>(ctx: &'m Inspection, at: InstructionId) -> Option<NamedUser<'m>> {
    let Kind::User(word) = &ctx.model().instructions[at].kind else { return None };
    if !word.has_variable() {
        return Some(NamedUser { value: &word.value, place: Some(word.range), by_argument: false });
    }
    let value = ctx.model().user_named_at(at)?;
    let defined = variable(word).and_then(|it| definition(ctx, at, it));
    let place = defined.and_then(|(pair, _)| pair.value.as_ref()).filter(|it| ctx.text()[it.range] == *value);
    let by_argument = defined.is_none_or(|it| it.1);
    Some(NamedUser { value, place: place.map(|it| it.range), by_argument })
}

/// The variable that the word consists of: `$NAME`, `${NAME}`.
pub(in crate::rules) fn variable(word: &Word) -> Option<&str> {
    let name = word.value.trim_matches('"').strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(name);
    name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_').then_some(name)
}

/// The pair that gives the variable its value there, and whether it is one of ARG: ENV counts before ARG.
fn definition<'m>(ctx: &'m Inspection, at: InstructionId, name: &str) -> Option<(&'m Pair, bool)> {
    let model = ctx.model();
    let stages = model.ancestry(model.stage_of(at)?);
    let before = || stages.iter().flat_map(|it| model.stages[*it].instructions.clone().rev()).filter(|it| *it < at);
    let named = |pairs: &'m [Pair]| pairs.iter().rfind(|it| it.key.value == name);
    let env = |it| if let Kind::Env(pairs) = &model.instructions[it].kind { named(pairs) } else { None };
    let arg = |it| if let Kind::Arg(pairs) = &model.instructions[it].kind { named(pairs) } else { None };
    let by_env = before().find_map(env).map(|it| (it, false));
    by_env.or_else(|| before().find_map(arg).map(|it| (it, true)))
}
