//! A stage that builds a site and serves it by the tool it was made with: the stage builds, a static server ships.
//!
//! Worked example: `CMD ["npm", "start"]`, which is `react-scripts start`, goes; where nothing builds yet, `RUN npm run
//! build` stands in its place. After the stage come `FROM nginxinc/nginx-unprivileged`, its configuration (the old port,
//! and `index.html` for unknown paths where the old server gave it), `COPY --from=build /app/build …` and `EXPOSE`.

use super::blocks;
use super::build_step::{self, Builder};
use super::chunks::{self, Chunk, split_blank};
use super::split::{free_name, from_line, last_instruction, own};
use super::{Plan, finish, production, refusal, stage_of};
use crate::ecosystem::sites::{self, Location};
use crate::ecosystem::tools;
use crate::fix::Edit;
use crate::fix::lines::Style;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Forward, Mount, MountKind, Output, Reason, Site, StaticSite};
use crate::stages::IdRange;
use crate::syntax::Kind;

/// The site that the container serves by its own tool, or why it can't be served otherwise; `None` where it serves none.
pub(super) fn find(ctx: &Inspection) -> Option<Result<StaticSite, Reason>> {
    let (app, start) = (ctx.facts().app.as_ref()?, ctx.facts().start.as_ref()?);
    app.site(start)
}

/// The plan for it.
pub(super) fn plan(ctx: &Inspection, site: &StaticSite) -> Result<Plan, Reason> {
    stays_alone(ctx)?;
    let port = port(ctx, site).ok_or_else(|| refusal(format!("it is not known where `{}` listens", site.server)))?;
    let is_more = |it: &&Output| it.path != site.output && paths::contains(&it.path, &site.output);
    if let Some(other) = ctx.facts().outputs.outputs.iter().find(is_more) {
        return Err(refusal(format!("the build makes `{}`, which is more than the site", other.path)));
    }
    let step = build_step::find(ctx, Builder::Script(&site.script), &site.output)?;
    // What is built already has not seen them.
    let given = if site.is_preview { Vec::new() } else { variables(ctx, step.is_some())? };
    let range = IdRange::new(production(ctx).from, last_instruction(ctx).next());
    let (chunks, tail) = chunks::of(ctx.dockerfile(), range);
    if let Some(other) = chunks.iter().find(|it| !is_known(&it.instruction.kind)) {
        return Err(refusal(format!("what {} is for without Node is not known", other.instruction.name())));
    }
    let range = super::split::range_of(&chunks, tail);
    let layout =
        Layout { ctx, site, chunks: &chunks, step: step.as_ref(), given: &given, port, style: blocks::style(ctx) };
    let text = layout.write()? + &ctx.text()[tail];
    let is_open = !ctx.text().ends_with('\n');
    let text = if is_open { text.trim_end_matches(['\r', '\n']).to_owned() } else { text };
    let title = format!("Build the site, and serve `{}` with nginx", site.output);
    Ok(finish(
        &title,
        vec![Edit::replacement(range, text)],
        doubts(ctx, site, (&given, step.as_ref()), port),
        Vec::new(),
    ))
}

