// Makes the .vsix of one platform: the extension with the spindle program of that platform inside.
//
//   node scripts/package.mjs --binary FILE --out DIR [--target linux-x64]
//
// Without --target the platform is this machine's; `universal` has no program inside and finds the user's.
import { createVSIX } from '@vscode/vsce';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const targets = [
  'linux-x64',
  'linux-arm64',
  'alpine-x64',
  'alpine-arm64',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
  'universal',
];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const { values } = parseArgs({ options: { binary: { type: 'string' }, out: { type: 'string' }, target: { type: 'string' } } });
const target = values.target ?? `${process.platform}-${process.arch}`;
if (!targets.includes(target)) throw new Error(`there is no platform ${target}; those of VS Code are ${targets.join(', ')}`);
if (!values.out) throw new Error('--out names the folder for the package');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packagePath = resolve(values.out, `spindle-${target}-${version}.vsix`);

rmSync(join(root, 'bin'), { recursive: true, force: true });
if (target !== 'universal') {
  if (!values.binary) throw new Error(`--binary names the spindle program for ${target}`);
  const program = join(root, 'bin', target.startsWith('win32') ? 'spindle.exe' : 'spindle');
  mkdirSync(dirname(program));
  copyFileSync(resolve(values.binary), program);
  chmodSync(program, 0o755);
}
mkdirSync(resolve(values.out), { recursive: true });
copyFileSync(join(root, '..', 'LICENSE'), join(root, 'LICENSE'));
execFileSync(process.execPath, ['esbuild.mjs', '--minify'], { cwd: root, stdio: 'inherit' });
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  ...(target === 'universal' ? {} : { target }),
  baseContentUrl: 'https://github.com/spindle-flow/spindle/blob/main/vscode-ext',
  baseImagesUrl: 'https://github.com/spindle-flow/spindle/raw/main/vscode-ext',
});
