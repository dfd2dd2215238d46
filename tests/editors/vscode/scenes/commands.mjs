// What ships, on a page; restarting; and a server that dies comes back.

import { equals, holds } from '../checks.mjs';

export default async function commands(stage) {
  const window = await stage.open(stage.project('commands'));
  await window.openFile('Dockerfile');
  await window.openProblems();
  await holds('there are problems', async () => (await window.problems()).length);
  await window.focusEditor();
  await restarts(stage, window);
  await showsWhatShips(window);
}

async function restarts(stage, window) {
  const [first] = stage.servers();
  await window.command('nodestage: Restart server');
  const second = await holds('a restart starts another server', () => other(stage, first));
  await follows(window, 'and it follows an edit');
  process.kill(second, 'SIGKILL');
  await holds('a server that dies is started again', () => other(stage, second));
  await follows(window, 'and it follows an edit as well');
}

/** A line typed at the top moves the problem of the last line down: the server that runs now has seen it. */
async function follows(window, what) {
  const lines = (await window.lines()).length;
  await window.press('Control+Home');
  await window.type('# top\n');
  const row = `package-manager-start[Ln ${lines}, Col 1]`;
  await holds(what, async () => (await window.problems()).some((it) => it.endsWith(row)));
}

/** The one server that runs, if it is not `before`. */
function other(stage, before) {
  const running = stage.servers();
  return running.length === 1 && running[0] !== before && running[0];
}

async function showsWhatShips(window) {
  const page = (text) => async () => (await window.rendered('What ships'))?.includes(text);
  await window.command('nodestage: Show what ships');
  await holds('a page says what ships', page('User: root'));
  await window.command('View: Focus First Editor Group');
  await window.command('nodestage: Fix all safe problems');
  await equals('all is fixed', () => window.problems(), []);
  await window.save();
  await holds('and once saved, the page says what ships now', page('User: node'));
}
