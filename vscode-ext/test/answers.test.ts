import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArtifacts, parseLogs, parseRuns, parseTasks } from '../src/binary/answers';
import { runArguments, spinArguments } from '../src/binary/arguments';
import { failure } from '../src/binary/errors';
import { FormError } from '../src/binary/json';

test('runs', () => {
  const { runs, problems } = parseRuns(
    JSON.stringify({
      runs: [{ flow: 'F', run: '1', state: 'failed', duration_seconds: 1.5, user_tags: ['a'], failed_step: 'train', new_field: {} }],
      problems: ['F/2 is damaged'],
    }),
  );
  assert.equal(runs[0]?.state, 'failed');
  assert.equal(runs[0].seconds, 1.5);
  assert.deepEqual(runs[0].tags, ['a']);
  assert.deepEqual(problems, ['F/2 is damaged']);
});

test('what is not known is empty, states of later versions are unknown', () => {
  const { runs } = parseRuns('{"runs":[{"flow":"F","run":"1","state":"paused","duration_seconds":null}]}');
  assert.equal(runs[0]?.state, 'unknown');
  assert.equal(runs[0].seconds, undefined);
  assert.deepEqual(parseRuns('{"runs":[],"problems":[]}').runs, []);
});

test('an answer of another form is told, with its place', () => {
  assert.throws(() => parseRuns('no JSON'), FormError);
  assert.throws(() => parseRuns('[]'), /no object at the top/);
  assert.throws(() => parseRuns('{"runs":[{"flow":"F"}]}'), /runs\[0\]\.run/);
  assert.throws(() => parseRuns('{"runs":{}}'), /no list at the top\.runs/);
});

test('tasks with foreach items', () => {
  const steps = parseTasks(
    JSON.stringify({
      steps: [
        {
          step: 'fit',
          state: 'done',
          tasks: [
            { task: '3', state: 'done', attempts: 2, duration_seconds: 0.25, foreach: [{ step: 'fit', item: 'genres=Drama', index: 1 }] },
            { task: '4', state: 'running', foreach: [{ step: 'fit', item: '', index: 2 }] },
          ],
        },
      ],
    }),
  );
  assert.deepEqual(
    steps[0]?.tasks.map((t) => [t.task, t.state, t.attempts, t.frames]),
    [
      ['3', 'done', 2, ['genres=Drama']],
      ['4', 'running', 0, ['fit #2']],
    ],
  );
});

test('artifacts and logs', () => {
  const [plain, large] = parseArtifacts(
    '{"tasks":[{"pathspec":"F/1/a/2","artifacts":[{"name":"x","size":5,"type":"<class \'int\'>","text":"1","value":1,"plain":true},{"name":"y","text":null,"too_large":true}]}]}',
  );
  assert.deepEqual([plain?.text, plain?.value, plain?.plain], ['1', 1, true]);
  assert.deepEqual([large?.text, large?.tooLarge], [undefined, true]);
  const logs = parseLogs('{"tasks":[{"pathspec":"F/1/a/2","attempt":1,"lines":[{"stream":"stderr","time":"","text":"oh"}]}]}');
  assert.deepEqual(logs[0]?.lines, [{ stream: 'stderr', time: '', text: 'oh' }]);
});

test('a failure is the message and the hint, or the last line of what was said', () => {
  const told = failure('{"error":{"kind":"usage","exit_code":2,"message":"no","hint":"try yes"}}', 2);
  assert.deepEqual([told.kind, told.text], ['usage', 'no. try yes']);
  assert.equal(failure('a\nunknown command "tasks"\n', 2).text, 'unknown command "tasks"');
  assert.equal(failure('', 70).text, 'spindle ended with code 70');
  assert.equal(failure('', null).text, 'spindle was killed');
  assert.equal(failure('{"error":"no"}', 1).text, '{"error":"no"}');
});

test('names stay names on the command line', () => {
  assert.deepEqual(runArguments('my flow;rm.py', '', ['--x', 'a b']), ['run', 'my flow;rm.py', '--x', 'a b']);
  assert.deepEqual(runArguments('-rf.py', '/py', []), ['run', './-rf.py', '--python', '/py']);
  assert.deepEqual(spinArguments('f.py', 'train', ''), ['spin', 'f.py', 'train']);
});
