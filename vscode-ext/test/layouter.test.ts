import assert from 'node:assert/strict';
import * as path from 'node:path';
import { test } from 'node:test';
import { layout } from '../src/graph/layout';
import { Layouter } from '../src/graph/layouter';
import { sketch } from '../src/graph/sketch';
import { diamond, large } from './graphs';

// The real thread: `npm test` bundles it beside the tests.
const script = path.join(__dirname, '..', 'layoutWorker.js');

test('a thread lays out as the function does', async () => {
  const l = new Layouter(script);
  assert.deepEqual(await l.layout(sketch(diamond())), layout(sketch(diamond())));
  l.dispose();
});

test('the newest graph counts, those it overtook are given up', async () => {
  const l = new Layouter(script);
  const answers = [l.layout(sketch(large(1000))), l.layout(sketch(large(500))), l.layout(sketch(diamond()))];
  const [first, second, third] = await Promise.all(answers);
  assert.deepEqual([first, second], [undefined, undefined]);
  assert.equal(third?.nodes.length, 5);
  l.dispose();
});

test('a graph that is being laid out is waited for by all who ask', async () => {
  const l = new Layouter(script);
  const s = sketch(large(60));
  const [a, b] = await Promise.all([l.layout(s), l.layout(s)]);
  assert.ok(a && a === b);
  assert.equal(await l.layout(s), a);
  l.dispose();
});

test('a thread that dies is replaced', async () => {
  const l = new Layouter(script);
  await assert.rejects(l.layout({ nodes: null } as never));
  assert.equal((await l.layout(sketch(diamond())))?.nodes.length, 5);
  l.dispose();
});

test('after the end there is no answer', async () => {
  const l = new Layouter(script);
  const answer = l.layout(sketch(large(1000)));
  l.dispose();
  assert.equal(await answer, undefined);
});
