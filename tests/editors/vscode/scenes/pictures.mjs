// The README's pictures, and the icon from its drawing; played only with --pictures.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../checks.mjs';

const IMAGES = fileURLToPath(new URL('../../../../editors/vscode/images', import.meta.url));

export default async function pictures(stage) {
  const window = await stage.open(stage.project('pictures'), 'folder', { size: { width: 1200, height: 720 } });
  await window.openFile('Dockerfile');
  await window.openProblems();
  await until('problems', async () => (await window.problems()).length > 0);
  await until('the hint', async () => /ships/.test((await window.lines())[0]));
  await window.picture(join(IMAGES, 'problems.png'));

  await window.fixesOf('The stage that ships also builds');
  await window.picture(join(IMAGES, 'fixes.png'));
  await window.press('Escape');
  await window.command('View: Toggle Panel Visibility');

  await window.hover('npm');
  await window.picture(join(IMAGES, 'hover.png'));
  await window.focusEditor();
  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.command('nodestage: Show what ships');
  await until('the page', () => window.rendered('ships'));
  await window.picture(join(IMAGES, 'ships.png'));
  await window.command('View: Close Other Editors in Group');
  await icon(stage);
}

async function icon(stage) {
  const page = await stage.browser.newPage({ viewport: { width: 256, height: 256 } });
  const drawing = readFileSync(join(IMAGES, 'icon.svg'), 'utf8');
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 256px }</style>${drawing}`);
  await page.screenshot({ path: join(IMAGES, 'icon.png'), omitBackground: true });
  await page.close();
}
