//! What containers of the image are given besides what it holds: mounts, variables, rights.

use crate::project::{Mount, Project, Site};
use crate::stages::Model;

/// All that is given, by compose files, platforms, manifests, and commands that people keep.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// What is mounted, and where that is said.
    pub mounts: Vec<GivenMount>,
    /// The variables whose values are written out.
    pub environment: Vec<(String, String)>,
    /// What gives root's rights, as written.
    pub rights: Vec<(String, Site)>,
}

/// Something that is mounted.
#[derive(Clone, Debug)]
pub struct GivenMount {
    /// What.
    pub mount: Mount,
    /// Where that is said.
    pub site: Site,
    /// Whether nothing says that it is this image's container.
    pub is_guess: bool,
}

/// Those of the production stage.
pub(super) fn of(model: &Model<'_>, project: &Project) -> Surroundings {
    let mut res = Surroundings::default();
    if let Some(compose) = &project.compose {
        let site = || compose.site.clone();
        res.mounts.extend(compose.mounts.iter().map(|it| GivenMount {
            mount: it.clone(),
            site: site(),
            is_guess: false,
        }));
        res.environment.extend(compose.environment.iter().cloned());
        res.rights.extend(compose.rights.iter().map(|it| (it.clone(), site())));
    }
    let Some(production) = model.production.as_ref().map(|it| it.stage) else { return res };
    for giver in &project.givers {
        let target = giver.target.as_deref().filter(|it| !it.contains('$'));
        let stage = target.map_or(model.stages.last_id(), |it| model.stage_named(it, model.stages.next_id()));
        if stage != Some(production) {
            continue;
        }
        res.environment.extend(giver.given.environment.iter().cloned());
        // Whoever names the user has to see to what that may do.
        if giver.user.is_none() {
            res.add(&giver.given.mounts, &giver.site, giver.is_guess);
            res.rights.extend(giver.given.rights.iter().map(|it| (it.clone(), giver.site.clone())));
        }
    }
    res
}

impl Surroundings {
    fn add(&mut self, mounts: &[Mount], site: &Site, is_guess: bool) {
        for mount in mounts {
            if !self.mounts.iter().any(|it| it.mount == *mount && it.site.path == site.path) {
                self.mounts.push(GivenMount { mount: mount.clone(), site: site.clone(), is_guess });
            }
        }
    }
}
