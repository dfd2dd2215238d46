//! What is found of several stages that ship, as one list: a layer that they share is reported once.

use crate::diagnostic::Diagnostic;

/// Adds what another stage that ships is found to have. What is said of the same place by the same rule already is not
/// said again; its fix is the one about which there is more doubt, since it changes what both ship.
pub(super) fn add(known: &mut Vec<Diagnostic>, others: Vec<Diagnostic>) {
    let n_known = known.len();
    for other in others {
        match known[..n_known].iter_mut().find(|it| it.rule == other.rule && it.range == other.range) {
            Some(same) => doubt(same, other),
            None => known.push(other),
        }
    }
}

fn doubt(known: &mut Diagnostic, other: Diagnostic) {
    let applicability = |it: &Diagnostic| it.fix.as_ref().map(|it| it.applicability);
    if applicability(&other) < applicability(known) {
        known.fix = other.fix;
        known.held_back = other.held_back;
    }
}

#[cfg(test)]
mod tests {
    use super::add;
    use crate::diagnostic::Diagnostic;
    use crate::fix::{Applicability, Edit, Fix};
    use crate::text::range;

    fn found(at: usize, applicability: Option<Applicability>) -> Diagnostic {
        let res = Diagnostic::new("root-user", range(at, at + 1), "…");
        match applicability {
            Some(it) => res.with_fix(Fix::new("Mend it", it, vec![Edit::insertion(0.into(), "x")])),
            None => res.with_held_back("not known"),
        }
    }

    fn check(other: &Diagnostic, expected: &[(u32, Option<Applicability>)]) {
        let mut all = vec![found(0, Some(Applicability::Unsafe))];
        add(&mut all, vec![other.clone()]);
        let all = all.iter().map(|it| (it.range.start().into(), it.fix.as_ref().map(|it| it.applicability)));
        assert_eq!(all.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn more_doubt_wins() {
        check(&found(0, Some(Applicability::Safe)), &[(0, Some(Applicability::Unsafe))]);
        check(&found(0, None), &[(0, None)]);
    }

    #[test]
    fn another_place_is_another_diagnostic() {
        check(&found(1, None), &[(0, Some(Applicability::Unsafe)), (1, None)]);
    }
}
