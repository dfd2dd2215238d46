// A workspace that is not trusted can not name the program: the machine's own is started.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equals, holds, never } from '../checks.mjs';
import { CodeServer } from '../codeserver.mjs';

export default async function trust(stage) {
  const project = stage.project('trust');
  const traces = join(stage.folder, 'was-run');
  const program = join(project, 'program');
  writeFileSync(program, `#!/bin/sh\ntouch ${traces}\nexit 1\n`, { mode: 0o755 });
  mkdirSync(join(project, '.vscode'));
  writeFileSync(join(project, '.vscode', 'settings.json'), JSON.stringify({ 'nodestage.path': program }));

  stage.server.write('User', { ...CodeServer.plain, 'security.workspace.trust.enabled': true });
  try {
    const window = await stage.open(project);
    await window.openFile('Dockerfile');
    await holds('there are squiggles', () => window.squiggles());
    await equals('the machine\'s program serves', () => stage.servers().length, 1);
    await never('and the workspace\'s program is never run', () => existsSync(traces));
    await window.command('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' }).first().click();
    await holds('once trusted it is', () => existsSync(traces));
  } finally {
    stage.server.write('User', CodeServer.plain);
  }
}
