// The server's life as the user sees it: a crash, a program that is not there.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Place } from './cases';
import { until, Workbench } from './workbench';

export async function crash(browser: Browser, place: Place): Promise<void> {
  const w = await Workbench.open(browser, place.url, place.workspace);
  await w.file('broken.py');
  await w.squiggles('error').first().waitFor();
  const before = await servers(place.extensions);
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await until('another server runs', async () => (await servers(place.extensions)).some((pid) => !before.includes(pid)));
  await until('it tells the faults again', async () => (await w.squiggles('error').count()) > 0);
}

export async function lostProgram(browser: Browser, place: Place): Promise<void> {
  const settings = join(place.second, '.vscode', 'settings.json');
  await mkdir(join(place.second, '.vscode'));
  await writeFile(settings, '{ "spindle.path": "/nowhere/spindle" }');
  const w = await Workbench.open(browser, place.url, place.second);
  await w.file('other.py');
  const message = w.notification('/nowhere/spindle');
  await message.waitFor();
  await message.locator('.monaco-button', { hasText: 'Open Settings' }).waitFor();
  // The setting is corrected: no reload, no restart by hand.
  await writeFile(settings, '{}');
  await w.squiggles('error').first().waitFor();
}

/** The language servers that were started from our copy of the extension: nobody else's. */
async function servers(extensions: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      const [program, verb] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
      if (program?.startsWith(extensions) === true && verb === 'lsp') found.push(Number(pid));
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}
