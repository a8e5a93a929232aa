// Drives a real VS Code in a browser through what the extension promises. tests/editor starts the editor and reads the lines this writes:
// one JSON object a case.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { cases, type Place } from './cases';

interface Result {
  readonly name: string;
  readonly ok: boolean;
  readonly error: string;
  readonly seconds: number;
}

const place = JSON.parse(process.argv[2] ?? '{}') as Place & { readonly chromium: string; readonly profile: string; readonly only: string };

async function main(): Promise<void> {
  mkdirSync(place.shots, { recursive: true });
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  const browser = await chromium.launch({
    executablePath: place.chromium,
    args: [...flags, '--disable-component-update', '--disable-sync'],
  });
  try {
    for (const [name, run] of cases) if (name.includes(place.only)) console.log(JSON.stringify(await result(browser, name, run)));
  } finally {
    await browser.close();
  }
}

async function result(browser: Browser, name: string, run: (browser: Browser, place: Place) => Promise<void>): Promise<Result> {
  const begun = Date.now();
  const told = (error: string): Result => ({ name, ok: error === '', error, seconds: (Date.now() - begun) / 1000 });
  try {
    await run(browser, place);
    return told('');
  } catch (err) {
    // What the user would have seen says more than the error.
    for (const [i, context] of browser.contexts().entries()) {
      for (const page of context.pages())
        await page.screenshot({ path: join(place.shots, `failed-${name.replaceAll(/\W+/g, '-')}-${i}.png`) });
    }
    return told(err instanceof Error ? (err.stack ?? err.message) : String(err));
  } finally {
    for (const context of browser.contexts()) await context.close();
  }
}

void main();
