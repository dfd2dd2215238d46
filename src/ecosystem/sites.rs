//! Tools that make a site of plain files for browsers, and serve it themselves while one works on it.

use super::frameworks::{Made, When};
use super::servers;

mod rows;

use rows::SITES;

/// A tool and its servers.
pub(crate) struct Site {
    /// What its build makes.
    pub(crate) made: Made,
    /// Its development servers: the program, and its first word; `""` is none, and an option may stand anywhere.
    pub(crate) serves: &'static [(&'static str, &'static str)],
    /// The servers that show what is built.
    pub(crate) previews: &'static [(&'static str, &'static str)],
    /// Where these two listen unless they are told.
    pub(crate) ports: (u16, u16),
    /// Whether they listen to other machines unasked.
    pub(crate) is_open: bool,
    /// Whether they answer a path that is no file with `index.html`.
    pub(crate) falls_back: bool,
    /// Settings of its configuration by which its servers do more than serve the files at `/`.
    pub(crate) does_more: &'static [&'static str],
    /// Files and folders by which they do; `a/**/b` are all files below `a` whose names begin with `b`.
    pub(crate) beside: &'static [&'static str],
    /// Words of its code by which they make a page for each request.
    pub(crate) words: &'static [&'static str],
    /// Packages by which they do.
    pub(crate) packages: &'static [&'static str],
    /// Whether its development server listens on `PORT`.
    pub(crate) reads_port: bool,
}

/// What the builds make; Angular's lies where `angular.json` says.
pub(super) fn made() -> impl Iterator<Item = &'static Made> {
    SITES.iter().map(|it| &it.made)
}

/// The tools whose server these words start, and whether that shows what is built already.
pub(crate) fn served<'a>(
    program: &'a str,
    arguments: &'a [String],
) -> impl Iterator<Item = (&'static Site, bool)> + 'a {
    let first = arguments.first().filter(|it| !it.starts_with('-')).map_or("", String::as_str);
    let is = move |word: &str| match word.starts_with('-') {
        true => arguments.iter().any(|it| it == word),
        false => word == first || word.is_empty() && first.ends_with(".html") || program == "react-router-serve",
    };
    let has = move |all: &[(&str, &str)]| all.iter().any(|it| it.0 == program && is(it.1));
    let served = SITES.iter().map(move |it| (it, has(it.previews), has(it.serves)));
    served.filter(|it| it.1 || it.2).map(|it| (it.0, it.1))
}

/// Whether a program by these words only shows what was built before: `vite preview`.
pub(crate) fn is_preview(program: &str, arguments: &[String]) -> bool {
    let is_its_own = |it: &Site| matches!(it.made.when, When::Always | When::Page(_));
    servers::is_preview(program, arguments) || served(program, arguments).any(|it| it.1 && is_its_own(it.0))
}

/// The image that serves plain files, and runs as its own user (101).
pub(crate) const IMAGE: &str = "nginxinc/nginx-unprivileged:stable-alpine";
/// Where it looks for them.
pub(crate) const FOLDER: &str = "/usr/share/nginx/html";
/// Where its configuration lies.
pub(crate) const CONFIG: &str = "/etc/nginx/conf.d/default.conf";

/// A configuration of that image, line by line; `locations` are more of its blocks.
pub(crate) fn config(port: u16, falls_back: bool, locations: &[Location<'_>]) -> Vec<String> {
    let found = if falls_back { "$uri /index.html" } else { "$uri $uri/index.html $uri.html =404" };
    let not_found = if falls_back { &[][..] } else { &["error_page 404 /404.html;"] };
    let head = [format!("listen {port};"), format!("root {FOLDER};")];
    let inner = head.into_iter().chain(not_found.iter().map(|it| (*it).to_owned()));
    let last = block("location /", [format!("try_files {found};")]);
    let all = inner.chain(locations.iter().flat_map(Location::lines)).chain(last);
    block("server", all).collect()
}

/// `name {`, the indented lines, `}`.
fn block(name: &str, lines: impl IntoIterator<Item = String>) -> impl Iterator<Item = String> {
    let inner = lines.into_iter().map(|it| format!("    {it}"));
    std::iter::once(format!("{name} {{")).chain(inner).chain(["}".to_owned()])
}

/// Requests that go on to another server.
pub(crate) struct Location<'a> {
    /// What their path starts with.
    pub(crate) path: &'a str,
    /// The other server, without a path.
    pub(crate) target: &'a str,
    /// Whether it sees its own name as `Host`.
    pub(crate) own_host: bool,
    /// Whether `path` is cut off first.
    pub(crate) cut: bool,
    /// Whether web sockets go there as well.
    pub(crate) sockets: bool,
}

impl Location<'_> {
    fn lines(&self) -> Vec<String> {
        let (path, target) = (self.path, self.target);
        let cut = self.cut.then(|| format!("rewrite ^{path}/?(.*)$ /$1 break;"));
        let host = (!self.own_host).then(|| "proxy_set_header Host $http_host;".to_owned());
        let sockets: &[&str] = if self.sockets {
            &[
                "proxy_http_version 1.1;",
                "proxy_set_header Upgrade $http_upgrade;",
                "proxy_set_header Connection \"upgrade\";",
            ]
        } else {
            &[]
        };
        let sockets = sockets.iter().map(|it| (*it).to_owned());
        let lines = cut.into_iter().chain([format!("proxy_pass {target};")]).chain(host).chain(sockets);
        block(&format!("location {path}"), lines).collect()
    }
}

