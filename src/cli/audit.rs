//! `nodestage audit`

mod progress;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{AuditArgs, Format};
use super::{Status, output};
use crate::audit::{self, Context, Origin, Reader};
use crate::config::{AuditOptions, Configs, Source as ConfigSource, parse_size};
use crate::image::{self, Source};
use crate::linter;
use crate::project::{Disk, Snapshot};
use crate::report::audit::{AuditReport, write_concise, write_full, write_json, write_summary};
use progress::Shown;

pub(super) fn run(args: &AuditArgs) -> io::Result<Status> {
    let folder = std::env::current_dir()?;
    match look(args, &folder) {
        Ok(found) => write(args, &found),
        Err(message) => {
            output::fail(&message);
            Ok(Status::Failure)
        }
    }
}

/// An image and what came of it.
struct Looked {
    image: image::Image,
    audit: audit::Audit,
}

fn look(args: &AuditArgs, folder: &Path) -> Result<Looked, String> {
    let options = options(args, folder)?;
    let context = context(args, folder)?;
    let mut shown = Shown::new(&args.image);
    let image = image::read(&Source::of(&args.image), args.platform.as_deref(), &Reader, &mut shown);
    shown.end();
    let image = image.map_err(|it| it.to_string())?;
    let n_base_layers = args.base.as_deref().map(|it| n_base_layers(&image, it)).transpose()?;
    let n_least_base_layers = if n_base_layers.is_none() { n_least_base_layers(args, &image) } else { 0 };
    let origin = Origin { context, n_base_layers, n_least_base_layers };
    let audit = audit::audit(&image, &origin, &options);
    Ok(Looked { image, audit })
}

fn options(args: &AuditArgs, folder: &Path) -> Result<AuditOptions, String> {
    let source = match &args.config {
        Some(file) => ConfigSource::File(folder.join(file)),
        None if args.isolated => ConfigSource::Isolated,
        None => ConfigSource::Nearest,
    };
    let loader = Arc::new(Snapshot::new(Arc::new(Disk)));
    let configs = Configs::new(source, linter::rule_names().collect(), loader);
    let found = configs.options(&folder.join("Dockerfile")).map_err(|it| it.to_string())?;
    let mut res = found.map(|it| it.audit().clone()).unwrap_or_default();
    if let Some(written) = &args.max_size {
        res.max_size = Some(parse_size(written)?);
    }
    Ok(res)
}

/// How many layers the base image called `base` has, which must be the lowest ones of `image`.
fn n_base_layers(image: &image::Image, base: &str) -> Result<usize, String> {
    let layers = image::layers_of(base).map_err(|it| it.to_string())?;
    let is_base = layers.len() <= image.layers.len() && layers.iter().zip(&image.layers).all(|(a, b)| *a == b.digest);
    match is_base {
        true => Ok(layers.len()),
        false => Err(format!("the image is not built on this `{base}`: its lowest layers are others")),
    }
}

/// The same where nobody names it: an engine that has the image may have its base as well.
fn n_least_base_layers(args: &AuditArgs, image: &image::Image) -> usize {
    let digests: Vec<&str> = image.layers.iter().map(|it| it.digest.as_str()).collect();
    let is_of_engine = matches!(Source::of(&args.image), Source::Engine(_));
    if is_of_engine { image::n_layers_of_base(&digests, &audit::is_base) } else { 0 }
}

/// Whoever names a folder means it; the current one is taken where it turns out to be the image's project.
fn context(args: &AuditArgs, folder: &Path) -> Result<Context, String> {
    let Some(named) = &args.context else { return Ok(Context::Perhaps(folder.to_owned())) };
    let path: PathBuf = folder.join(named);
    match path.is_dir() {
        true => Ok(Context::Named(path)),
        false => Err(format!("there is no folder `{}` to be the project of the image", named.display())),
    }
}

fn write(args: &AuditArgs, found: &Looked) -> io::Result<Status> {
    let report = AuditReport { name: &args.image, image: &found.image, audit: &found.audit };
    let mut out = output::stdout();
    match args.output_format {
        Format::Full => write_full(&mut out, &report),
        Format::Concise => write_concise(&mut out, &report),
        Format::Json => write_json(&mut out, &report),
    }?;
    out.flush()?;
    found.audit.doubts.iter().for_each(|it| output::warn(it));
    if args.output_format != Format::Json {
        write_summary(&mut output::stderr(), &report)?;
    }
    Ok(Status::of(found.audit.has_findings(), false))
}
