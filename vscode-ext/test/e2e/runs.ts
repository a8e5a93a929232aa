// Running a flow, and looking at its runs.
import assert from 'node:assert/strict';
import { execFile as execFileTold } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import type { Place } from './cases';
import { until, Workbench } from './workbench';

const execFile = promisify(execFileTold);

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
  await w.lenses().filter({ hasText: '▶ Spin' }).nth(1).click();
  await w.page.locator('.terminal-wrapper.active .xterm').waitFor();
  // What the program says of it is its own affair; it was asked with this step.
  await w.page.locator('.tabs-list .monaco-list-row, .single-terminal-tab', { hasText: 'spin double' }).first().waitFor();
}

/** The lens that asks: a run, then a foreach item, then the terminal. */
export async function spinStepOn(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.file('good.py');
  await w.lenses().filter({ hasText: 'Spin on…' }).nth(1).click();
  const rows = w.page.locator('.quick-input-list .monaco-list-row');
  await rows.filter({ hasText: 'Latest run' }).first().waitFor();
  await rows
    .filter({ hasText: /\d{16}\s*done · .* · tester/ })
    .first()
    .waitFor();
  await w.shot(join(place.shots, 'spin-origin-dark.png'));
  await w.choose('Latest run');
  await rows.filter({ hasText: 'numbers=3' }).first().waitFor();
  assert.deepEqual(
    (await rows.allInnerTexts()).map((row) => row.replaceAll(/\s*\n\s*/g, '').trim()),
    ['0numbers=1', '1numbers=2', '2numbers=3', 'All items3, several at a time'],
  );
  await w.shot(join(place.shots, 'spin-item-dark.png'));
  await w.choose('numbers=3');
  await w.page.locator('.terminal-wrapper.active .xterm').waitFor();
  await w.page.locator('.tabs-list .monaco-list-row, .single-terminal-tab', { hasText: 'spin double' }).first().waitFor();
  // What the terminal shows is a canvas; what the spin has left is asked for.
  await until('the item was spun', async () => (await spun(place)).includes('double 2'));
  await w.shot(join(place.shots, 'spin-done-dark.png'));

  // From the palette, the step is chosen too; the one of the cursor comes first, and now there is a workbench.
  await w.command('Spindle: Spin Step…');
  await rows.filter({ hasText: 'join' }).first().waitFor();
  await w.choose('join');
  await rows
    .filter({ hasText: 'The workbench' })
    .filter({ hasText: /\d spun tasks? on run/ })
    .first()
    .waitFor();
  await w.shot(join(place.shots, 'spin-workbench-dark.png'));
  await w.choose('The workbench');
  await until('the join was spun', async () => (await spun(place)).includes('join '));
}

/** The steps that were spun, each with its place in the foreach loops. */
async function spun(place: Place): Promise<string[]> {
  const [extension] = (await readdir(place.extensions)).filter((name) => name.startsWith('spindle'));
  const program = join(place.extensions, extension ?? '', 'bin', 'spindle');
  const env = { ...process.env, METAFLOW_USER: 'tester' };
  const answer = await execFile(program, ['workbench', 'show', 'good.py', '--json'], { cwd: place.workspace, env });
  const bench = JSON.parse(answer.stdout) as { readonly tasks: readonly { readonly step: string; readonly index: readonly number[] }[] };
  return bench.tasks.map((t) => `${t.step} ${t.index.join(',')}`);
}
