// What is said when there is no server, and the buttons that lead on.

import { type Uri, Uri as Uris, commands, window } from 'vscode';

const OPEN_SETTING = 'Open setting';
const HOW_TO_INSTALL = 'How to install';
const RESTART = 'Restart server';
const SHOW_OUTPUT = 'Show output';

/** There is no binary that could serve. */
export async function sayMissing(why: string, extension: Uri): Promise<void> {
  const chosen = await window.showErrorMessage(`nodestage can't start. ${why}`, OPEN_SETTING, HOW_TO_INSTALL);
  if (chosen === OPEN_SETTING) {
    await commands.executeCommand('workbench.action.openSettings', 'nodestage.path');
  } else if (chosen === HOW_TO_INSTALL) {
    await commands.executeCommand('markdown.showPreview', Uris.joinPath(extension, 'media', 'install.md'));
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
