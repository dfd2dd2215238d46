// What `nodestage prove` is asked and what becomes of its answer. Nothing of VS Code in here.

/** The words for a Dockerfile whose text comes on stdin; `more` are the user's own. */
export function proofArguments(path: string, more: readonly string[]): string[] {
  return ['prove', '--unsafe', '-', '--stdin-filename', path, ...more];
}

/** What is being done, without the file's name: the program says `Dockerfile: building before the fix`. */
export function stepOf(line: string): string {
  const step = /: ([a-z][^:]*)$/.exec(line.trimEnd())?.[1];
  return step === undefined ? '' : step.charAt(0).toUpperCase() + step.slice(1);
}

/** The page about a run. Exit code 2 is one that could not be made: stderr says why. */
export function proofPage(name: string, code: number | null, stdout: string, stderr: string): string {
  const said = code === 0 || code === 1 ? stdout : lastLines(stderr);
  return `# Proof of the rewrite of ${name}\n\n${block(said.trim() === '' ? 'There is nothing to prove.' : said)}\n`;
}

/** A fence that no line of the text can end. */
function block(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), (it) => it[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.replace(/\s+$/, '')}\n${fence}`;
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-20).join('\n');
}
