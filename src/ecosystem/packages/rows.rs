//! The shape of a row, and the words to write one.

/// What is known of one package.
#[derive(Debug)]
pub struct Package {
    /// Its name, with its scope; where one imports a file of it (`lowdb/node`), with the file.
    pub name: &'static str,
    /// What it does.
    pub facts: &'static [Fact],
}

/// One thing that a package does at run time.
///
/// Names of functions are joined by dots and begin at the package: `""` is what the package exports itself, `()` a
/// call in between (`verbose.().Database`). Paths are from the working directory.
#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// A function takes a path as an argument.
    Argument {
        /// The function, by its whole path.
        of: &'static str,
        /// The argument's position, from 0.
        at: usize,
        /// What is done there.
        does: Use,
    },
    /// A function takes a path by an option.
    Option {
        /// The last name of the function; `""` stands for any.
        of: &'static str,
        /// The option.
        key: &'static str,
        /// What is done there.
        does: Use,
    },
    /// A method of what the package gives takes a path, however the object came to the caller.
    Method {
        /// The method's name alone: `toFile`.
        name: &'static str,
        /// The argument's position, from 0.
        at: usize,
        /// What is done there.
        does: Use,
    },
    /// It starts programs, which may do anything.
    Starts,
    /// It loads modules of the app by itself: by folder, by a pattern, by a name in a text.
    LoadsModules,
    /// It loads this file, without the extension, or what is in this folder, by a function of the app that could import any.
    Imports(&'static str),
    /// Where the package is registered as a plugin (`app.register(plugin, { … })`), an option is a path.
    PluginOption {
        /// The option.
        key: &'static str,
        /// What is done there.
        does: Use,
    },
    /// It does something by itself, as soon as it is loaded.
    Default {
        /// A path, or a glob.
        path: &'static str,
        /// What is done there.
        does: Use,
        /// The option that says another path; `""` where there is none.
        unless: &'static str,
    },
    /// It loads packages by a name in a text: `dialect: 'postgres'` loads `pg`.
    Loads {
        /// The text; `""` where the package's own name is the text, or what picks it is not in a text.
        text: &'static str,
        /// The packages.
        packages: &'static [&'static str],
    },
    /// It loads such packages where a text says their name, and none otherwise: pino's `target: 'pino-pretty'`.
    LoadsNamed(&'static [&'static str]),
    /// It brings a program; a package without a row brings one of its own name, if any.
    Program(&'static str),
    /// It reads the project's own files at run time, by what they import: sources, `tsconfig.json`.
    LoadsSources,
    /// Its install leaves something outside of node_modules, which a copy of node_modules loses: a path from the home
    /// of the user who installs.
    Home(&'static str),
    /// It needs libraries or programs of the system, by the names that tell them among packages of apk and apt.
    System(&'static [&'static str]),
}

/// What is done to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Reads a file.
    Reads,
    /// Reads a folder.
    ReadsFolder,
    /// Asks whether something is there.
    Looks,
    /// Writes a file.
    Writes,
    /// Makes or fills a folder.
    WritesFolder,
    /// Writes a file, and others beside it.
    WritesBeside,
}

impl Use {
    /// Whether it only reads.
    #[must_use]
    pub fn is_read(self) -> bool {
        matches!(self, Self::Reads | Self::ReadsFolder | Self::Looks)
    }
}

impl Package {
    /// The programs it brings that are called otherwise than itself.
    pub fn programs(&self) -> impl Iterator<Item = &'static str> {
        let name = |it: &Fact| match it {
            Fact::Program(name) => Some(*name),
            _ => None,
        };
        self.facts.iter().filter_map(name)
    }

    /// Whether it reads the project's own sources at run time.
    #[must_use]
    pub fn loads_sources(&self) -> bool {
        self.facts.iter().any(|it| matches!(it, Fact::LoadsSources))
    }

    /// What it does by itself: the path, what is done there, and the option that says another path.
    pub fn defaults(&self) -> impl Iterator<Item = (&'static str, Use, &'static str)> {
        let of = |it: &Fact| match it {
            Fact::Default { path, does, unless } => Some((*path, *does, *unless)),
            _ => None,
        };
        self.facts.iter().filter_map(of)
    }

    /// Whether it starts programs.
    #[must_use]
    pub fn starts_programs(&self) -> bool {
        self.facts.iter().any(|it| matches!(it, Fact::Starts))
    }

    /// Whether it loads modules of the app by itself.
    #[must_use]
    pub fn loads_modules(&self) -> bool {
        self.facts.iter().any(|it| matches!(it, Fact::LoadsModules))
    }

    /// What of the app it has a function of the app import: files, without the extension, and folders.
    pub fn imports(&self) -> impl Iterator<Item = &'static str> {
        let of = |it: &Fact| match it {
            Fact::Imports(path) => Some(*path),
            _ => None,
        };
        self.facts.iter().filter_map(of)
    }

    /// Whether it loads packages of such names where a text says one; patterns may end in `*`.
    pub fn loads_named(&self) -> impl Iterator<Item = &'static str> {
        let of = |it: &Fact| match it {
            Fact::LoadsNamed(packages) => *packages,
            _ => &[],
        };
        self.facts.iter().flat_map(of).copied()
    }

    /// The packages that it loads by a text: the text, and the packages.
    pub fn loads(&self) -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        let of = |it: &Fact| match it {
            Fact::Loads { text, packages } => Some((*text, *packages)),
            _ => None,
        };
        self.facts.iter().filter_map(of)
    }
}

/// A row.
pub(super) const fn row(name: &'static str, facts: &'static [Fact]) -> Package {
    Package { name, facts }
}

/// The first argument of the function `of` is a path.
pub(super) const fn argument(of: &'static str, does: Use) -> Fact {
    Fact::Argument { of, at: 0, does }
}

/// The option `key` of the function `of` (`""`: of any) is a path.
pub(super) const fn option(of: &'static str, key: &'static str, does: Use) -> Fact {
    Fact::Option { of, key, does }
}

/// The argument `at` of the function `of` is a path.
pub(super) const fn argument_at(of: &'static str, at: usize, does: Use) -> Fact {
    Fact::Argument { of, at, does }
}

/// The first argument of the method `name` is a path.
pub(super) const fn method(name: &'static str, does: Use) -> Fact {
    Fact::Method { name, at: 0, does }
}

/// It writes to the folder `path`, unless the option says another one.
pub(super) const fn writes_folder(path: &'static str, unless: &'static str) -> Fact {
    Fact::Default { path, does: Use::WritesFolder, unless }
}

/// The option `key` of a plugin is a path.
pub(super) const fn plugin(key: &'static str, does: Use) -> Fact {
    Fact::PluginOption { key, does }
}

/// It reads what lies at `path`, a path or a glob, by convention.
pub(super) const fn reads(path: &'static str) -> Fact {
    Fact::Default { path, does: Use::Reads, unless: "" }
}

/// It reads the folder `path` by convention.
pub(super) const fn reads_folder(path: &'static str) -> Fact {
    Fact::Default { path, does: Use::ReadsFolder, unless: "" }
}

/// The text loads these packages.
pub(super) const fn loads(text: &'static str, packages: &'static [&'static str]) -> Fact {
    Fact::Loads { text, packages }
}
