// No binary, a wrong one, an old one: each is said; then the right one is named, and the server starts without a reload.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equals, holds } from '../checks.mjs';

export default async function missing(stage) {
  const project = stage.project('missing');
  stage.server.set({});
  const window = await stage.open(project);

  const said = (text) => async () => (await window.toasts()).some((it) => it.includes(text));
  await holds('without a binary it says so', said('The nodestage program is not on the PATH'));
  await window.clickToast('How to install');
  await holds('a button leads to how to install it', () => window.rendered('Install nodestage'));

  stage.server.set({ 'nodestage.path': join(stage.folder, 'gone') });
  await holds('a path that names nothing is said', said(`names ${join(stage.folder, 'gone')}, but there is no such file`));
  await window.clickToast('Open setting');
  await holds('a button leads to the setting', () => window.page.locator('.settings-editor .setting-item', { hasText: 'nodestage' }).count());
  await window.press('Escape');

  const old = join(stage.folder, 'old-nodestage');
  writeFileSync(old, '#!/bin/sh\n[ "$1" = --version ] && echo "nodestage 0.0.9" && exit\nexit 2\n', { mode: 0o755 });
  stage.server.set({ 'nodestage.path': old });
  await holds('one that is too old is said', said('is nodestage 0.0.9, which has no language server yet'));

  stage.set();
  await equals('the right one starts at once', () => stage.servers().length, 1);
  await window.openFile('Dockerfile');
  await holds('and there are squiggles', () => window.squiggles());
  await holds('the status item says which one', async () => (await window.status()).some((it) => it.includes(stage.program)));
}
