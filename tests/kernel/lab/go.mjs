// Drives a real JupyterLab with a flow in Go. tests/kernel starts the server and reads the lines this writes: one JSON object a case.
import { drive, expect, until } from './lab.mjs';

// The first build may be one of all that the flow imports: what is waited for may take long on a busy machine.

const BODY = `// Body has the length of an item.
func (t *Tiny) Body(ctx flow.Context, p Point) (flow.Next, error) {
	t.Y = t.Alpha * math.Hypot(p.X, p.Y)
	fmt.Printf("%v is %.2f long\\n", p, t.Y)
	return flow.Join(t.Meet), nil
}
`;

const SHOWN = `func longest(a, b Point) int { return cmp.Compare(b.X, a.X) }

slices.SortFunc(self.Items, longest)
self.Items
`;

let lab;

const cases = {
  async 'a flow is attached and run'() {
    await lab.run('%flow ./tiny\n%run --alpha 2');
    // The kernel may not be busy yet: idle says nothing here.
    const output = lab.output('%flow');
    await until('the flow is attached', async () => (await output.innerText()).includes('Tiny of tiny/main.go'), 120);
    await until('four steps are done', async () => (await lab.inState(output, 'done')) === 4, 120);
    await lab.idle(120);
  },

  async 'a cell replaces a step'() {
    await lab.run('%%spin --index 1\n' + BODY);
    const output = lab.output('func (t *Tiny) Body');
    await until('the step was spun', async () => (await output.innerText()).includes('{3 4} is 10.00 long'), 120);
    await until('a changed artifact is told', async () => (await output.locator('td', { hasText: 'changed' }).count()) > 0, 120);
    await lab.idle(120);
  },

  async 'a cell of Go shows a table'() {
    await lab.run(SHOWN);
    const output = lab.output('func longest');
    await until('there is a table', async () => (await output.locator('th', { hasText: 'X' }).count()) > 0, 120);
    await lab.idle(120);
    expect(await lab.errors(), 0, 'errors');
    await lab.theme('JupyterLab Light');
    await lab.window(lab.cell('func (t *Tiny) Body'), 'notebook-go');
  },
};

await drive('go.ipynb', cases, (opened) => (lab = opened));