/// What the old server may have done that nobody sees from here.
fn doubts(
    ctx: &Inspection,
    site: &StaticSite,
    (given, step): (&[Given<'_>], Option<&String>),
    port: u16,
) -> Vec<Reason> {
    let mut res: Vec<Reason> = mounted(ctx).into_iter().collect();
    res.extend(given.iter().map(|it| {
        Reason::at(it.site.clone(), format!("gives `{}` to the container: it is built in by its value there", it.name))
    }));
    let paths: Vec<String> = site.forwards.iter().map(|it| format!("`{}`", it.path)).collect();
    let forwards = if paths.is_empty() { String::new() } else { format!(" and to forward {}", paths.join(", ")) };
    res.push(format!(
        "variables of the site are read when it is built, not when the container starts, and nginx does no more than \
         to serve `{}` on port {port}{forwards}",
        site.output
    ).into());
    res.extend(step.map(|it| Reason::from(format!("whether `{it}` passes is not known"))));
    res
}

/// The image is for the site and for nothing else.
fn stays_alone(ctx: &Inspection) -> Result<(), Reason> {
    if Some(stage_of(ctx)) != ctx.model().stages.last_id() {
        return Err(refusal("another stage follows the one that ships"));
    }
    if let Some(user) = ctx.facts().users.iter().find(|it| !it.is_check) {
        return Err(user.reason(" in the image"));
    }
    let command = ctx.facts().command.as_ref();
    if let Some(wrapper) = command.and_then(|it| it.wrapper.as_ref().filter(|_| !it.wrapper_known)) {
        return Err(refusal(format!("what `{wrapper}` does first is not known")));
    }
    Ok(())
}

/// That a compose file lays a folder of the host over the app.
pub(super) fn mounted(ctx: &Inspection) -> Option<Reason> {
    let compose = ctx.project().compose.as_ref()?;
    let root = ctx.facts().app_root.as_deref()?;
    let is_over = |it: &&Mount| {
        it.kind == MountKind::Host
            && (paths::contains(&it.target, root) || paths::contains(&paths::join(root, "src"), &it.target))
    };
    let mount = compose.mounts.iter().find(is_over)?;
    Some(Reason::at(compose.site.clone(), format!("mounts the sources at `{}`, as for development", mount.target)))
}

/// A variable that a compose file gives to the container.
struct Given<'a> {
    site: &'a Site,
    name: &'a str,
    value: &'a str,
}

/// Variables that are given to the container reach a site only when it is built: with their values, which must be known
/// and the same for all.
fn variables(ctx: &Inspection, is_built_here: bool) -> Result<Vec<Given<'_>>, Reason> {
    let all = ctx.project().compose.iter().flat_map(|it| it.environment.iter().map(|pair| (&it.site, pair)));
    let all = all.map(|(site, (name, value))| Given { site, name, value });
    let mut res: Vec<Given<'_>> = all.filter(|it| tools::is_public_variable(it.name)).collect();
    let is_known = |it: &&Given<'_>| {
        let is_plain =
            !it.value.is_empty() && !it.value.contains(|c: char| "$\\'\"`#".contains(c) || c.is_whitespace());
        is_built_here && is_plain && res.iter().all(|other| other.name != it.name || other.value == it.value)
    };
    if let Some(it) = res.iter().find(|it| !is_known(it)) {
        return Err(Reason::at(it.site.clone(), format!("gives `{}` to the container, after the build", it.name)));
    }
    res.sort_by_key(|it| it.name);
    res.dedup_by_key(|it| it.name);
    Ok(res)
}

/// Where the site is reached today, else where the file says that it should be.
fn port(ctx: &Inspection, site: &StaticSite) -> Option<u16> {
    let contents = &production(ctx).contents;
    let exposed: Vec<u16> =
        contents.exposes.iter().flat_map(|it| exposed(&ctx.model().instructions[*it].kind)).collect();
    let exposed = if let [port] = exposed[..] { Some(port) } else { None };
    let listens = match contents.env_value("PORT") {
        Some(value) if site.reads_port => value.parse().ok(),
        _ => site.port,
    };
    if site.is_open { listens.or(exposed) } else { exposed.or(listens) }
}

fn exposed(kind: &Kind) -> Vec<u16> {
    let Kind::Expose(words) = kind else { return Vec::new() };
    words.iter().filter_map(|it| it.value.trim_end_matches("/tcp").parse().ok()).collect()
}

/// Whether it is known which of the two stages an instruction belongs in.
fn is_known(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Healthcheck(_) | Kind::Volume(_) | Kind::Stopsignal(_) | Kind::Onbuild(_) | Kind::Add(_) | Kind::Invalid
    )
}

struct Layout<'a> {
    ctx: &'a Inspection,
    site: &'a StaticSite,
    chunks: &'a [Chunk<'a>],
    /// The command that builds, where none does yet.
    step: Option<&'a String>,
    /// What it is to know.
    given: &'a [Given<'a>],
    port: u16,
    style: Style,
}

