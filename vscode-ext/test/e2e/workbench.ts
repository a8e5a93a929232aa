// The editor as its user sees it, driven through a browser.
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';

/** How long something may take that takes a second on a machine with nothing else to do. */
const patience = 30_000;

/** Workbench is one window of the editor. */
export class Workbench {
  private constructor(readonly page: Page) {}

  /** Opens a folder or a .code-workspace file. */
  static async open(browser: Browser, url: string, place: string): Promise<Workbench> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const kind = place.endsWith('.code-workspace') ? 'workspace' : 'folder';
    await page.goto(`${url}/?${kind}=${encodeURIComponent(place)}`);
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    const files = page.locator('.explorer-folders-view .monaco-list-row').first();
    try {
      await files.waitFor({ timeout: patience / 3 });
    } catch {
      // code-server sometimes misses the folders of a .code-workspace file; its user would reload the page too.
      await page.reload();
      await files.waitFor();
    }
    return new Workbench(page);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async shot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.pick('F1', title);
  }

  /** Opens a file by its name. */
  async file(name: string): Promise<void> {
    await this.pick('Control+P', name);
    await this.page.locator(`.tab.active[aria-label*="${name}"]`).waitFor();
    await this.lines().first().waitFor();
  }

  /** Types into the list that a key opens, and takes its first entry. */
  private async pick(key: string, words: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    for (let attempt = 0; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await input.waitFor({ timeout: 3000 });
        break;
      } catch (err) {
        // A window that is still loading swallows keys.
        if (attempt === 5) throw err;
      }
    }
    await input.fill(key === 'F1' ? `>${words}` : words);
    await this.choose(words);
  }

  /** Takes the entry of the open list that has these words. */
  async choose(words: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: words }).first().click();
  }

  /** Types a name into the list that is open, where a long one shows only its beginning, and takes the entry. */
  async pickByName(name: string): Promise<void> {
    await this.page.locator('.quick-input-widget input.input').fill(name);
    await this.choose(name);
  }

  /** The lines of the editor that are on the screen. */
  lines(): Locator {
    return this.page.locator('.editor-instance .view-line');
  }

  /** The text on the screen; the editor writes spaces as no-break spaces. */
  async text(): Promise<string> {
    return (await this.lines().allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  }

  squiggles(severity: 'error' | 'warning'): Locator {
    return this.page.locator(`.view-overlays .cdr.squiggly-${severity}`);
  }

  /** What stands above lines: run, spin, how it went. */
  lenses(): Locator {
    return this.page.locator('.codelens-decoration a');
  }

  /** Puts the cursor into a line and column of the active editor. */
  async goto(line: number, column = 1): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    for (let attempt = 0; ; attempt++) {
      await this.page.keyboard.press('Control+G');
      try {
        await input.waitFor({ timeout: patience / 6 });
        await input.fill(`:${line}:${column}`);
        // Enter takes what the list shows, which follows the words a little later.
        await this.page
          .locator('.quick-input-list .monaco-list-row', { hasText: new RegExp(`line ${line}\\b`, 'i') })
          .waitFor({ timeout: patience / 6 });
        await this.page.keyboard.press('Enter');
        await this.cursor(line, patience / 3);
        return;
      } catch (err) {
        // A webview that has just had a click may take the focus, and the key with it, a moment later.
        if (attempt === 3) throw err;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Waits until the cursor is in a line. */
  async cursor(line: number, timeout = patience): Promise<void> {
    await this.page.locator('#status\\.editor\\.selection', { hasText: new RegExp(`Ln ${line}, `) }).waitFor({ timeout });
  }

  /** The messages of the Problems panel. */
  async problems(): Promise<Locator> {
    const rows = this.page.locator('.markers-panel .monaco-list-row');
    if (!(await this.page.locator('.markers-panel').isVisible())) await this.command('View: Focus Problems');
    await this.page.locator('.markers-panel').waitFor();
    return rows;
  }

  async closePanel(): Promise<void> {
    if (await this.page.locator('.part.panel').isVisible()) await this.command('View: Hide Panel');
    await this.page.locator('.part.panel').waitFor({ state: 'hidden' });
  }

  /** A row of the tree in the side bar. */
  row(words: string): Locator {
    return this.page.locator('.sidebar .pane-body .monaco-list-row', { hasText: words }).first();
  }

  async expand(words: string): Promise<void> {
    const row = this.row(words);
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.click();
  }

  /** The graph page inside its panel. */
  graph(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** A node of the graph. */
  node(step: string): Locator {
    return this.graph().locator(`.node[data-step="${step}"]`);
  }

  /** A message in the corner. */
  notification(words: string): Locator {
    return this.page.locator('.notification-toast', { hasText: words });
  }

  async closeNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }
}

/** Asks until the answer is yes. */
export async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    await pause(100);
  }
}
