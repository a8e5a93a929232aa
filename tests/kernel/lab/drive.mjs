// Drives a real JupyterLab through the tutorial. tests/kernel starts the server and reads the lines this writes: one JSON object a case.
import { drive, expect, until } from './lab.mjs';

const SLOW = `@step
def fit(self):
    import time
    self.degree, self.loss, self.weights = self.input, 1.0, []
    time.sleep(2)
    self.next(self.choose)
`;

let lab;

const cases = {
  async 'the tutorial runs'() {
    await lab.menu('Run', 'Run All Cells');
    await until('the last cell is run', async () => (await lab.output('import sys').innerText()).includes('it is'), 60);
    await lab.idle();
    expect(await lab.errors(), 0, 'errors');
  },

  async 'the graph shows what was spun'() {
    const graph = lab.output('%graph');
    expect(await lab.inState(graph, 'spun'), 4, 'spun steps');
    await both('graph', graph);
  },

  async 'a plot and a table stand below the step'() {
    const fit = lab.output('plt.figure');
    await fit.locator('.jp-RenderedImage img').waitFor();
    await both('plot', fit);
    await lab.theme('JupyterLab Light');
    await lab.window(lab.cell('plt.figure'), 'notebook');
    const choose = lab.output('nearly as good');
    expect((await choose.locator('td', { hasText: 'changed' }).count()) > 0, true, 'a changed artifact');
    await both('table', choose);
  },

  async 'a run moves'() {
    await lab.run(SLOW);
    await lab.idle();
    const cell = await lab.run('%run --points 80');
    const area = cell.locator('.jp-Cell-outputArea');
    await until('a step is running', async () => (await lab.inState(area, 'running')) > 0);
    await both('live', area);
    await lab.idle(60);
    expect(await area.locator('.jp-RenderedSVG').count(), 1, 'pictures');
    expect(await lab.inState(area, 'done'), 4, 'steps that are done');
  },

  async 'completion knows steps'() {
    const cell = await lab.add('%spin ch');
    await lab.page.keyboard.press('Tab');
    await lab.page.locator('.jp-Completer').waitFor();
    await lab.page.keyboard.press('Enter');
    await until('the step is completed', async () => (await cell.locator('.cm-content').innerText()) === '%spin choose');
  },

  async 'inspection shows a value'() {
    await lab.add('self.degree');
    await lab.page.keyboard.press('Shift+Tab');
    const tip = lab.page.locator('.jp-Tooltip');
    await tip.waitFor();
    expect((await tip.innerText()).includes('self.degree: int'), true, 'the tooltip');
    await lab.shot(tip, 'inspection');
    await lab.page.keyboard.press('Escape');
  },

  async 'stop ends the step'() {
    const cell = await lab.run(SLOW.replace('sleep(2)', 'sleep(600)'));
    await lab.page.locator('[data-status="busy"]').first().waitFor();
    await lab.page.locator('[data-command="notebook:interrupt-kernel"], jp-button[data-command="notebook:interrupt-kernel"]').first().click();
    await lab.idle();
    expect((await cell.innerText()).includes('KeyboardInterrupt: the step was stopped'), true, 'the cell says so');
  },
};

/** What is seen in both themes. */
async function both(name, locator) {
  for (const theme of ['Light', 'Dark']) {
    await lab.theme(`JupyterLab ${theme}`);
    await lab.shot(locator, `${name}-${theme.toLowerCase()}`);
  }
}

await drive('tutorial.ipynb', cases, (opened) => (lab = opened));
