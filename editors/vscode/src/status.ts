// The status item in the language menu: what the server does, and what a click can do about it.

import { type Command, type Disposable, LanguageStatusSeverity, languages } from 'vscode';

import type { Found } from './binary';
import { dockerfiles } from './documents';

const RESTART: Command = { command: 'nodestage.restartServer', title: 'Restart server' };
const SHOW_OUTPUT: Command = { command: 'nodestage.showOutput', title: 'Show output' };

export class Status implements Disposable {
  private readonly item = languages.createLanguageStatusItem('nodestage.server', dockerfiles);

  constructor() {
    this.item.name = 'nodestage';
  }

  starting(): void {
    this.show('nodestage: starting', '', LanguageStatusSeverity.Information, SHOW_OUTPUT);
    this.item.busy = true;
  }

  running(version: string, binary: Found): void {
    const detail = `${version} ${binary.path} (${binary.origin})`.trim();
    this.show('nodestage: running', detail, LanguageStatusSeverity.Information, SHOW_OUTPUT);
  }

  stopped(): void {
    this.show('nodestage: stopped', '', LanguageStatusSeverity.Warning, RESTART);
  }

  failed(why: string): void {
    this.show('nodestage: failed', why, LanguageStatusSeverity.Error, RESTART);
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(text: string, detail: string, severity: LanguageStatusSeverity, command: Command): void {
    this.item.text = text;
    this.item.detail = detail;
    this.item.severity = severity;
    this.item.command = command;
    this.item.busy = false;
  }
}
