import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromPage } from '../src/graph/messages';
import { escape, page } from '../src/graph/page';

const parts = { title: 'Graph', script: 'vscode://s.js', style: 'vscode://s.css', source: 'vscode:', nonce: 'abc123', state: '{}' };

test('nothing becomes markup', () => {
  const evil = `"><script>alert('x')</script>&`;
  assert.equal(escape(evil), '&#34;&#62;&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#38;');
  const html = page({ ...parts, title: evil, state: JSON.stringify({ uri: evil }) });
  assert.equal(html.match(/<script/g)?.length, 1);
  assert.ok(!html.includes('alert('.concat("'x'")));
});

test('only our script runs, nothing is loaded from elsewhere', () => {
  const html = page(parts);
  assert.match(html, /content="default-src &#39;none&#39;; style-src vscode:; script-src &#39;nonce-abc123&#39;"/);
  assert.ok(!/unsafe|https?:/.test(html));
  assert.match(html, /<script nonce="abc123"/);
});

test('messages of others are not listened to', () => {
  for (const value of [undefined, null, 'ready', {}, { type: 'run' }, { type: 'open' }, { type: 'open', step: 1 }])
    assert.equal(fromPage(value), undefined);
  assert.deepEqual(fromPage({ type: 'open', step: 'a' }), { type: 'open', step: 'a', keepFocus: false });
  assert.deepEqual(fromPage({ type: 'ready' }), { type: 'ready' });
});