impl Layout<'_> {
    fn write(&self) -> Result<String, Reason> {
        let name = free_name(self.ctx);
        let root = self.ctx.facts().app_root.as_deref();
        let root = root.ok_or_else(|| refusal("where the app lies in the image is not known"))?;
        let from = paths::join(root, &self.site.output);
        Ok(self.build_stage(&name) + self.style.ending() + &self.production_stage(&name, &from))
    }

    /// The stage as it is, without what is for the container that ships.
    fn build_stage(&self, name: &str) -> String {
        let mut res = from_line(self.ctx, self.style, Some(name));
        let last = build_step::place(self.ctx);
        // A USER that nothing of the build follows was for the container as well.
        let is_late = |it: &Chunk<'_>| matches!(it.instruction.kind, Kind::User(_)) && it.index > last;
        let stays = |it: &&Chunk<'_>| !is_of_container(&it.instruction.kind) && !is_late(it);
        for chunk in self.chunks.iter().skip(1).filter(stays) {
            res += &self.ctx.text()[chunk.lead];
            res += &own(self.ctx, self.style, chunk);
        }
        res.extend(self.given.iter().map(|it| self.style.line("ARG", &format!("{}={}", it.name, it.value))));
        res += &self.step.map(|it| self.style.line("RUN", it)).unwrap_or_default();
        res
    }

    fn production_stage(&self, name: &str, from: &str) -> String {
        let style = self.style;
        let own_name = production(self.ctx).name.as_deref().filter(|it| *it != name);
        let as_name = own_name.map(|it| format!(" {} {it}", style.keyword("AS"))).unwrap_or_default();
        let mut res = style.line("FROM", &format!("{}{as_name}", sites::IMAGE));
        res += &self.kept(|it| matches!(it, Kind::Label(_) | Kind::Maintainer(_)));
        res += &self.config();
        res += &self.comments();
        res += &style.line("COPY", &format!("--from={name} {from} {}", sites::FOLDER));
        let is_same = |it: &Kind| exposed(it) == [self.port];
        let own = self.kept(is_same);
        res + &if own.is_empty() { style.line("EXPOSE", &self.port.to_string()) } else { own }
    }

    fn kept(&self, is_wanted: impl Fn(&Kind) -> bool) -> String {
        let chunks = self.chunks.iter().filter(|it| is_wanted(&it.instruction.kind));
        chunks.map(|it| split_blank(&self.ctx.text()[it.lead]).1.to_owned() + &own(self.ctx, self.style, it)).collect()
    }

    fn config(&self) -> String {
        let ending = self.style.ending();
        let locations: Vec<Location<'_>> = self.site.forwards.iter().map(location).collect();
        let lines = sites::config(self.port, self.site.falls_back, &locations).into_iter().chain(["EOF".to_owned()]);
        let text: String = lines.map(|it| it + ending).collect();
        // hadolint 2.15 reads no instruction right below a here-document.
        self.style.line("COPY", &format!("<<'EOF' {}", sites::CONFIG)) + &text + ending
    }

    /// What stood above the instructions that go, or that are another's now.
    fn comments(&self) -> String {
        let goes = |it: &Kind| match it {
            Kind::Cmd(_) | Kind::Entrypoint(_) => true,
            Kind::Expose(_) => exposed(it) != [self.port],
            _ => false,
        };
        let gone = self.chunks.iter().filter(|it| goes(&it.instruction.kind));
        gone.map(|it| split_blank(&self.ctx.text()[it.lead]).1).collect()
    }
}

fn location(forward: &Forward) -> Location<'_> {
    let Forward { path, target, own_host, cut, sockets } = forward;
    Location { path, target, own_host: *own_host, cut: *cut, sockets: *sockets }
}

/// Whether an instruction says something of the container, not of the build.
fn is_of_container(kind: &Kind) -> bool {
    matches!(kind, Kind::Cmd(_) | Kind::Entrypoint(_) | Kind::Expose(_) | Kind::Label(_) | Kind::Maintainer(_))
}
