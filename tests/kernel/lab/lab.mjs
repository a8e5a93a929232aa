// A page of JupyterLab: what a user clicks, types and sees; and what drives one through cases.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const place = JSON.parse(process.argv[2]);
const { chromium } = createRequire(join(place.modules, 'package.json'))('playwright-core');

/** Opens a notebook and runs the cases one after the other; tells each as a line of JSON. */
export async function drive(file, cases, opened) {
  mkdirSync(place.shots, { recursive: true });
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'];
  const browser = await chromium.launch({ executablePath: place.chromium, args: flags });
  try {
    const lab = await Lab.open(browser, place, file);
    opened(lab);
    for (const [name, run] of Object.entries(cases)) await told(lab, name, run);
  } finally {
    await browser.close();
  }
}

async function told(lab, name, run) {
  const begun = Date.now();
  let error = '';
  try {
    await run();
  } catch (err) {
    error = err.stack ?? String(err);
    await lab.page.screenshot({ path: join(place.shots, `lab-failed-${name.replaceAll(/\W+/g, '-')}.png`) });
  }
  console.log(JSON.stringify({ name, ok: error === '', error, seconds: (Date.now() - begun) / 1000 }));
}

export function expect(seen, wanted, what) {
  if (seen !== wanted) throw new Error(`${what}: ${JSON.stringify(seen)}, wanted ${JSON.stringify(wanted)}`);
}

/** Waits until something is true, and says what was waited for when it never is. */
export async function until(what, check, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Lab {
  constructor(page, shots) {
    this.page = page;
    this.shots = shots;
  }

  /** Opens a notebook in a window of its own, and waits until its kernel is idle. */
  static async open(browser, place, file) {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, deviceScaleFactor: 2 });
    const page = await context.newPage();
    await page.goto(`${place.url}/doc/tree/${file}?token=${place.token}&reset`);
    const lab = new Lab(page, place.shots);
    // A cell that is run before there is a kernel asks for one.
    await page.getByText('Spindle (Python) | Idle').waitFor({ timeout: 60000 });
    await lab.idle();
    return lab;
  }

  cells() {
    return this.page.locator('.jp-Notebook .jp-Cell');
  }

  /** The code cell whose source has a text; the last of those. */
  cell(source) {
    const editor = this.page.locator('.jp-InputArea-editor').filter({ hasText: source });
    return this.page.locator('.jp-Notebook .jp-CodeCell').filter({ has: editor }).last();
  }

  output(source) {
    return this.cell(source).locator('.jp-Cell-outputArea');
  }

  /** How many steps of a drawing are in a state. The drawing is an image, whose source has it all. */
  async inState(area, state) {
    const image = area.locator('.jp-RenderedSVG img').first();
    if ((await image.count()) === 0) return 0;
    const source = await image.getAttribute('src');
    const text = source.startsWith('data:') ? decoded(source) : await this.page.evaluate(async (url) => (await fetch(url)).text(), source);
    return text.split(`data-state="${state}"`).length - 1;
  }

  async idle(seconds = 30) {
    const light = this.page.locator('.jp-Notebook-ExecutionIndicator');
    await until('the kernel is idle', async () => (await light.first().getAttribute('data-status')) === 'idle', seconds);
  }

  async menu(...names) {
    await this.page.locator('.lm-MenuBar-itemLabel', { hasText: new RegExp(`^${names[0]}$`) }).click();
    for (const [i, name] of names.slice(1).entries()) {
      const item = this.page.locator('.lm-Menu').nth(i).locator('.lm-Menu-item').filter({ hasText: new RegExp(`^${name}`) });
      await item.first().hover();
      if (i === names.length - 2) await item.first().click();
    }
  }

  /** Types a cell at the end and leaves it there. */
  async add(source) {
    const last = this.cells().last();
    await last.scrollIntoViewIfNeeded();
    await last.locator('.jp-InputArea').click();
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('b');
    const cell = this.page.locator('.jp-Notebook .jp-Cell.jp-mod-active');
    await cell.locator('.cm-content').click();
    await this.page.keyboard.insertText(source);
    return cell;
  }

  async run(source) {
    const cell = await this.add(source);
    await this.page.keyboard.press('Control+Enter');
    return cell;
  }

  /** How often an error is shown. */
  async errors() {
    return this.page.locator('[data-mime-type="application/vnd.jupyter.error"]').count();
  }

  /** Clicks beside a line of a cell. The debugger must be on. */
  async breakpoint(cell, line) {
    const gutter = cell.locator('.cm-breakpoint-gutter .cm-gutterElement');
    await until('the cell has a gutter', async () => (await gutter.count()) > line); // the first keeps room
    await gutter.nth(line).click();
    await gutter.nth(line).locator('.cm-breakpoint-icon').waitFor();
  }

  /** Waits until the debugger shows a frame at a line. */
  async stopped(name, line) {
    const frame = this.page.locator('.jp-DebuggerCallstackFrame').first();
    await until(`stopped in ${name} at line ${line}`, async () => {
      if ((await frame.count()) === 0) return false;
      const text = await frame.innerText();
      return text.includes(name) && new RegExp(`:${line}$`, 'm').test(text.trim());
    });
  }

  /** Waits until the debugger shows a variable with a value. */
  async variable(name, value) {
    const named = this.page.locator('.jp-DebuggerVariables-name', { hasText: new RegExp(`^${name}$`) });
    const item = this.page.locator('.jp-DebuggerVariables-body jp-tree-item').filter({ has: named });
    await item.locator('.jp-DebuggerVariables-detail', { hasText: value }).first().waitFor();
  }

  /** Begins a command. What it leads to is waited for. */
  async command(id) {
    await this.page.evaluate((command) => void window.jupyterapp.commands.execute(command), id);
  }

  picture(name) {
    return join(this.shots, `lab-${name}.png`);
  }

  async theme(name) {
    await this.page.evaluate((theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme }), name);
    await until(`the theme is ${name}`, async () => (await this.page.locator('body').getAttribute('data-jp-theme-name')) === name);
  }

  /** The whole window, made so high that a cell is seen in it. */
  async window(locator, name) {
    const usual = this.page.viewportSize();
    await this.page.setViewportSize({ width: 1000, height: 1060 });
    await locator.scrollIntoViewIfNeeded();
    await locator.evaluate((cell) => cell.scrollIntoView({ block: 'start' }));
    await this.page.screenshot({ path: join(this.shots, `lab-${name}.png`) });
    await this.page.setViewportSize(usual);
  }

  async shot(locator, name) {
    await locator.scrollIntoViewIfNeeded();
    await locator.screenshot({ path: join(this.shots, `lab-${name}.png`) });
  }
}

function decoded(url) {
  const at = url.indexOf(',');
  const data = url.slice(at + 1);
  return url.slice(0, at).endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
}
