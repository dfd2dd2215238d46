// A quick fix splits the stage, and one undo takes it back; fix all does what `nodestage fix` does.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equals, holds } from '../checks.mjs';
import { dockerfile, saved } from '../stage.mjs';

export default async function fixes(stage) {
  const project = stage.project('fixes');
  const original = dockerfile(project);
  const window = await stage.open(project);
  await window.openFile('Dockerfile');
  await holds('there are squiggles', () => window.squiggles());

  await window.fix('The stage that ships also builds', 'Split into a build stage and a production stage');
  const split = stage.fixed(project, { passes: [['--rule', 'single-stage-build']] });
  await saved(window, project, 'the quick fix writes what `fix --rule single-stage-build` writes', split);
  await window.press('Control+z');
  await saved(window, project, 'one undo gives the original back', original);

  await window.command('nodestage: Fix all safe problems');
  const fixed = stage.fixed(project);
  await saved(window, project, 'fix all writes what `fix` writes', fixed);
  await equals('and no problem is left', () => window.problems(), []);
  await window.press('Control+z');
  await saved(window, project, 'one undo gives the original back again', original);

  await beyondAscii(stage, window, project);
}

/** The line ends of Windows, and comments with two, three and four bytes a character. */
async function beyondAscii(stage, window, project) {
  const odd = dockerfile(project).replace('RUN npm install', '# £ अ 🍄 packages\n$&').replaceAll('\n', '\r\n');
  writeFileSync(join(project, 'odd.Dockerfile'), odd);
  await window.openFile('odd.Dockerfile');
  await window.command('nodestage: Fix all safe problems');
  const fixed = stage.fixed(project, { file: 'odd.Dockerfile' });
  await saved(window, project, 'fix all keeps line ends and comments', fixed, 'odd.Dockerfile');
  await window.press('Control+z');
  await saved(window, project, 'and one undo gives them back', odd, 'odd.Dockerfile');
}
