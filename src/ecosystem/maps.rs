//! Who reads source maps at run time.

/// Packages that read them, or send errors to somebody who may.
const READERS: &[&str] = &[
    "source-map-support",
    "@cspotcode/source-map-support",
    "@airbrake/node",
    "@appsignal/nodejs",
    "@bugsnag/js",
    "@bugsnag/node",
    "@honeybadger-io/js",
    "@sentry/node",
    "applicationinsights",
    "dd-trace",
    "elastic-apm-node",
    "newrelic",
    "pm2",
    "raygun",
    "rollbar",
];

/// Builds of sites, each with the setting by which it leaves maps, and the file where that stands.
const SETTINGS: &[(&str, (&str, &str))] =
    &[("vite", ("sourcemap", "vite.config")), ("next", ("productionBrowserSourceMaps", "next.config"))];

/// The setting by which the build of `program` leaves maps for browsers, and the configuration without its extension.
pub(crate) fn setting(program: &str) -> Option<(&'static str, &'static str)> {
    SETTINGS.iter().find(|it| it.0 == program).map(|it| it.1)
}

/// Whether the package reads maps, or may: error trackers put the sources' lines into what they report.
pub(crate) fn reads_maps(package: &str) -> bool {
    READERS.contains(&package) || package.starts_with("@sentry/") || package.starts_with("@datadog/")
}

/// Whether a text sends maps to an error tracker: `sentry-cli sourcemaps upload`.
pub(crate) fn sends_maps(text: &str) -> bool {
    text.contains("sourcemaps")
}

/// Whether a text asks for maps at run time: words of a start command, NODE_OPTIONS, or a line of a module.
pub(crate) fn asks_for_maps(text: &str) -> bool {
    ["--enable-source-maps", "source-map", "setSourceMapsEnabled", "setSourceMapsSupport", "--inspect"]
        .iter()
        .any(|it| text.contains(it))
}
