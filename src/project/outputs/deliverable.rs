//! What a production stage gets of a build: where each part lands, and whose packages it runs with.

use super::Output;
use crate::paths;

/// A file or folder that goes from the building stage into the production stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// From the app's folder in the building stage: `dist`, `.next/standalone`.
    pub from: String,
    /// From the app's folder in the production stage; `""` is that folder itself.
    pub to: String,
}

/// Which packages the artefacts need beside them (FACTS §2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packages {
    /// Those of a production install.
    #[default]
    Production,
    /// None: a bundler put them into the artefacts.
    Bundled,
    /// They bring a node_modules of their own.
    Own,
}

/// What a build makes for the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deliverable {
    /// In the order of the build, none inside another.
    pub artefacts: Vec<Artefact>,
    /// Which packages they need.
    pub packages: Packages,
}

impl Deliverable {
    /// Outputs that stay where the build puts them, and run with the production packages: those of tsc and Nest, and
    /// plain copies.
    #[must_use]
    pub fn in_place<'a>(outputs: impl IntoIterator<Item = &'a Output>) -> Self {
        let mut res = Self::default();
        for output in outputs {
            res.add(Artefact { from: output.path.clone(), to: output.path.clone() });
        }
        res
    }

    /// Takes `folder` alone of the artefact that it is in: what is there brings its own packages.
    pub fn narrow(&mut self, folder: &str) {
        self.packages = Packages::Own;
        for artefact in self.artefacts.iter_mut().filter(|it| paths::contains(&it.from, folder) && it.from == it.to) {
            *artefact = Artefact { from: folder.to_owned(), to: folder.to_owned() };
        }
    }

    /// Adds an artefact, unless it comes with another; those that come with it go.
    pub fn add(&mut self, artefact: Artefact) {
        let comes_with = |it: &Artefact, other: &Artefact| {
            paths::below(&other.from, &it.from).is_some_and(|rest| paths::join(&other.to, rest) == it.to)
        };
        if !self.artefacts.iter().any(|it| comes_with(&artefact, it)) {
            self.artefacts.retain(|it| !comes_with(it, &artefact));
            self.artefacts.push(artefact);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artefact(from: &str, to: &str) -> Artefact {
        Artefact { from: from.to_owned(), to: to.to_owned() }
    }

    #[test]
    fn what_lies_in_another_is_not_copied_twice() {
        let mut res = Deliverable::default();
        for path in ["dist/views", "public", "dist", "dist/assets", "distant"] {
            res.add(artefact(path, path));
        }
        let expected = ["public", "dist", "distant"].map(|it| artefact(it, it));
        assert_eq!(res.artefacts, expected);
    }

    #[test]
    fn a_server_that_brings_its_packages() {
        let mut res = Deliverable::default();
        [".next", "public"].into_iter().for_each(|it| res.add(artefact(it, it)));
        res.narrow(".next/standalone");
        assert_eq!(res.artefacts, [artefact(".next/standalone", ".next/standalone"), artefact("public", "public")]);
        assert_eq!(res.packages, Packages::Own);
    }

    #[test]
    fn what_lands_elsewhere_is_one_of_its_own() {
        let mut res = Deliverable { packages: Packages::Own, ..Deliverable::default() };
        let all =
            [artefact(".next/standalone", ""), artefact(".next/static", ".next/static"), artefact("public", "public")];
        all.iter().for_each(|it| res.add(it.clone()));
        res.add(artefact(".next/standalone/server.js", "server.js"));
        assert_eq!(res.artefacts, all);
    }
}
