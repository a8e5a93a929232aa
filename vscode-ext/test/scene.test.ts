import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layout, path } from '../src/graph/layout';
import { direction, go, search } from '../src/graph/navigate';
import { lastText, scene, seconds, type Scene } from '../src/graph/scene';
import { drawnEdges, note, sketch } from '../src/graph/sketch';
import type { FlowGraph } from '../src/server/protocol';
import { diamond, edge, graph, large, node } from './graphs';

const drawn = (g: FlowGraph): Scene => scene(g, layout(sketch(g)));
const at = (s: Scene, name: string) => s.nodes.find((n) => n.name === name)!;

test('a layout runs downwards and no boxes overlap', () => {
  for (const g of [diamond(), large(120)]) {
    const s = drawn(g);
    for (const e of s.edges) assert.ok(at(s, e.from).y < at(s, e.to).y, `${e.from} above ${e.to}`);
    for (const a of s.nodes) {
      for (const b of s.nodes) {
        if (a === b) continue;
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        assert.ok(apart, `${a.name} and ${b.name} overlap`);
      }
      assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= s.width && a.y + a.height <= s.height);
    }
  }
});

test('branches stand from left to right as they are named', () => {
  const s = drawn(diamond());
  assert.ok(at(s, 'left').x < at(s, 'right').x);
  const blocks = drawn(large(60));
  assert.ok(at(blocks, 'a0_0').x < at(blocks, 'a0_5').x);
});

test('the same sketch gives the same layout', () => {
  assert.deepEqual(layout(sketch(large(60))), layout(sketch(large(60))));
});

test('faults, runs and words do not move a graph', () => {
  const before = diamond();
  const after = {
    ...before,
    nodes: before.nodes.map((n) => ({
      ...n,
      doc: 'New.',
      last: { state: 'done' },
      faults: [{ code: 'SP203', severity: 'error' as const, message: 'x' }],
    })),
  };
  assert.deepEqual(sketch(after), sketch(before));
  assert.notDeepEqual(sketch({ ...before, edges: before.edges.slice(1) }), sketch(before));
});

test('graphs that are no flows yet are drawn all the same', () => {
  assert.deepEqual(drawn(graph([], [])).nodes, []);
  assert.equal(drawn(graph([node('start')], [])).nodes.length, 1);
  // A cycle, a step that leads to itself, parts that hang together with nothing.
  const s = drawn(
    graph(
      ['a', 'b', 'c', 'd'].map((name) => node(name)),
      [edge('a', 'b'), edge('b', 'a'), edge('c', 'c')],
    ),
  );
  assert.equal(s.nodes.length, 4);
  assert.ok(s.edges.every((e) => e.path.startsWith('M')));
});

test('a step that does not exist is drawn as missing', () => {
  const s = drawn(graph([node('start')], [edge('start', 'trian')]));
  assert.equal(at(s, 'trian').shape, 'missing');
  assert.equal(at(s, 'trian').severity, 'error');
  assert.equal(at(s, 'start').shape, 'step');
});

test('cases that lead to one step are one edge', () => {
  const edges = drawnEdges([
    edge('s', 'a', { kind: 'switch', label: 'x' }),
    edge('s', 'a', { kind: 'switch', label: 'y' }),
    edge('s', 'b', { kind: 'switch', label: 'z' }),
  ]);
  assert.deepEqual(
    edges.map((e) => [e.to, e.label]),
    [
      ['a', 'x, y'],
      ['b', 'z'],
    ],
  );
});

test('labels keep their place free', () => {
  const s = drawn(graph([node('a'), node('b'), node('c')], [edge('a', 'b', { label: 'genres' }), edge('a', 'c', { label: 'other' })]));
  assert.equal(s.edges.filter((e) => e.labelAt).length, 2);
});

test('names of steps are only names', () => {
  const s = drawn(graph([node('__proto__'), node('constructor'), node('toString')], [edge('__proto__', 'constructor')]));
  assert.deepEqual(
    s.nodes.map((n) => n.name),
    ['__proto__', 'constructor', 'toString'],
  );
  assert.equal(s.edges.length, 1);
});

