import assert from 'node:assert/strict';
import { test } from 'node:test';
import { centre, firstLook, fit, reveal, zoomAt } from '../src/graph/viewport';

const window = { width: 400, height: 300 };

test('zooming keeps what is under the pointer', () => {
  const before = { x: 10, y: 20, scale: 0.5 };
  const after = zoomAt(before, 1.5, 100, 50);
  assert.equal(after.scale, 0.75);
  assert.ok(Math.abs((100 - before.x) / before.scale - (100 - after.x) / after.scale) < 1e-9);
  assert.ok(Math.abs((50 - before.y) / before.scale - (50 - after.y) / after.scale) < 1e-9);
});

test('zooming has ends', () => {
  assert.equal(zoomAt({ x: 0, y: 0, scale: 2 }, 100, 0, 0).scale, 3);
  assert.equal(zoomAt({ x: 0, y: 0, scale: 1 }, 1e-9, 0, 0).scale, 0.02);
});

test('fitting centres, and never magnifies', () => {
  assert.deepEqual(fit({ width: 200, height: 100 }, window), { scale: 1, x: 100, y: 100 });
  assert.deepEqual(fit({ width: 800, height: 300 }, window), { scale: 0.5, x: 0, y: 75 });
  assert.deepEqual(fit({ width: 0, height: 0 }, window), { scale: 1, x: 0, y: 0 });
});

test('centring', () => {
  assert.deepEqual(centre({ x: 1, y: 2, scale: 2 }, { x: 10, y: 20, width: 50, height: 20 }, window), { x: 130, y: 90, scale: 2 });
});

test('revealing moves no more than needed', () => {
  const v = { x: 0, y: 0, scale: 1 };
  assert.deepEqual(reveal(v, { x: 100, y: 100, width: 50, height: 20 }, window), v);
  assert.deepEqual(reveal(v, { x: 380, y: 100, width: 50, height: 20 }, window), { x: -54, y: 0, scale: 1 });
  assert.deepEqual(reveal(v, { x: -10, y: 310, width: 50, height: 20 }, window), { x: 34, y: -54, scale: 1 });
});

test('a large graph is not shown from so far away that nothing can be read', () => {
  assert.deepEqual(firstLook({ width: 800, height: 300 }, window), fit({ width: 800, height: 300 }, window));
  assert.deepEqual(firstLook({ width: 400, height: 9000 }, window), { scale: 1, x: 0, y: 0 });
  assert.deepEqual(firstLook({ width: 9000, height: 9000 }, window).scale, 0.45);
});
