// Where flows are: in several roots, in a workspace that is not trusted.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Place } from './cases';
import { until, Workbench } from './workbench';

export async function severalRoots(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.roots);
  await w.file('other.py');
  await w.squiggles('error').first().waitFor();
  await w.command('Spindle: Show Graph of…');
  const list = w.page.locator('.quick-input-list .monaco-list-row');
  for (const flow of ['BrokenFlow', 'GoodFlow', 'OtherFlow']) await list.filter({ hasText: flow }).first().waitFor();
  await w.choose('GoodFlow');
  await w.node('double').waitFor();
}

export async function untrusted(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.wary, place.workspace);
  await w.page.locator('.monaco-dialog-box .monaco-button', { hasText: "No, I don't trust" }).click();
  await w.page.locator('.part.statusbar', { hasText: 'Restricted Mode' }).waitFor();
  await w.file('broken.py');
  await w.squiggles('error').first().waitFor();
  await w.command('Spindle: Show Graph');
  await w.node('fit').waitFor();
  await until('the fault is on its node', async () => ((await w.node('fit').getAttribute('class')) ?? '').includes('has-error'));

  await w.page.locator('.editor-instance .view-line').first().click();
  await w.command('Spindle: Run Flow');
  await w.notification('not trusted').and(w.page.locator('.notification-fade-in-done')).waitFor();
  await w.shot(join(place.shots, 'untrusted-dark.png'));
  assert.equal(await w.page.locator('.terminal-wrapper').count(), 0, 'no terminal was opened');
}
