// The whole production stage rewritten; where it is unsafe, only for those who say so; where it is refused, the reason.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equals, holds } from '../checks.mjs';
import { dockerfile, saved } from '../stage.mjs';

const COMMAND = 'nodestage: Rewrite production stage';
const UNSAFE = ['--unsafe', '--rule', 'single-stage-build'];

export default async function rewrite(stage) {
  const project = stage.project('rewrite');
  const original = dockerfile(project);
  const doubtful = original.replace(/^FROM .*/, 'FROM acme/node:1');
  const refused = original.replace(/^CMD .*/m, 'ENTRYPOINT ["sh", "start.sh"]');
  writeFileSync(join(project, 'doubtful.Dockerfile'), doubtful);
  writeFileSync(join(project, 'refused.Dockerfile'), refused);
  const window = await stage.open(project);
  const said = (text) => async () => (await window.toasts()).some((it) => it.includes(text));

  await window.openFile('doubtful.Dockerfile');
  await holds('there are squiggles', () => window.squiggles());
  await window.command(COMMAND);
  await holds('an unsafe rewrite says why', said('This is unsafe: the version of npm in `acme/node:1` is not known'));
  await saved(window, project, 'and changes nothing', doubtful, 'doubtful.Dockerfile');
  await window.clickToast('Do it anyway');
  const forced = stage.fixed(project, { file: 'doubtful.Dockerfile', passes: [UNSAFE, []] });
  await saved(window, project, 'unless it is wanted', forced, 'doubtful.Dockerfile');

  await window.openFile('refused.Dockerfile');
  await window.command(COMMAND);
  await holds('a refused rewrite says why', said('nodestage leaves this stage as it is: `start.sh` is not followed'));
  await equals('and changes nothing', () => dockerfile(project, 'refused.Dockerfile'), refused);

  await window.openFile(/^Dockerfile/);
  await window.command(COMMAND);
  await saved(window, project, 'a safe one is applied', stage.fixed(project));
  await window.press('Control+z');
  await saved(window, project, 'and one undo takes it back', original);
}
