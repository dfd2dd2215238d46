// VS Code's window, as somebody sits before it: by keys, clicks and what is on the screen.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { until } from './checks.mjs';

const require = createRequire(join(process.env.VSCODE_CACHE, 'package.json'));
const { chromium } = require('playwright-core');

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const MORE_FLAGS = ['--disable-component-update', '--disable-sync'];

export const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: [...FLAGS, ...MORE_FLAGS] });

/** How long a step of the workbench may take before it is tried again. */
const STEP = 8_000;

/** High enough for all rows of the Problems panel: those that are scrolled away do not exist. */
const TALL = { width: 1200, height: 1400 };

export class Workbench {
  constructor(page) {
    this.page = page;
  }

  /** A window that shows nothing yet. Windows of one profile share what the browser has loaded. */
  static async blank(profile, size = TALL) {
    const page = await profile.newPage();
    await page.setViewportSize(size);
    page.setDefaultTimeout(30_000);
    return new Workbench(page);
  }

  /**
   * Opens a folder, or as `workspace` a workspace file. Now and then VS Code reads a workspace file before it is connected, takes it for
   * empty and never looks again: then it is loaded once more, as somebody would do.
   */
  async load(url, path, kind = 'folder', attempts = 3) {
    await this.page.goto(`${url}/?${kind}=${encodeURIComponent(path)}`, { timeout: 60_000 });
    const rows = this.page.locator('.explorer-folders-view .monaco-list-row').first();
    try {
      await rows.waitFor({ timeout: 60_000 / attempts });
    } catch (error) {
      if (attempts === 1) throw error;
      console.log(`  --  no folders to be seen in ${path}: loaded once more`);
      await this.load(url, path, kind, attempts - 1);
    }
  }

  /** Leaves the page first: a window that is only gone is waited for, and its extension host lives on. */
  async close() {
    await this.page.goto('about:blank').catch(() => undefined);
    await this.page.close();
  }

  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  /** Opens a file by its row in the explorer and puts the cursor into it. A click is lost while the explorer lists anew. */
  async openFile(name) {
    await until(`${name} in front`, async () => {
      await this.explorerRow(name).dblclick({ timeout: STEP });
      await this.inFront(name, STEP);
      return true;
    });
    await this.focusEditor();
  }

  /** Puts the cursor to the first line of the editor in front. */
  async focusEditor() {
    await this.page.locator('.editor-group-container.active .view-lines').click({ position: { x: 200, y: 5 } });
    await this.press('Control+Home');
  }

  /** Deletes the line with this number, which contains `text`. Keys are lost while an editor is loading: then they are pressed again. */
  async deleteLine(number, text) {
    const isThere = async () => (await this.lines())[number - 1]?.includes(text);
    await until(`${text} in line ${number}`, isThere);
    await until(`no ${text} in line ${number}`, async () => {
      await this.focusEditor();
      await this.press(...Array(number - 1).fill('ArrowDown'), 'Control+Shift+K');
      return until('it is gone', async () => !(await isThere()), STEP);
    });
  }

  explorerRow(name) {
    return this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
  }

  /** Unfolds a folder in the explorer, or folds it. */
  async unfold(name, wanted) {
    const isOpen = (await this.explorerRow(name).getAttribute('aria-expanded')) === 'true';
    if (isOpen !== wanted) await this.explorerRow(name).click();
  }

  /** Waits until the tab in front is this one. */
  async inFront(name, timeout) {
    await this.page.locator('.editor-group-container.active .tab.active', { hasText: name }).waitFor({ timeout });
  }

  /** Runs a command, and with `typed` takes the first `row` of what it asks. */
  command(title, { typed, row } = {}) {
    return until(`the command ${title}`, async () => {
      await this.press('F1');
      await this.pick(`>${title}`, title);
      if (typed) await this.pick(typed, row);
      return true;
    });
  }

  /**
   * Types into the quick input that is open, and takes the first row with this text. The list is of the moment when it opened: what
   * comes into being later is not in it, and it is closed for another try.
   */
  async pick(typed, row) {
    try {
      await this.page.locator('.quick-input-widget input[type=text]').fill(typed, { timeout: STEP });
      await this.page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first().click({ timeout: STEP });
    } catch (error) {
      await this.press('Escape');
      throw error;
    }
  }

