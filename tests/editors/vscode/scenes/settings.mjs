// Settings count as soon as they are changed, without a restart.

import { equals, holds } from '../checks.mjs';
import { dockerfile, saved } from '../stage.mjs';

export default async function settings(stage) {
  const project = stage.project('settings');
  const window = await stage.open(project);
  await window.openFile('Dockerfile');
  await window.openProblems();
  const hinted = async () => /ships/.test((await window.lines())[0]);
  await holds('at first there is a hint', hinted);
  await equals('and what `nodestage check` says', () => window.problems(), stage.problems(project));
  const [server] = stage.servers();

  stage.set({ 'nodestage.inlayHints': false });
  await holds('the hint can be turned off', async () => !(await hinted()));
  stage.set({ 'nodestage.rules': { 'root-user': 'off' } });
  const withoutRoot = stage.problems(project).filter((it) => !it.includes('root-user'));
  await equals('and so can a rule', () => window.problems(), withoutRoot);
  await holds('while the hint comes back', hinted);

  stage.set({ 'nodestage.user': '1000:1000' });
  await equals('the rule comes back', () => window.problems(), stage.problems(project));
  await window.focusEditor();
  await window.command('nodestage: Fix all safe problems');
  const fixed = stage.fixed(project).replace('USER node', 'USER 1000:1000');
  await saved(window, project, 'the user of the setting is written', fixed);
  await holds('which is in the file', () => dockerfile(project).includes('USER 1000:1000'));
  await equals('all that in one server', () => stage.servers(), [server]);
}
