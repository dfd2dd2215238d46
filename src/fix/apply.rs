//! One pass over a text: which fixes go together, and the text that they make.

use super::{Edit, Fix};
use crate::text::TextRange;

/// The fixes that can be applied together, as indices into `fixes`.
///
/// `fixes` come in the order in which they go first. A fix waits when it touches one that was taken
/// before, counted from its first edit to its last, depends on what that one changes, or has other plans
/// for the same file; it is taken whole or not at all. A fix equal to one taken before goes with it: both are
/// answered by the same edits. One that gives way to another of `fixes` waits for the next pass, and so do those that it
/// would have kept from being taken.
#[must_use]
pub fn choose(fixes: &[&Fix]) -> Vec<usize> {
    let mut taken: Vec<usize> = Vec::new();
    let mut postponed: Vec<&Fix> = Vec::new();
    for (idx, fix) in fixes.iter().enumerate() {
        let waits = |other: &Fix| collide(other, fix) || fix.waits_for(other);
        let fits = |other: &usize| is_equal(fixes[*other], fix) || !waits(fixes[*other]);
        let is_empty = fix.edits().is_empty() && fix.files().is_empty();
        let goes_later = fixes.iter().any(|it| fix.gives_way_to(it));
        if goes_later {
            postponed.push(fix);
        }
        let is_kept = postponed.iter().any(|it| collide(it, fix) && !it.gives_way_to(fix));
        if !is_empty && !is_kept && !goes_later && taken.iter().all(fits) {
            taken.push(idx);
        }
    }
    taken
}

fn is_equal(a: &Fix, b: &Fix) -> bool {
    a.edits() == b.edits() && a.files() == b.files()
}

fn collide(a: &Fix, b: &Fix) -> bool {
    let touch = span(a).zip(span(b)).is_some_and(|(a, b)| a.intersect(b).is_some());
    touch || a.files().iter().any(|it| b.files().iter().any(|other| it.path == other.path && it != other))
}

/// `text` with the edits of `fixes`, which [`choose`] has chosen.
#[must_use]
pub fn apply(text: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|it| it.edits()).collect();
    edits.sort();
    edits.dedup();
    let mut res = String::with_capacity(text.len());
    let mut copied = 0;
    for edit in edits {
        let (start, end) = (usize::from(edit.range().start()), usize::from(edit.range().end()));
        res.push_str(text.get(copied..start).unwrap_or_default());
        res.push_str(&edit.text);
        copied = end;
    }
    res.push_str(text.get(copied..).unwrap_or_default());
    res
}

/// From the first edit's start to the last one's end. Ranges that touch intersect (in an empty range).
fn span(fix: &Fix) -> Option<TextRange> {
    let (first, last) = (fix.edits().first()?, fix.edits().last()?);
    Some(first.range().cover(last.range()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{Applicability, FileChange};
    use crate::text::range;

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edits = edits.iter().map(|(start, end, text)| Edit::replacement(range(*start, *end), *text)).collect();
        Fix::new("Change it", Applicability::Safe, edits)
    }

    #[track_caller]
    fn check(fixes: &[Fix], taken: &[usize], expected: &str) {
        let fixes: Vec<&Fix> = fixes.iter().collect();
        let chosen = choose(&fixes);
        assert_eq!(chosen, taken);
        let chosen: Vec<&Fix> = chosen.iter().map(|it| fixes[*it]).collect();
        assert_eq!(apply("0123456789", &chosen), expected);
    }

    #[test]
    fn disjoint_fixes_go_together_in_any_order() {
        check(&[fix(&[(6, 7, "x")]), fix(&[(0, 2, "")])], &[0, 1], "2345x789");
    }

    #[test]
    fn touching_waits() {
        check(&[fix(&[(2, 4, "x")]), fix(&[(4, 5, "y")])], &[0], "01x456789");
        check(&[fix(&[(3, 3, "x")]), fix(&[(3, 3, "y")])], &[0], "012x3456789");
    }

    #[test]
    fn a_fix_goes_whole_or_not_at_all() {
        check(&[fix(&[(5, 6, "x")]), fix(&[(0, 1, "y"), (5, 6, "z")])], &[0], "01234x6789");
    }

    #[test]
    fn a_fix_between_the_edits_of_another_waits() {
        check(&[fix(&[(0, 1, "x"), (9, 10, "y")]), fix(&[(4, 5, "z")])], &[0], "x12345678y");
    }

    #[test]
    fn a_fix_waits_for_what_it_depends_on() {
        let dependent = || fix(&[(0, 0, "x")]).depending_on(vec![range(4, 6)]);
        check(&[fix(&[(6, 6, "y")]), dependent()], &[0], "012345y6789");
        check(&[fix(&[(3, 6, "y")]), dependent()], &[0, 1], "x012y6789");
        check(&[dependent(), fix(&[(4, 5, "y")])], &[0, 1], "x0123y56789");
    }

    fn with_file(fix: Fix, path: &str, after: &str) -> Fix {
        fix.with_file(FileChange { path: path.to_owned(), before: None, after: after.to_owned() })
    }

    #[test]
    fn one_text_a_file_and_pass() {
        let (a, b) = (fix(&[(0, 1, "x")]), fix(&[(8, 9, "y")]));
        check(&[with_file(a.clone(), "f", "1"), with_file(b.clone(), "f", "2")], &[0], "x123456789");
        check(&[with_file(a.clone(), "f", "1"), with_file(b.clone(), "f", "1")], &[0, 1], "x1234567y9");
        check(&[with_file(a.clone(), "f", "1"), with_file(b, "g", "2")], &[0, 1], "x1234567y9");
        check(&[a.clone(), with_file(a, "f", "1")], &[0], "x123456789");
    }

    #[test]
    fn equal_fixes_are_applied_once_and_both_count() {
        check(&[fix(&[(5, 5, "x")]), fix(&[(5, 5, "x")])], &[0, 1], "01234x56789");
    }
}
