// Running a flow, and looking at its runs.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Place } from './cases';
import { until, Workbench } from './workbench';

export async function runsTree(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.page.locator('.activitybar .action-item', { has: w.page.locator('[aria-label^="Spindle"]') }).click();
  await w.row('GoodFlow').waitFor();
  await w.expand('GoodFlow');
  const run = w.page.locator('.pane-body .monaco-list-row', { hasText: /^\d{16}/ }).first();
  await run.waitFor();
  await run.click();
  await w.row('double').waitFor();
  await w.expand('double');
  await w.row('numbers=2').waitFor();
  await w.expand('numbers=2');
  await w.row('twice').waitFor();
  await w.shot(join(place.shots, 'runs-dark.png'));

  await w.row('twice').click();
  await until('the value is shown', async () => /GoodFlow\/\d+\/double\/\d+\/twice[^]*\n4\n/.test(await w.text()));
  await w.row('double').hover();
  await w.row('double').locator('.action-label.codicon-output').click();
  await until('the log is shown', async () => (await w.text()).includes('twice 2 is 4'));
  assert.match(await w.text(), /twice 1 is 2[^]*twice 3 is 6/);
  await w.shot(join(place.shots, 'logs-dark.png'));
}

export async function runFlow(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.second);
  await w.file('fresh.py');
  await w.command('Spindle: Show Graph');
  await w.node('start').waitFor();
  assert.doesNotMatch((await w.node('end').getAttribute('class')) ?? '', /was-/);
  await w.lenses().filter({ hasText: 'Run' }).first().click();
  const terminal = w.page.locator('.terminal-wrapper.active .xterm');
  await terminal.waitFor();
  await until('the graph has the colours of the run', async () => ((await w.node('end').getAttribute('class')) ?? '').includes('was-done'));
  await w.shot(join(place.shots, 'run-dark.png'));
}

export async function spinStep(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.file('good.py');
  await w.lenses().filter({ hasText: 'Spin' }).nth(1).click();
  await w.page.locator('.terminal-wrapper.active .xterm').waitFor();
  // What the program says of it is its own affair; it was asked with this step.
  await w.page.locator('.tabs-list .monaco-list-row, .single-terminal-tab', { hasText: 'spin double' }).first().waitFor();
}
