// What makes a fix unsafe. The server says it at the end of the action's title, for all editors to show.

export function doubtOf(title: string): string | undefined {
  return /\(unsafe: (.*)\)$/.exec(title)?.[1];
}
