import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRuns, parseShow, parseStanding, parseTasks } from '../src/binary/answers';
import { runsArguments, showArguments, spinArguments, workbenchArguments } from '../src/binary/arguments';
import { isParallel, itemChoices, originChoices } from '../src/features/spin/choices';

const run = (id: string, more: object = {}): object => ({ flow: 'F', run: id, state: 'done', started: 't', user: 'ann', ...more });

const runs = parseRuns(
  JSON.stringify({
    runs: [
      run('3', { state: 'failed', user_tags: ['nightly'], duration_seconds: 2 }),
      run('2', { user_tags: ['nightly', 'good'], system_tags: ['production:token'] }),
      run('1', { user: 'bob' }),
    ],
  }),
).runs;

const nothing = parseStanding('{"flow":"F","origin":"","tasks":[]}');

test('runs by name and by themselves', () => {
  const choices = originChoices(runs, nothing, () => 'today');
  assert.deepEqual(
    choices.map((c) => [c.group, c.label, c.args, c.run]),
    [
      ['By name', 'Latest run', ['--origin', 'latest'], '3'],
      ['By name', 'Production', ['--origin', 'production'], '2'],
      ['By name', 'nightly', ['--origin', 'nightly'], '3'],
      ['By name', 'good', ['--origin', 'good'], '2'],
      ['Runs', '3', ['--origin', '3'], '3'],
      ['Runs', '2', ['--origin', '2'], '2'],
      ['Runs', '1', ['--origin', '1'], '1'],
    ],
  );
  const failed = choices[4];
  assert.deepEqual([failed?.description, failed?.icon], ['failed · today · 2.0 s · nightly · ann', 'error']);
});

test('the workbench comes first, with the items of the run it stands on', () => {
  const standing = parseStanding('{"flow":"F","origin":"1","tasks":[{"step":"a"},{"step":"b"}]}');
  const [first] = originChoices(runs, standing, () => '');
  assert.deepEqual([first?.label, first?.description, first?.args, first?.run], ['The workbench', '2 spun tasks on run 1', [], '1']);
  const alone = originChoices([], parseStanding('{"flow":"F","tasks":[{"step":"a"}]}'), () => '');
  assert.deepEqual(
    alone.map((c) => [c.description, c.run]),
    [['1 spun task', undefined]],
  );
  assert.deepEqual(
    originChoices([], nothing, () => ''),
    [],
  );
});

test('foreach items in the order of their places', () => {
  const frame = (index: number, item: string): object => ({ step: 'x', index, item });
  const steps = parseTasks(
    JSON.stringify({
      steps: [
        {
          step: 'book',
          tasks: [
            { task: '4', state: 'done', foreach: [frame(10, 'shelf=top'), frame(0, 'book=1')] },
            { task: '5', state: 'done', foreach: [frame(2, 'shelf=low'), frame(1, '')] },
            { task: '9', state: 'done', foreach: [frame(2, 'shelf=low'), frame(1, '')] },
          ],
        },
        { step: 'one', tasks: [{ task: '6', state: 'done', foreach: [frame(0, 'n=1')] }] },
        { step: 'end', tasks: [{ task: '7', state: 'done' }] },
      ],
    }),
  );
  assert.deepEqual(
    itemChoices(steps, 'book').map((c) => [c.label, c.description, c.args]),
    [
      ['2,1', 'shelf=low › x #1', ['--index', '2,1']],
      ['10,0', 'shelf=top › book=1', ['--index', '10,0']],
      ['All items', '2, several at a time', ['--all']],
    ],
  );
  assert.deepEqual(
    itemChoices(steps, 'one').map((c) => c.args),
    [['--index', '0']],
  );
  assert.deepEqual(itemChoices(steps, 'end'), []);
  assert.deepEqual(itemChoices(steps, 'nowhere'), []);
});

test('nodes of a parallel step are no items', () => {
  const { flow, steps } = parseShow(
    JSON.stringify({
      flow: 'F',
      steps: [
        { name: 'start', type: 'split-parallel', next: ['train'] },
        { name: 'train', type: 'split-foreach', next: ['each'], doc: 'Fits.' },
      ],
    }),
  );
  assert.deepEqual([flow, steps[1]?.doc], ['F', 'Fits.']);
  assert.deepEqual([isParallel(steps, 'train'), isParallel(steps, 'each')], [true, false]);
});

test('command lines', () => {
  assert.deepEqual(spinArguments('f.py:F', 'a', '', ['--origin', '3', '--index', '1']), [
    'spin',
    'f.py:F',
    'a',
    '--origin',
    '3',
    '--index',
    '1',
  ]);
  assert.deepEqual(runsArguments(5, '-f.py'), ['runs', './-f.py', '--json', '--limit', '5']);
  assert.deepEqual([showArguments('f.py')[0], workbenchArguments('f.py').slice(0, 3)], ['show', ['workbench', 'show', 'f.py']]);
});
