import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowWord, looksLikeFlow, title } from '../src/languages';

const sdk = 'import "github.com/spindle-flow/spindle/flow"\n';

test('a flow is known at a glance', () => {
  assert.equal(looksLikeFlow('python', 'class A(FlowSpec):\n'), true);
  assert.equal(looksLikeFlow('python', 'class A(dict):\n'), false);
  assert.equal(looksLikeFlow('go', `${sdk}type A struct {\n\tflow.Flow // it\n\tX int\n}\n`), true);
  assert.equal(looksLikeFlow('go', `${sdk}type A struct {\n\tX int \`param:"x"\`\n\tflow.Flow\n}\n`), true);
  assert.equal(looksLikeFlow('go', `${sdk}type A struct{ flow.Flow }\n`), true);
  assert.equal(looksLikeFlow('go', `${sdk}func (a *A) Start(ctx flow.Context) {}\n`), false);
  assert.equal(looksLikeFlow('go', 'type A struct {\n\tflow.Flow\n}\n'), false);
  assert.equal(looksLikeFlow('json', 'class A(FlowSpec):\n'), false);
  assert.equal(looksLikeFlow(undefined, ''), false);
});

test('verbs name a Go flow by its folder', () => {
  assert.deepEqual([flowWord('/w/flow.py'), flowWord('/w/flow.py', 'A')], ['flow.py', 'flow.py:A']);
  assert.deepEqual([flowWord('/w/train/main.go'), flowWord('/w/train/steps.go', 'A')], ['.', '.:A']);
  assert.deepEqual([title('/w/flow.py'), title('/w/train/main.go')], ['flow', 'train']);
});