test('a node says what is to be known', () => {
  const faults = [
    { code: 'SP201', severity: 'warning' as const, message: 'may be missing' },
    { code: 'SP104', severity: 'error' as const, message: 'no such step' },
  ];
  const s = drawn(
    graph([node('fit', { kind: 'join', decorators: ['retry(times=1)', '@catch'], faults, last: { state: 'failed', seconds: 75 } })], []),
  );
  const fit = at(s, 'fit');
  assert.deepEqual([fit.shape, fit.severity, fit.note, fit.stateText], ['join', 'error', '✗ 1 min  join @retry @catch', 'failed in 1 min']);
  assert.equal(
    fit.spoken,
    'step fit, join @retry @catch, last run failed in 1 min, warning SP201: may be missing, error SP104: no such step',
  );
  assert.equal(s.summary, '1 step, 2 faults');
});

test('steps between a foreach and its join run many times', () => {
  const s = drawn(
    graph(
      [
        node('start', { kind: 'split-foreach' }),
        node('each', { splits: ['start'] }),
        node('left', { splits: ['start', 'each'] }),
        node('inner', { kind: 'join', splits: ['start', 'each'] }),
        node('outer', { kind: 'join', splits: ['start'] }),
        node('gone', { splits: ['nobody'] }),
      ],
      [],
    ),
  );
  assert.deepEqual(
    s.nodes.filter((n) => n.many).map((n) => n.name),
    ['each', 'left', 'inner'],
  );
});

test('the line for the whole', () => {
  const more = {
    dynamic: true,
    faults: [{ code: 'SP101', severity: 'error' as const, message: 'no end' }],
    last: { state: 'done', seconds: 12, tasks: 4, done: 4 },
  };
  const s = drawn({ ...diamond(), ...more });
  assert.equal(s.summary, '5 steps or more, 1 fault, last run done');
  assert.equal(s.faults[0]?.code, 'SP101');
  assert.equal(lastText({ state: 'running', seconds: 5, tasks: 3, done: 1 }), 'running for 5.0 s, 1 of 3 tasks done');
});

test('long names are cut, not the rest', () => {
  const name = 'x'.repeat(500);
  const s = drawn(graph([node(name)], []));
  assert.equal(at(s, name).title.length, 32);
  assert.ok(at(s, name).width <= 280);
  assert.equal(note(node('a', { decorators: ['kubernetes(\n  cpu=2)'] })), '@kubernetes');
});

test('durations', () => {
  assert.deepEqual([0.123, 4.56, 12.4, 75, 3600, 7500].map(seconds), ['0.12 s', '4.6 s', '12 s', '1 min', '1 h 00 min', '2 h 05 min']);
});

test('paths', () => {
  assert.equal(path([]), '');
  assert.equal(path([{ x: 1, y: 2 }]), '');
  assert.equal(
    path([
      { x: 0, y: 0 },
      { x: 1.234, y: 2 },
    ]),
    'M0,0L1.2,2',
  );
  assert.match(
    path([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
      { x: 2, y: 5 },
      { x: 3, y: 9 },
    ]),
    /^M0,0Q1,1 1\.5,3Q2,5 3,9$/,
  );
});

test('arrow keys', () => {
  const s = drawn(diamond());
  const walk = (from: string, ...keys: string[]): string => keys.reduce((here, key) => go(s, here, direction(key)!) ?? here, from);
  const [left, right] = ['left', 'right'];
  assert.equal(walk('start', 'ArrowUp'), 'start');
  assert.equal(walk(left, 'ArrowRight'), right);
  assert.equal(walk(right, 'ArrowRight'), right);
  assert.equal(walk(right, 'ArrowLeft'), left);
  assert.equal(walk('start', 'ArrowDown', 'ArrowDown', 'ArrowDown'), 'end');
  assert.equal(walk('join', 'Home'), 'start');
  assert.equal(walk('start', 'End'), 'end');
  assert.equal(go(s, undefined, 'down'), 'start');
  assert.equal(go(s, 'gone', 'down'), 'start');
  assert.equal(direction('a'), undefined);
});

test('arrow keys reach steps that no edge leads to, and leave loops', () => {
  const s = drawn(
    graph(
      ['start', 'a', 'lost'].map((name) => node(name)),
      [edge('start', 'a'), edge('a', 'a')],
    ),
  );
  assert.equal(go(s, 'a', 'up'), 'start');
  const reached = new Set(['up', 'down', 'left', 'right'].map((d) => go(s, 'start', d as 'up')));
  assert.ok(reached.has('lost'));
});

test('search', () => {
  const s = drawn(diamond());
  assert.deepEqual(search(s, ' '), []);
  assert.deepEqual(search(s, 'JOIN'), ['join']);
  assert.deepEqual(search(s, 't').sort(), ['left', 'right', 'start']);
});
