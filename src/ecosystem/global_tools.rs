//! Tools that one installs for all to work with: compilers, watchers, generators, runners of tasks.

/// Sorted.
const DEV_TOOLS: &[&str] = &[
    "@angular/cli",
    "@nestjs/cli",
    "@swc/cli",
    "@vue/cli",
    "create-next-app",
    "create-react-app",
    "eslint",
    "express-generator",
    "gatsby-cli",
    "grunt-cli",
    "gulp",
    "gulp-cli",
    "jest",
    "lerna",
    "mocha",
    "nodemon",
    "nx",
    "parcel",
    "prettier",
    "rimraf",
    "rollup",
    "supervisor",
    "ts-node",
    "ts-node-dev",
    "tsc-watch",
    "tsup",
    "turbo",
    "typescript",
    "vite",
    "webpack",
    "webpack-cli",
    "yo",
];

/// Whether a package is such a tool.
pub(crate) fn is_dev_tool(package: &str) -> bool {
    DEV_TOOLS.binary_search(&package).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_is_sorted() {
        assert!(super::DEV_TOOLS.is_sorted());
    }
}
