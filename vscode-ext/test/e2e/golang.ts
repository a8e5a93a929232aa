// A flow in Go: its faults, what stands above its steps, its graph.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Place } from './cases';
import { until, Workbench } from './workbench';

export async function goFlow(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.golang);
  await w.file('main.go');
  await w.squiggles('error').first().waitFor();
  await w.lenses().first().waitFor();
  await until('the flow can be run', async () => (await lensesOf(w)).some((lens) => lens.includes('Run')));
  // One for each of the three steps in this file.
  await until('each step can be spun', async () => (await lensesOf(w)).filter((lens) => lens.includes('▶ Spin')).length === 3);

  await w.command('Spindle: Show Graph');
  await w.node('lost').waitFor();
  for (const step of ['start', 'fit', 'pick', 'end']) await w.node(step).waitFor();
  assert.equal(await w.graph().locator('.node').count(), 5);
  await until('lost is red', async () => ((await w.node('lost').getAttribute('class')) ?? '').includes('has-error'));
  const problems = await w.problems();
  await problems.filter({ hasText: 'lost' }).first().waitFor();
  assert.match((await problems.allInnerTexts()).join('\n'), /SP120/, 'the Problems panel names the rule');
  await w.shot(join(place.shots, 'golang-dark.png'));

  // A step of the other file of the package.
  await w.closePanel();
  await w.node('pick').click();
  await w.page.locator('.tab.active[aria-label*="fit.go"]').waitFor();
  // Told by the line itself: the status bar has no line while the graph, which had the click, has the focus.
  await w.page.locator('.line-numbers.active-line-number', { hasText: /^12$/ }).waitFor();
}

async function lensesOf(w: Workbench): Promise<string[]> {
  return w.lenses().allInnerTexts();
}
