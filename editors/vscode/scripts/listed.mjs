// The rules as `nodestage rule` lists them: a name, a severity, perhaps `fixable`, a sentence.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The program under test: NODESTAGE, else the debug build. npm's scripts run in the extension's folder. */
export const program = process.env.NODESTAGE ?? join('..', '..', 'target', 'debug', 'nodestage');

export function listedRules() {
  const lines = execFileSync(program, ['rule'], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const found = /^(?<name>[a-z-]+)\s+(?<severity>info|warning|error)\s+(?:fixable\s+)?(?<text>\S.*)$/.exec(line);
    if (found === null) throw new Error(`not a rule: ${line}`);
    return found.groups;
  });
}

export function ruleSchema(rules) {
  const entry = ({ name, severity, text }) => [
    name,
    { type: 'string', enum: ['off', 'info', 'warning', 'error'], default: severity, markdownDescription: text },
  ];
  return Object.fromEntries(rules.map(entry));
}
