import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaint, locate, type Surroundings } from '../src/server/locate';

const linux = (programs: string[], more: Partial<Surroundings> = {}): Surroundings => ({
  platform: 'linux',
  setting: '',
  extensionDir: '/ext',
  searchPath: '/usr/local/bin:/usr/bin',
  home: '/home/ann',
  folders: ['/work/a', '/work/b'],
  trusted: true,
  isProgram: (file) => programs.includes(file),
  ...more,
});

const all = ['/ext/bin/spindle', '/usr/bin/spindle', '/work/b/.venv/bin/spindle'];

const cases: { name: string; s: Surroundings; want: unknown }[] = [
  { name: 'bundled comes before the path', s: linux(all), want: { kind: 'found', program: '/ext/bin/spindle', origin: 'bundled' } },
  {
    name: 'the path comes before a virtual environment',
    s: linux(all.slice(1)),
    want: { kind: 'found', program: '/usr/bin/spindle', origin: 'path' },
  },
  {
    name: 'the second root has the virtual environment',
    s: linux(all.slice(2)),
    want: { kind: 'found', program: '/work/b/.venv/bin/spindle', origin: 'venv' },
  },
  {
    name: 'the setting comes first',
    s: linux([...all, '/opt/spindle'], { setting: '/opt/spindle' }),
    want: { kind: 'found', program: '/opt/spindle', origin: 'setting' },
  },
  {
    name: 'home in the setting',
    s: linux(['/home/ann/s'], { setting: '~/s' }),
    want: { kind: 'found', program: '/home/ann/s', origin: 'setting' },
  },
  {
    name: 'the workspace in the setting',
    s: linux(['/work/a/tools/s'], { setting: '${workspaceFolder}/tools/s' }),
    want: { kind: 'found', program: '/work/a/tools/s', origin: 'setting' },
  },
  {
    name: 'a relative setting',
    s: linux(['/work/a/s'], { setting: 's' }),
    want: { kind: 'found', program: '/work/a/s', origin: 'setting' },
  },
  {
    name: 'a relative setting without trust',
    s: linux(['/work/a/s', 's'], { setting: 's', trusted: false }),
    want: { kind: 'bad-setting', program: 's' },
  },
  {
    name: 'a wrong setting is not passed over',
    s: linux(all, { setting: '/nowhere' }),
    want: { kind: 'bad-setting', program: '/nowhere' },
  },
  {
    name: 'without trust no virtual environment',
    s: linux(all.slice(2), { trusted: false }),
    want: { kind: 'missing', looked: ['/ext/bin/spindle', '/usr/local/bin/spindle', '/usr/bin/spindle'] },
  },
  {
    name: 'without trust no folder of the workspace that is on the path',
    s: linux(['/work/a/bin/spindle'], { trusted: false, searchPath: '/work/a/bin:/work/abin' }),
    want: { kind: 'missing', looked: ['/ext/bin/spindle', '/work/abin/spindle'] },
  },
  {
    name: 'the current folder on the path does not count',
    s: linux(['spindle', './spindle', 'bin/spindle'], { searchPath: '.::bin' }),
    want: { kind: 'missing', looked: ['/ext/bin/spindle', '/work/a/.venv/bin/spindle', '/work/b/.venv/bin/spindle'] },
  },
  {
    name: 'Windows',
    s: {
      ...linux(['C:\\w\\.venv\\Scripts\\spindle.exe']),
      platform: 'win32',
      extensionDir: 'C:\\ext',
      searchPath: 'C:\\bin;',
      folders: ['C:\\w'],
    },
    want: { kind: 'found', program: 'C:\\w\\.venv\\Scripts\\spindle.exe', origin: 'venv' },
  },
];

for (const { name, s, want } of cases) {
  test(name, () => {
    assert.deepEqual(locate(s), want);
  });
}

test('the message offers a way out', () => {
  assert.match(complaint({ kind: 'missing', looked: [] }, true), /Install it, or set spindle\.path/);
  assert.match(complaint({ kind: 'missing', looked: [] }, false), /not trusted/);
  assert.match(complaint({ kind: 'bad-setting', program: '/x' }, true), /"\/x".*empty it/);
});
