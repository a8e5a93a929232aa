// The graph beside the code.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Place } from './cases';
import { until, Workbench } from './workbench';

export async function liveGraph(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.file('broken.py');
  await w.squiggles('error').first().waitFor();
  await w.command('Spindle: Show Graph');
  await w.node('fit').waitFor();
  await until('fit is red', async () => ((await w.node('fit').getAttribute('class')) ?? '').includes('has-error'));
  assert.match((await w.node('jion').getAttribute('class')) ?? '', /missing/);

  await w.node('fit').hover();
  const tip = w.graph().locator('#tip');
  await until('the tooltip names the rule', async () => (await tip.innerText()).includes('SP118'));
  await w.shot(join(place.shots, 'graph-dark.png'));

  await w.node('join').click();
  await w.cursor(21);
  await until('the node of the cursor is marked', async () => ((await w.node('join').getAttribute('class')) ?? '').includes('current'));
  await w.goto(8);
  await until('the mark follows the cursor', async () => ((await w.node('start').getAttribute('class')) ?? '').includes('current'));

  // Typing: the misspelt step comes to exist, the graph follows without being saved.
  await w.goto(18, 24);
  await w.page.keyboard.press('Control+Shift+ArrowRight');
  await w.page.keyboard.type('join');
  await until('the missing step is gone', async () => (await w.node('jion').count()) === 0);
  await until('fit is no longer red', async () => !((await w.node('fit').getAttribute('class')) ?? '').includes('has-error'));
  // The cases that follow want the file as it was, on the disk too: the editor saves by itself, a moment later.
  const file = join(place.workspace, 'broken.py');
  await until('the misspelling is back', async () => {
    if ((await w.text()).includes('self.jion')) return true;
    await w.page.keyboard.press('Control+Z');
    return false;
  });
  await until('and is saved', async () => (await readFile(file, 'utf8')).includes('self.jion'));
}

export async function graphFromKeyboard(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.file('good.py');
  await w.command('Spindle: Show Graph');
  await w.node('start').waitFor();
  await w.node('start').focus();
  for (const step of ['double', 'join', 'end']) {
    await w.page.keyboard.press('ArrowDown');
    await until(`${step} has the focus`, async () => (await w.graph().locator('.node:focus').getAttribute('data-step')) === step);
  }
  await w.page.keyboard.press('Enter');
  await w.cursor(27);
}

export async function largeGraph(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.file('large.py');
  await w.command('Spindle: Show Graph');
  await w.node('end').waitFor();
  assert.equal(await w.graph().locator('.node').count(), 1000);
  const search = w.graph().locator('#search');
  await search.fill('s500');
  await search.press('Enter');
  await until(
    'the step that was found has the focus',
    async () => (await w.graph().locator('.node:focus').getAttribute('data-step')) === 's500',
  );
  await w.shot(join(place.shots, 'graph-large.png'));
  await w.page.keyboard.press('Enter');
  await until('its code is shown', async () => (await w.text()).includes('def s500('));
}
