// Checks that wait: a workbench answers when it is ready, so each is tried again until it holds or its time is up.

/** For a machine that has other work as well. */
const PATIENCE = 40_000;
const PAUSE = 50;

export const counted = { passed: 0, failed: 0 };

export class Failed extends Error {}

/** Tries `look` until it gives something; fails with what it saw last. */
export async function until(what, look, patience = PATIENCE) {
  const end = Date.now() + patience;
  let last;
  do {
    try {
      last = undefined;
      const seen = await look();
      if (seen) return seen;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  } while (Date.now() < end);
  throw new Failed(`${what}: not within ${patience / 1000} s${last ? ` (${last.message})` : ''}`);
}

/** A check: `look` comes to give `expected`. */
export async function equals(what, look, expected, patience) {
  let seen;
  try {
    await until(what, async () => same((seen = await look()), expected), patience);
  } catch (error) {
    throw new Failed(`${error.message}\n--- expected\n${shown(expected)}\n--- seen\n${shown(seen)}`);
  }
  passed(what);
}

/** A check: `look` comes to give something; gives it back. */
export async function holds(what, look, patience) {
  const seen = await until(what, look, patience);
  passed(what);
  return seen;
}

/** A check: `look` keeps giving nothing for a while. */
export async function never(what, look, time = 1000) {
  const end = Date.now() + time;
  while (Date.now() < end) {
    if (await look()) throw new Failed(`${what}: it did`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  passed(what);
}

function passed(what) {
  counted.passed += 1;
  console.log(`  ok  ${what}`);
}

function same(a, b) {
  return shown(a) === shown(b);
}

function shown(value) {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