  save() {
    return this.press('Control+s');
  }

  /** The lines of the editor in front, hints and all. */
  async lines() {
    const lines = this.page.locator('.editor-group-container.active .view-lines .view-line');
    const found = await lines.evaluateAll((all) => all.map((it) => [it.offsetTop, it.textContent.replaceAll('\u00a0', ' ')]));
    return found.sort(([a], [b]) => a - b).map(([, text]) => text);
  }

  squiggles(severity = 'warning') {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`).count();
  }

  async openProblems() {
    if (!(await this.page.locator('.markers-panel').isVisible())) await this.press('Control+Shift+M');
    await this.page.locator('.markers-panel').waitFor();
  }

  /** The texts of the card over the language item in the status bar. */
  async status() {
    const card = this.page.locator('.workbench-hover .hover-language-status');
    await this.page.mouse.move(600, 300);
    await this.page.locator('[id="status.languageStatus"]').hover();
    await card.first().waitFor({ timeout: 3000 });
    return card.allTextContents();
  }

  problemRow(text) {
    return this.page.locator('.markers-panel .monaco-list-row', { hasText: text }).first();
  }

  /** The rows of the Problems panel that are ours: a message, `nodestage`, the rule, a position. */
  async problems() {
    const rows = this.page.locator('.markers-panel .monaco-list-row .marker-message-details-container');
    return (await rows.allTextContents()).filter((it) => /nodestage[a-z-]+\[Ln/.test(it)).sort();
  }

  /** The files that have problems. */
  problemFiles() {
    return this.page.locator('.markers-panel .monaco-list-row .resource-label-container .label-name').allTextContents();
  }

  /** Drags the upper edge of the panel. */
  async growPanel(pixels) {
    const { x, y } = await this.page.locator('.part.panel').boundingBox();
    await this.page.mouse.move(x + 100, y - 3);
    await this.page.mouse.down();
    await this.page.mouse.move(x + 100, y - 3 - pixels, { steps: 5 });
    await this.page.mouse.up();
  }

  /** The counts in the status bar, as `Errors: 1, Warnings: 2`. */
  counts() {
    return this.page.locator('[id="status.problems"]').getAttribute('aria-label');
  }

  /** Takes a fix from the menu for a problem. */
  async fix(problem, title) {
    await this.openProblems();
    await until(`the fix ${title}`, async () => {
      await this.problemRow(problem).dblclick({ timeout: STEP });
      const fix = (await this.fixesHere()).filter({ hasText: title }).first();
      const taken = await fix.click({ timeout: STEP }).then(() => true, () => false);
      if (!taken) await this.press('Escape');
      return taken;
    });
  }

  /** Opens the menu of fixes at the cursor. */
  async fixesHere() {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await until('the menu of fixes', async () => {
      if ((await rows.count()) > 0) return true;
      await this.press('Control+.');
      await rows.first().waitFor({ timeout: 2000 });
      return true;
    });
    return rows;
  }

  /** The texts of the toasts. */
  toasts() {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allTextContents();
  }

  async clickToast(button) {
    await this.page.locator('.notifications-toasts .monaco-button', { hasText: button }).first().click();
  }

  /** Hovers over a word of the editor in front; the text that appears. */
  async hover(word) {
    const spot = this.page.locator('.editor-group-container.active .view-line span span', { hasText: word }).first();
    return until(`a hover over ${word}`, async () => {
      await this.page.mouse.move(600, 5);
      await spot.hover();
      const card = this.page.locator('.monaco-hover:visible .hover-contents').first();
      await card.waitFor({ timeout: 3000 });
      return (await this.page.locator('.monaco-hover:visible .hover-contents').allTextContents()).join('\n');
    });
  }

  /** The text of the page of rendered Markdown that shows this; what is not yet in front does not count. */
  async rendered(text) {
    const isInFront = async (frame) => (await (await frame.frameElement()).getAttribute('id')) === 'active-frame';
    for (const frame of this.page.frames().slice(1)) {
      const shown = (await isInFront(frame)) && (await frame.locator('body').innerText());
      if (shown && shown.includes(text)) return shown;
    }
    return undefined;
  }

  picture(path) {
    return this.page.screenshot({ path });
  }
}
