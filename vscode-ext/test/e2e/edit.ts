// Faults in the text: squiggles, the Problems panel, a quick fix.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Place } from './cases';
import { until, Workbench } from './workbench';

export async function edit(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.file('broken.py');
  await w.squiggles('error').first().waitFor();
  const problems = await w.problems();
  await problems.filter({ hasText: 'jion' }).first().waitFor();
  const text = (await problems.allInnerTexts()).join('\n');
  assert.match(text, /SP118/, 'the Problems panel names the rule');
  await w.shot(join(place.shots, 'problems-dark.png'));

  await w.page.locator('.editor-instance').first().click();
  await w.goto(18, 20);
  await w.page.keyboard.press('F8');
  await w.page.locator('.marker-widget', { hasText: 'SP118' }).waitFor();
  await w.page.keyboard.press('Escape');
  await w.page.keyboard.press('Control+.');
  const actions = w.page.locator('.action-widget .monaco-list-row');
  await actions.filter({ hasText: 'join' }).first().waitFor();
  await w.shot(join(place.shots, 'quick-fix-dark.png'));
  await w.page.keyboard.press('Enter');
  await until('the fix is applied', async () => (await w.text()).includes('self.next(self.join)'));
  await until('the fault is gone', async () => (await w.squiggles('error').count()) === 0);
  await w.page.keyboard.press('Control+Z');
  await w.squiggles('error').first().waitFor();
}
