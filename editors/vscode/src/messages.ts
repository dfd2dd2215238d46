// What is said when there is no server, and the buttons that lead on.

import { Uri, commands, env, window } from 'vscode';

const OPEN_SETTING = 'Open setting';
const HOW_TO_INSTALL = 'How to install';
const RESTART = 'Restart server';
const SHOW_OUTPUT = 'Show output';

/** There is no binary that could serve. */
export async function sayMissing(why: string, extension: Uri): Promise<void> {
  const chosen = await window.showErrorMessage(`nodestage can't start. ${why}`, OPEN_SETTING, HOW_TO_INSTALL);
  if (chosen === OPEN_SETTING) {
    await openSetting('nodestage.path');
  } else if (chosen === HOW_TO_INSTALL) {
    await commands.executeCommand('markdown.showPreview', Uri.joinPath(extension, 'media', 'install.md'));
  }
}

/** A command was given, but the server does not run. */
export async function sayStopped(): Promise<void> {
  const chosen = await window.showErrorMessage('The nodestage language server is not running.', RESTART, SHOW_OUTPUT);
  if (chosen === RESTART) {
    await commands.executeCommand('nodestage.restartServer');
  } else if (chosen === SHOW_OUTPUT) {
    await commands.executeCommand('nodestage.showOutput');
  }
}

/** In a remote window a path belongs to that machine's settings: the user's do not show it. */
async function openSetting(query: string): Promise<void> {
  const command = env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
  await commands.executeCommand(`workbench.action.${command}`, { query });
}