/// Options of servers of sites that leave what they serve as it is.
const PLAIN: &[&str] = &[
    "--allowed-hosts",
    "--clearScreen",
    "--configuration=production",
    "--cors",
    "--dev",
    "--debug",
    "--disable-host-check",
    "--force",
    "--hmr",
    "--host",
    "--hostname",
    "--hot",
    "--ip",
    "--live-reload",
    "--logLevel",
    "--mode=production",
    "--no-browser",
    "--no-hmr",
    "--no-open",
    "--no-watch",
    "--open",
    "--poll",
    "--port",
    "--progress",
    "--public",
    "--quiet",
    "--serve",
    "--server",
    "--silent",
    "--strictPort",
    "--verbose",
    "--watch",
    "-H",
    "-h",
    "-o",
    "-p",
    "-s",
];

/// The first option by which a server may serve something else than a build makes, or in another way: `--proxy-config`, `--base`,
/// `--mode staging`.
pub(crate) fn turned_by(arguments: &[String]) -> Option<&str> {
    let is_plain = |word: &str| PLAIN.iter().any(|it| *it == word || word.split('=').next() == Some(it));
    let is_production = |at: usize| {
        let value = arguments.get(at + 1).map(String::as_str);
        matches!(arguments[at].as_str(), "--mode" | "-m" | "--configuration" | "-c") && value == Some("production")
    };
    let mut options = arguments.iter().enumerate().filter(|it| it.1.starts_with('-'));
    options.find(|(at, it)| !is_plain(it) && !is_production(*at)).map(|it| it.1.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers() {
        let is = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            let program = words.next().expect("there is a word");
            served(&program, &words.collect::<Vec<_>>()).next().map(|it| it.1)
        };
        for (line, expected) in [
            ("vite", Some(false)),
            ("vite --host 0.0.0.0", Some(false)),
            ("vite preview --port 80", Some(true)),
            ("react-scripts start", Some(false)),
            ("ng serve --host 0.0.0.0", Some(false)),
            ("vite build", None),
            ("next lint", None),
        ] {
            assert_eq!(is(line), expected, "{line}");
        }
    }

    #[test]
    fn a_configuration() {
        let single = "server {\n    listen 3000;\n    root /usr/share/nginx/html;\n    location / {\n        try_files $uri /index.html;\n    }\n}";
        assert_eq!(config(3000, true, &[]).join("\n"), single);
        assert!(config(80, false, &[]).contains(&"    error_page 404 /404.html;".to_owned()));
        let api = Location { path: "/api", target: "http://localhost:1", own_host: false, cut: true, sockets: false };
        let block = "    location /api {\n        rewrite ^/api/?(.*)$ /$1 break;\n        proxy_pass http://localhost:1;\n        proxy_set_header Host $http_host;\n    }";
        assert!(config(80, true, &[api]).join("\n").contains(block));
    }
}
