const seen = new Map<string, number>();

export function hits(path: string): number {
  const count = (seen.get(path) ?? 0) + 1;
  seen.set(path, count);
  return count;
}
