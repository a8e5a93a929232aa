import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff, usual } from '../src/server/backoff';

test('pauses grow, then nobody is helped by one more try', () => {
  const clock = 0;
  const b = new Backoff(usual, () => clock);
  const delays: number[] = [];
  for (;;) {
    b.started();
    const d = b.crashed();
    if (d.kind === 'give-up') {
      assert.equal(d.crashes, usual.tries + 1);
      break;
    }
    delays.push(d.delay);
  }
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000]);
});

test('no pause is longer than the longest', () => {
  const b = new Backoff({ ...usual, tries: 100 }, () => 0);
  b.started();
  for (let i = 0; i < 50; i++) {
    const d = b.crashed();
    assert.ok(d.kind === 'restart' && d.delay <= usual.longest);
  }
});

test('a server that lived long has recovered', () => {
  let clock = 0;
  const b = new Backoff(usual, () => clock);
  for (let i = 0; i < 20; i++) {
    b.started();
    clock += usual.healthy;
    assert.deepEqual(b.crashed(), { kind: 'restart', delay: usual.first });
  }
});

test('the user starts afresh', () => {
  const b = new Backoff(usual, () => 0);
  for (let i = 0; i < usual.tries; i++) b.crashed();
  b.reset();
  assert.deepEqual(b.crashed(), { kind: 'restart', delay: usual.first });
});
