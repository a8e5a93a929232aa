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
    this.debugger = new Requests(page);
  }

  /** Opens a notebook in a window of its own, and waits until its kernel is idle. */
  static async open(browser, place, file) {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, deviceScaleFactor: 2 });
    const page = await context.newPage();
    const lab = new Lab(page, place.shots);
    await page.goto(`${place.url}/doc/tree/${file}?token=${place.token}&reset`);
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

  /**
   * Whether the debugger is on. Its button is pressed or up at once when it is clicked, long before the kernel has heard of it.
   */
  async debugged() {
    return (await this.page.locator('.jp-NotebookPanel[data-jp-debugger="true"]').count()) > 0;
  }

  /**
   * Clicks beside a line of a cell that was added while the debugger was on. A second after a cell has changed the page tells the kernel which
   * breakpoints it has. One that is clicked meanwhile is set, and with bad luck taken back a moment later: the page leaves it out for as long as
   * the kernel does not have it.
   */
  async breakpoint(cell, source, line) {
    const gutter = cell.locator('.cm-breakpoint-gutter .cm-gutterElement');
    await until('the cell has a gutter', async () => (await gutter.count()) > line); // the first keeps room
    await until('the kernel knows the cell', () => this.debugger.breakpoints(source) !== undefined);
    await gutter.nth(line).click();
    await gutter.nth(line).locator('.cm-breakpoint-icon').waitFor();
    await until('the kernel has the breakpoint', () => this.debugger.breakpoints(source).includes(line));
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

/** What the page has asked of the kernel's debugger and was answered. */
class Requests {
  constructor(page) {
    this.asked = new Map();
    this.files = new Map(); // of cells, by their text
    this.lines = new Map(); // with breakpoints, by file
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => this.sent(content(payload)));
      socket.on('framereceived', ({ payload }) => this.received(content(payload)));
    });
  }

  sent(request) {
    if (request?.type === 'request') this.asked.set(request.seq, request.arguments);
  }

  received(reply) {
    if (reply?.type !== 'response' || !reply.success) return;
    const asked = this.asked.get(reply.request_seq);
    if (reply.command === 'dumpCell') this.files.set(asked.code, reply.body.sourcePath);
    if (reply.command === 'setBreakpoints') {
      const lines = reply.body.breakpoints.map((breakpoint) => breakpoint.line);
      this.lines.set(asked.source.path, lines);
    }
  }

  /** The lines of a cell with breakpoints that were set last; undefined where none were, not even none. */
  breakpoints(source) {
    return this.lines.get(this.files.get(source));
  }
}

/** The content of a message in Jupyter's protocol v1: the places of its parts stand before them, and the content is the fifth. */
function content(frame) {
  if (typeof frame === 'string') return undefined;
  const place = (part) => Number(frame.readBigUInt64LE(8 * (part + 1)));
  return JSON.parse(frame.subarray(place(4), place(5)).toString());
}

function decoded(url) {
  const at = url.indexOf(',');
  const data = url.slice(at + 1);
  return url.slice(0, at).endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
}
