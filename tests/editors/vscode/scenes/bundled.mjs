// An extension packaged with a binary: no setting, nothing on the PATH, and it serves.

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holds } from '../checks.mjs';
import { CodeServer } from '../codeserver.mjs';

const EXTENSION = fileURLToPath(new URL('../../../../editors/vscode', import.meta.url));

export default async function bundled(stage) {
  const vsix = join(stage.folder, 'bundled.vsix');
  const options = ['--target', 'linux-x64', '--binary', process.env.NODESTAGE, '--out', vsix];
  execFileSync(process.execPath, ['scripts/package.mjs', ...options], { cwd: EXTENSION, stdio: 'pipe' });
  const server = new CodeServer(join(stage.folder, 'bundled-server'));
  server.install(vsix);
  await server.start();
  try {
    const window = await stage.open(stage.project('bundled'), 'folder', { server });
    await window.openFile('Dockerfile');
    await holds('there are squiggles', () => window.squiggles());
    const folder = readdirSync(server.extensions).find((it) => it.startsWith('nodestage.'));
    const program = join(server.extensions, folder, 'bundled', 'linux-x64', 'nodestage');
    await holds('and the status item names the bundled one', async () => (await window.status()).some((it) => it.includes(program)));
  } finally {
    server.stop();
  }
}
