// The same graph in the editor's themes: after a run, with a fault.
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Place } from './cases';
import { until, Workbench } from './workbench';

const themes = [
  ['Light Modern', 'light'],
  ['Dark High Contrast', 'contrast'],
  ['Light High Contrast', 'contrast-light'],
  ['Dark Modern', 'dark'],
] as const;

export async function allThemes(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.file('mixed.py');
  await w.command('Spindle: Show Graph');
  await w.node('end').waitFor();
  await w.command('View: Toggle Primary Side Bar Visibility');
  await w.page.locator('.editor-instance .view-line').first().click();
  await w.lenses().first().waitFor();
  await w.goto(22);
  for (const [theme, name] of themes) {
    await w.command('Preferences: Color Theme');
    await w.pickByName(theme);
    await until('the page has the theme', async () =>
      ((await w.graph().locator('body').getAttribute('class')) ?? '').split(' ').includes(bodyClass(name)),
    );
    await w.node('decide').hover();
    await w.graph().locator('#tip').waitFor();
    await w.shot(join(place.shots, `theme-${name}.png`));
  }
}

function bodyClass(name: string): string {
  if (name === 'contrast') return 'vscode-high-contrast';
  return name === 'contrast-light' ? 'vscode-high-contrast-light' : `vscode-${name}`;
}
