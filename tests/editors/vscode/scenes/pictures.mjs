// The README's pictures, and the icon from its drawing; played only with --pictures.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../checks.mjs';

const IMAGES = fileURLToPath(new URL('../../../../editors/vscode/images', import.meta.url));

export default async function pictures(stage) {
  const window = await stage.open(stage.project('pictures'), 'folder', { size: { width: 1000, height: 560 } });
  const take = (name) => window.picture(join(IMAGES, name));
  await window.openFile('Dockerfile');
  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.openProblems();
  await window.growPanel(60);
  await window.focusEditor();
  await until('problems', async () => (await window.problems()).length > 0);
  await until('the hint', async () => /ships/.test((await window.lines())[0]));
  await take('problems.png');

  await window.command('View: Toggle Panel Visibility');
  await window.hover('npm');
  await take('hover.png');

  await window.focusEditor();
  await window.fixesHere();
  await take('fixes.png');
  await window.press('Escape');

  await window.command('nodestage: Show what ships');
  await until('the page', () => window.rendered('User: root'));
  await take('ships.png');

  await window.command('View: Focus First Editor Group');
  await window.command('nodestage: Rewrite production stage');
  await until('the rewrite', async () => (await window.lines()).length > 10);
  await window.save();
  await until('the page', () => window.rendered('User: node'));
  await take('rewritten.png');
  await icon(stage);
}

async function icon(stage) {
  const page = await stage.browser.newPage({ viewport: { width: 256, height: 256 } });
  const drawing = readFileSync(join(IMAGES, 'icon.svg'), 'utf8');
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 256px }</style>${drawing}`);
  await page.screenshot({ path: join(IMAGES, 'icon.png'), omitBackground: true });
  await page.close();
}
