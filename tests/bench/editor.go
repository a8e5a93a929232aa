package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/tests/lint/flowgen"
)

// pyright is the language server that others are compared with: the one behind most editors' Python.
const pyright = "1.1.414"

// editorLines are the rows about the language server and the linter. In each, the two servers take turns at the same file.
func (b *bench) editorLines() []line {
	ask := func(method, text string) func(context.Context) (row, error) {
		return func(ctx context.Context) (row, error) {
			return b.servers(ctx, 200, 40, func(ctx context.Context, argv []string, n int) ([]sample, error) {
				return b.asks(ctx, argv, n, method, text)
			})
		}
	}
	edits := func(file string, n, peer int) func(context.Context) (row, error) {
		return func(ctx context.Context) (row, error) {
			return b.servers(ctx, n, peer, func(ctx context.Context, argv []string, n int) ([]sample, error) { return b.edits(ctx, argv, file, n) })
		}
	}
	return []line{
		{name: "editor: edit to diagnostics, 100 steps", target: "p95 < 5 ms", editor: edits("everyday100.py", 200, 20)},
		{name: "editor: edit to diagnostics, 1,000 steps", target: "p95 < 30 ms", editor: edits("everyday1000.py", 60, 8)},
		{name: "editor: hover, 100 steps", target: "p95 < 3 ms", editor: ask("textDocument/hover", "self.join_48")},
		{name: "editor: definition, 100 steps", target: "p95 < 3 ms", editor: ask("textDocument/definition", "self.join_48")},
		{name: "editor: completion, 100 steps", target: "p95 < 3 ms", editor: ask("textDocument/completion", "print(self.low_most_48, self.")},
		{name: "editor: start to first diagnostics", target: "< 60 ms", editor: func(ctx context.Context) (row, error) {
			return b.servers(ctx, 10, 3, b.coldStarts)
		}},
		{name: "editor: memory with 50 flows open", target: "< 80 MB", editor: b.memory},
		{name: "editor: `spindle lint`, metaflow's `check`, of 38 steps", target: "", editor: b.lintOne},
		{name: "editor: `spindle lint` of 200 files", target: "< 1 s", editor: b.lintMany},
	}
}

// manySteps is the size of the flows that metaflow checks as well: it follows every way through a flow, which doubles with each split, so that it
// is not done with 100 steps in an hour.
const manySteps = 38

// broken is a flow with a finding, so that a server has something to say when it is opened.
func broken(text string) string {
	return strings.Replace(text, "self.next(self.end)", "self.next(self.ende)\n        print(undefined_name)", 1)
}

func (b *bench) writeEditorFlows() error {
	flows := map[string]string{"everyday100.py": broken(flowgen.Everyday(98)), "everyday1000.py": broken(flowgen.Everyday(998))}
	for i := range 50 {
		flows[fmt.Sprintf("open%d.py", i)] = broken(flowgen.Everyday(18 + 4*(i%10)))
	}
	for i := range 200 {
		flows[fmt.Sprintf("many/flow%d.py", i)] = flowgen.Everyday(manySteps)
	}
	flows["sound.py"] = flowgen.Everyday(manySteps)
	for name, text := range flows {
		path := filepath.Join(b.editorDir(), name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) editorDir() string { return filepath.Join(b.dir, "editor") }

// installPyright puts the pinned pyright into build once. Without npm it is not compared with.
func (b *bench) installPyright(ctx context.Context) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: no npm, so no pyright to compare with")
		return nil
	}
	dir := filepath.Join(filepath.Dir(b.dir), "pyright-"+pyright)
	server := filepath.Join(dir, "node_modules/pyright/langserver.index.js")
	if _, err := os.Stat(server); err != nil {
		cmd := exec.CommandContext(ctx, npm, "install", "--no-audit", "--no-fund", "--no-save", "--prefix", dir, "pyright@"+pyright)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("install pyright: %w\n%s", err, tail(out, 2000))
		}
	}
	b.pyright = []string{"node", server, "--stdio"}
	return nil
}

// servers measures both servers; the peer with fewer samples, as it takes so much longer.
func (b *bench) servers(ctx context.Context, ours, theirs int, measure func(context.Context, []string, int) ([]sample, error)) (row, error) {
	var r row
	var err error
	if r.ours, err = measure(ctx, []string{b.spindle, "lsp"}, ours); err != nil {
		return r, fmt.Errorf("spindle: %w", err)
	}
	if b.pyright == nil {
		return r, nil
	}
	r.peerName = "pyright"
	if r.theirs, err = measure(ctx, b.pyright, theirs); err != nil {
		return r, fmt.Errorf("pyright: %w", err)
	}
	return r, nil
}

// patience is how long a server may take for one thing before it counts as hung.
const patience = 2 * time.Minute

// edits types into the middle of a flow and takes it back, which makes and mends a fault that either server sees.
func (b *bench) edits(ctx context.Context, argv []string, file string, n int) ([]sample, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d, err := b.ready(ctx, argv, file)
	if err != nil {
		return nil, err
	}
	defer d.close()
	target, value := "self.next(self.split_52)", "print(self.low_most_48, "
	var out []sample
	for i := range n + 4 {
		from, to := [2]string{target, value}, [2]string{strings.Replace(target, "52", "5x2", 1), strings.Replace(value, "self", "sefl", 1)}
		if i%2 == 1 {
			from, to = to, from
		}
		changes := []map[string]any{d.replaced(from[0], to[0]), d.replaced(from[1], to[1])}
		begin := time.Now()
		if err := d.change(ctx, changes...); err != nil {
			return nil, err
		}
		if i >= 4 { // the first ones warm up what any session has warm
			out = append(out, sample{wall: time.Since(begin)})
		}
	}
	return out, nil
}

// ready starts a server and opens a file until it is found what is wrong there.
func (b *bench) ready(ctx context.Context, argv []string, file string) (*document, error) {
	c, err := dial(ctx, b.editorDir(), argv)
	if err != nil {
		return nil, err
	}
	d, err := c.open(ctx, file)
	if err != nil {
		return nil, err
	}
	return d, d.found(ctx, 1)
}

func (b *bench) asks(ctx context.Context, argv []string, n int, method, text string) ([]sample, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d, err := b.ready(ctx, argv, "everyday100.py")
	if err != nil {
		return nil, err
	}
	defer d.close()
	var out []sample
	for i := range n + 4 {
		begin := time.Now()
		if err := d.at(ctx, method, text); err != nil {
			return nil, err
		}
		if i >= 4 {
			out = append(out, sample{wall: time.Since(begin)})
		}
	}
	return out, nil
}

func (b *bench) coldStarts(ctx context.Context, argv []string, n int) ([]sample, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var out []sample
	for range n {
		begin := time.Now()
		d, err := b.ready(ctx, argv, "everyday100.py")
		if err != nil {
			return nil, err
		}
		out = append(out, sample{wall: time.Since(begin)})
		d.close()
	}
	return out, nil
}

// quantile is the value that a share of the samples is not above.
func quantile(samples []sample, share float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = s.wall.Seconds()
	}
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return values[min(len(values)-1, int(share*float64(len(values))))]
}
