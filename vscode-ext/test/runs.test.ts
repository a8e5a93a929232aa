import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Artifact, Run } from '../src/binary/answers';
import { artifactLook, byFlow, bytes, flowLook, runLook, stepLook, taskLook, withoutRepeats } from '../src/features/runs/model';
import { logText, valueText } from '../src/features/runs/texts';

const run = (flow: string, id: string, started: string, more: Partial<Run> = {}): Run => ({
  flow,
  run: id,
  state: 'done',
  started,
  seconds: 1.5,
  user: 'ann',
  tags: [],
  production: false,
  origin: '',
  tasks: 4,
  tasksDone: 4,
  failedStep: '',
  failedTask: '',
  reason: '',
  ...more,
});

const artifact = (more: Partial<Artifact> = {}): Artifact => ({
  name: 'x',
  size: 5,
  type: "<class 'int'>",
  sha: 'abc',
  text: '1',
  value: 1,
  plain: true,
  tooLarge: false,
  error: '',
  ...more,
});

test('runs by flow, newest first', () => {
  const found = [run('A', '1', '2026-01-01'), run('B', '2', '2026-01-03'), run('A', '3', '2026-01-02')].map((r) => ({ run: r }));
  const flows = byFlow(found);
  assert.deepEqual(
    [...flows].map(([flow, of]) => [flow, of.map((f) => f.run.run)]),
    [
      ['B', ['2']],
      ['A', ['3', '1']],
    ],
  );
});

test('one store seen from two folders is one', () => {
  const found = [
    { run: run('A', '1', 't'), dir: '/a' },
    { run: run('A', '1', 't'), dir: '/a/b' },
    { run: run('A', '1', 'u'), dir: '/c' },
  ];
  assert.deepEqual(
    withoutRepeats(found).map((f) => f.dir),
    ['/a', '/c'],
  );
});

test('what items say', () => {
  const failed = run('A', '7', 't', {
    state: 'failed',
    tags: ['nightly'],
    origin: '6',
    tasksDone: 3,
    failedStep: 'fit',
    failedTask: '5',
    reason: 'ZeroDivisionError',
  });
  const look = runLook(failed, () => 'today');
  assert.deepEqual([look.label, look.description, look.icon], ['7', 'today · 1.5 s · nightly', 'error']);
  assert.equal(look.tooltip, 'A/7: failed\n3 of 4 tasks, by ann\nresumed from 6\nfailed in fit/5\nZeroDivisionError');
  assert.equal(flowLook('A', [failed]).description, '1 run');
  assert.equal(stepLook({ step: 'fit', state: 'done', tasks: [] }).description, '0 tasks');
  const task = taskLook({ task: '5', state: 'running', started: '', seconds: undefined, attempts: 2, frames: ['genre=Drama'], place: [0] });
  assert.deepEqual([task.description, task.icon], ['genre=Drama · 2 attempts', 'sync~spin']);
  assert.equal(artifactLook(artifact()).description, 'int · 5 B');
  assert.deepEqual(
    [artifactLook(artifact({ error: 'damaged' })).icon, artifactLook(artifact({ error: 'damaged' })).tooltip],
    ['warning', 'x: damaged'],
  );
});

test('sizes', () => {
  assert.deepEqual([0, 999, 1000, 12_345, 999_960, 5e9, 2e15].map(bytes), [
    '0 B',
    '999 B',
    '1.0 kB',
    '12 kB',
    '1.0 MB',
    '5.0 GB',
    '2000 TB',
  ]);
});

test('logs', () => {
  const text = logText([
    {
      pathspec: 'F/1/a/2',
      attempt: 0,
      lines: [
        { stream: 'stdout', time: '2026-11-21T06:16:03.349179Z', text: 'working' },
        { stream: 'stderr', time: '', text: 'oh' },
      ],
    },
    { pathspec: 'F/1/a/3', attempt: 1, lines: [] },
  ]);
  assert.equal(text, '--- F/1/a/2\n06:16:03.349   working\n             ! oh\n\n--- F/1/a/3 (attempt 1)\n   printed nothing\n');
  assert.equal(logText([]), 'There are no logs.\n');
});

test('values', () => {
  assert.equal(valueText('F/1/a/2', artifact()), '# F/1/a/2/x\n# int, 5 B, abc\n\n1\n');
  assert.match(valueText('t', artifact({ value: { a: [1] }, text: "{'a': [1]}" })), /"a": \[\n/);
  assert.match(valueText('t', artifact({ plain: false, value: null, text: 'Model()' })), /\nModel\(\)\n$/);
  assert.match(valueText('t', artifact({ tooLarge: true, text: undefined })), /too large/);
  assert.match(valueText('t', artifact({ error: 'damaged' })), /cannot be read: damaged/);
});
