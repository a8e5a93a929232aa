import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphOf } from '../src/graph/answer';
import { stepAtLine, whichOf } from '../src/graph/source';

const range = (from: number, to: number) => ({ start: { line: from, character: 4 }, end: { line: to, character: 0 } });

const answer = {
  flow: 'F',
  file: 'file:///f.py',
  version: 3,
  nodes: [
    {
      name: 'start',
      kind: 'start',
      range: range(3, 6),
      decorators: ['retry'],
      doc: 'Begins.',
      faults: [{ code: 'SP104', severity: 'error', message: 'no' }],
      last: { state: 'done', seconds: 1 },
    },
    { name: 'base', kind: 'linear', file: 'file:///base.py', range: range(3, 6), selectionRange: range(4, 4), splits: ['start'] },
    {
      name: 'end',
      kind: 'end',
      range: range(8, 10),
      decorators: [],
      doc: '',
      faults: [{ code: 'SP203', severity: 2, message: 'maybe' }],
      last: null,
    },
  ],
  faults: [{ code: 'SP101', severity: 'error', message: 'no end' }],
  last: { run: '1', state: 'running', seconds: 0, tasks: 3, done: 1 },
  edges: [{ from: 'start', to: 'end', kind: 'linear', range: range(5, 5) }],
};

test('a graph', () => {
  const g = graphOf(answer, 'file:///asked.py');
  assert.ok(g);
  assert.deepEqual([g.flow, g.uri, g.version], ['F', 'file:///f.py', 3]);
  assert.deepEqual(
    g.nodes.map((n) => [n.name, n.faults[0]?.severity, n.last?.state]),
    [
      ['start', 'error', 'done'],
      ['base', undefined, undefined],
      ['end', 'warning', undefined],
    ],
  );
  assert.deepEqual(g.edges[0]?.range, range(5, 5));
  assert.deepEqual([g.nodes[1]?.nameRange, g.nodes[1]?.splits], [range(4, 4), ['start']]);
  assert.deepEqual([g.faults?.[0]?.code, g.last], ['SP101', { state: 'running', tasks: 3, done: 1 }]);
  assert.equal(graphOf(answer, '', (uri) => uri.toUpperCase())?.nodes[1]?.uri, 'FILE:///BASE.PY');
});

test('no flow', () => {
  assert.equal(graphOf(null, 'file:///f.py'), null);
  assert.equal(graphOf({ flow: '', nodes: [] }, 'file:///f.py'), null);
  assert.throws(() => graphOf('a', 'file:///f.py'), /versions/);
});

test('the step a line is in', () => {
  const g = graphOf(answer, '')!;
  assert.deepEqual(
    [2, 3, 6, 7, 9].map((line) => stepAtLine(g, 'file:///f.py', line)),
    [undefined, 'start', 'start', undefined, 'end'],
  );
  assert.equal(stepAtLine(g, 'file:///base.py', 4), 'base');
  assert.equal(stepAtLine(g, 'file:///other.py', 4), undefined);
});

test('what a restored page says of itself', () => {
  assert.deepEqual(whichOf({ uri: 'file:///f.py', flow: 'F' }), { uri: 'file:///f.py', flow: 'F' });
  assert.deepEqual(whichOf({ uri: 'file:///f.py' }), { uri: 'file:///f.py' });
  for (const state of [undefined, null, 'x', {}, { uri: 1 }]) assert.equal(whichOf(state), undefined);
});

test('a step that is defined twice is one node', () => {
  const twice = { flow: 'F', nodes: [answer.nodes[0], { ...answer.nodes[0], range: range(20, 22) }], edges: [] };
  const g = graphOf(twice, '')!;
  assert.deepEqual([g.nodes.length, g.nodes[0]?.faults.length, g.nodes[0]?.range?.start.line], [1, 2, 3]);
});
