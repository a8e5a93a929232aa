// Bundles the extension, its layout worker and the graph page; with --tests the unit tests as well, one file each.
import { build, context } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';

const watch = process.argv.includes('--watch');
const shipped = process.argv.includes('--minify');

const base = { bundle: true, sourcemap: shipped ? false : 'linked', minify: shipped, logLevel: 'warning', legalComments: 'eof' };
const node = { ...base, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'] };

const bundles = [
  { ...node, entryPoints: { extension: 'src/extension.ts', layoutWorker: 'src/graph/layoutWorker.ts' }, outdir: 'out' },
  { ...base, platform: 'browser', format: 'iife', target: 'chrome122', entryPoints: { graph: 'webview/graph.ts' }, outdir: 'out' },
];
if (process.argv.includes('--tests')) {
  // What was built from a test that is gone would still be run.
  rmSync('out/test', { recursive: true, force: true });
  const tests = readdirSync('test').filter((name) => name.endsWith('.test.ts'));
  bundles.push({ ...node, entryPoints: tests.map((name) => `test/${name}`), outdir: 'out/test' });
}
if (process.argv.includes('--e2e')) {
  bundles.push({ ...node, entryPoints: { e2e: 'test/e2e/drive.ts' }, outdir: 'out/e2e', external: ['playwright-core'] });
}

for (const bundle of bundles) {
  if (watch) await (await context(bundle)).watch();
  else await build(bundle);
}
