// Where the spindle program is. Knows no editor: what it needs of the machine comes in as a parameter.
import * as path from 'node:path';

/** What looking for the program depends on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  /** The setting spindle.path; in a workspace that is not trusted, the user's own. */
  readonly setting: string;
  readonly extensionDir: string;
  /** The environment variable PATH. */
  readonly searchPath: string;
  readonly home: string;
  /** The workspace folders on disk, in order. */
  readonly folders: readonly string[];
  /** Without trust nothing inside the workspace is started. */
  readonly trusted: boolean;
  isProgram(file: string): boolean;
}

export type Origin = 'setting' | 'bundled' | 'path' | 'venv';

/** The program, or what was looked at in vain. */
export type Located =
  | { readonly kind: 'found'; readonly program: string; readonly origin: Origin }
  | { readonly kind: 'bad-setting'; readonly program: string }
  | { readonly kind: 'missing'; readonly looked: readonly string[] };

/** Looks at the setting, the extension's own copy, PATH and the workspace's virtual environments, in this order. */
export function locate(s: Surroundings): Located {
  if (s.setting.trim() !== '') return fromSetting(s);
  const looked: string[] = [];
  for (const [origin, file] of candidates(s)) {
    if (s.isProgram(file)) return { kind: 'found', program: file, origin };
    looked.push(file);
  }
  return { kind: 'missing', looked };
}

// A setting that leads nowhere is not passed over in silence: the user would wonder which program answers.
function fromSetting(s: Surroundings): Located {
  const paths = flavour(s);
  const program = expand(s.setting.trim(), s);
  if (paths.isAbsolute(program) && s.isProgram(program)) return { kind: 'found', program, origin: 'setting' };
  return { kind: 'bad-setting', program };
}

function expand(setting: string, s: Surroundings): string {
  const paths = flavour(s);
  const folder = s.trusted ? (s.folders[0] ?? '') : '';
  let file = setting.replaceAll('${workspaceFolder}', folder);
  if (file === '~' || file.startsWith('~/') || file.startsWith('~\\')) file = paths.join(s.home, file.slice(1));
  if (!paths.isAbsolute(file) && folder !== '') file = paths.join(folder, file);
  return file;
}

function* candidates(s: Surroundings): Generator<[Origin, string]> {
  const paths = flavour(s);
  const name = s.platform === 'win32' ? 'spindle.exe' : 'spindle';
  yield ['bundled', paths.join(s.extensionDir, 'bin', name)];
  for (const dir of s.searchPath.split(paths.delimiter)) {
    // A relative entry means the current folder, which may be somebody else's repository.
    if (!paths.isAbsolute(dir)) continue;
    if (!s.trusted && s.folders.some((folder) => inside(paths, folder, dir))) continue;
    yield ['path', paths.join(dir, name)];
  }
  if (!s.trusted) return;
  const bin = s.platform === 'win32' ? 'Scripts' : 'bin';
  for (const folder of s.folders) yield ['venv', paths.join(folder, '.venv', bin, name)];
}

function inside(paths: path.PlatformPath, folder: string, dir: string): boolean {
  const way = paths.relative(folder, dir);
  return way === '' || (!way.startsWith('..') && !paths.isAbsolute(way));
}

function flavour(s: Surroundings): path.PlatformPath {
  return s.platform === 'win32' ? path.win32 : path.posix;
}

/** What to tell the user when there is no program. */
export function complaint(l: Exclude<Located, { kind: 'found' }>, trusted: boolean): string {
  if (l.kind === 'bad-setting') {
    return `spindle.path leads to "${l.program}", which is no program. Correct the setting, or empty it to use the program that comes with the extension.`;
  }
  const venv = trusted ? ' nor in .venv of a workspace folder' : ' (virtual environments of a workspace that is not trusted are not used)';
  return `The spindle program was not found: not in the extension, not on the PATH${venv}. Install it, or set spindle.path.`;
}
