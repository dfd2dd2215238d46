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
