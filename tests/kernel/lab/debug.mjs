// Debugs cells in a real JupyterLab, by clicks alone: a plain one, and one that defines a step. Driven like drive.mjs.
import { drive, expect, until } from './lab.mjs';

const PLAIN = `def double(n):
    result = 2 * n
    return result

print("twice", double(21))
`;
const STEP = `@step
def start(self):
    answer = 6 * 7
    self.answer = answer
    self.next(self.end)
`;

let lab;

const cases = {
  async 'the debugger is switched on'() {
    await lab.run('%flow small.py\n%run');
    await lab.idle(60);
    expect(await lab.errors(), 0, 'errors');
    const bug = lab.page.locator('.jp-DebuggerBugButton').first();
    await bug.click();
    await until('the button is pressed', async () => (await bug.getAttribute('aria-pressed')) === 'true');
    await until('the debugger is on', () => lab.debugged());
    await lab.page.locator('.jp-DebuggerVariables').first().waitFor();
  },

  async 'a plain cell stops where a breakpoint was clicked'() {
    const cell = await lab.add(PLAIN);
    await lab.breakpoint(cell, PLAIN, 3);
    await lab.page.keyboard.press('Control+Enter');
    await lab.stopped('double', 3);
    await lab.variable('result', '42');
    await lab.page.screenshot({ path: lab.picture('debugger') });
    await lab.command('debugger:continue');
    await lab.idle();
    expect((await cell.locator('.jp-OutputArea-output').innerText()).trim(), 'twice 42', 'the output');
  },

  async 'a cell that defines a step stops too, and steps'() {
    const cell = await lab.add(STEP);
    await lab.breakpoint(cell, STEP, 3);
    await lab.page.keyboard.press('Control+Enter');
    await lab.stopped('start', 3);
    await lab.command('debugger:next');
    await lab.stopped('start', 4);
    await lab.variable('answer', '42');
    await lab.page.screenshot({ path: lab.picture('debugger-step') });
    await lab.command('debugger:continue');
    await lab.idle();
    await until('the table says what is new', async () => (await cell.innerText()).includes('answer'));
  },

  async 'it is switched off while a cell is stopped'() {
    await lab.run('double(4)');
    await lab.stopped('double', 3);
    const bug = lab.page.locator('.jp-DebuggerBugButton').first();
    await bug.click();
    await until('the button is up', async () => (await bug.getAttribute('aria-pressed')) === 'false');
    await until('the debugger is off', async () => !(await lab.debugged()));
    await until('the cell has gone on', async () => (await lab.output('double(4)').innerText()).includes('8'));
    await lab.idle();
  },
};

await drive('debugged.ipynb', cases, (opened) => (lab = opened));
