package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The flows that are spun: the step "body" of each does nothing.
const (
	spunFlow = `from metaflow import FlowSpec, step


class Spun(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.body)

    @step
    def body(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Spun()
`
	helperImport = "import helper\n"
	largeImports = "import pandas\nimport sklearn.ensemble\nimport sklearn.linear_model\n"
)

// How often each side is measured. The peer takes so much longer, and varies so much less for its size, that a few are enough.
const (
	spinSamples = 25
	peerSamples = 5
	// unhurried is between two spins: people look at what came out. It is not measured.
	unhurried = 300 * time.Millisecond
)

// spinLines are the rows about spinning one step. The peer's is always cold: it has nothing else.
func (b *bench) spinLines() []line {
	rows := func(imports string, spun spinWay) func(context.Context) (row, error) {
		return func(ctx context.Context) (row, error) { return b.spins(ctx, imports, spun) }
	}
	return []line{
		{name: "spin: an empty step, cold", target: "8 times less", spin: rows("", spinWay{cold: true})},
		{name: "spin: an empty step, warm", target: "< 30 ms, 25 times less", spin: rows("", spinWay{})},
		{name: "spin: warm, pandas and scikit-learn imported", target: "< 60 ms", spin: rows(largeImports, spinWay{})},
		{name: "spin: warm, after an edit of a helper module", target: "< 150 ms", spin: rows(helperImport, spinWay{edit: true})},
		{name: "spin: the same, pandas and scikit-learn imported", target: "< 150 ms", spin: rows(largeImports+helperImport, spinWay{edit: true})},
	}
}

type spinWay struct{ cold, edit bool }

// spinPlace is a folder with a flow that has run, for both programs.
type spinPlace struct {
	b     *bench
	dir   string
	env   []string
	edits int
}

func (b *bench) spins(ctx context.Context, imports string, way spinWay) (row, error) {
	r := row{peerName: "metaflow spin"}
	p, err := b.newSpinPlace(ctx, imports)
	if err != nil {
		return r, err
	}
	defer p.stop()
	if !way.cold {
		if err := p.untilWarm(ctx, strings.Contains(imports, "pandas")); err != nil {
			return r, err
		}
	}
	for i := range spinSamples {
		if way.edit {
			if err := p.edit(); err != nil {
				return r, err
			}
		}
		time.Sleep(unhurried)
		s, err := p.spindle(ctx, way.cold)
		if err != nil {
			return r, err
		}
		r.ours = append(r.ours, s)
		if i%(spinSamples/peerSamples) > 0 {
			continue
		}
		if s, err = p.exec(ctx, []string{b.peer, "flow.py", "spin", "body"}); err != nil {
			return r, err
		}
		r.theirs = append(r.theirs, s)
	}
	return r, nil
}

func (b *bench) newSpinPlace(ctx context.Context, imports string) (*spinPlace, error) {
	root, err := filepath.EvalSymlinks(b.dir) // as the programs see it
	if err != nil {
		return nil, err
	}
	b.stores++
	p := &spinPlace{b: b, dir: filepath.Join(root, fmt.Sprintf("spin-%d", b.stores))}
	p.env = []string{"METAFLOW_USER=bench", "METAFLOW_DATASTORE_SYSROOT_LOCAL=" + p.dir, "XDG_RUNTIME_DIR=" + p.dir, "SPINDLE_WARM_MINUTES=5"}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return nil, err
	}
	if err := p.edit(); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(p.dir, "flow.py"), []byte(imports+spunFlow), 0o644); err != nil {
		return nil, err
	}
	_, err = p.exec(ctx, []string{b.spindle, "--python", b.peer, "run", "flow.py"})
	return p, err
}

// edit gives the helper module another content.
func (p *spinPlace) edit() error {
	p.edits++
	return os.WriteFile(filepath.Join(p.dir, "helper.py"), fmt.Appendf(nil, "VALUE = %d\n", p.edits), 0o644)
}

func (p *spinPlace) spindle(ctx context.Context, cold bool) (sample, error) {
	argv := []string{p.b.spindle, "--python", p.b.peer, "spin", "flow.py", "body"}
	if cold {
		argv = append(argv, "--no-warm")
	}
	return p.exec(ctx, argv)
}

func (p *spinPlace) command(ctx context.Context, argv []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), p.env...)
	return cmd
}

func (p *spinPlace) exec(ctx context.Context, argv []string) (sample, error) {
	begin := time.Now()
	out, err := p.command(ctx, argv).CombinedOutput()
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, tail(out, 2000))
	}
	return sample{wall: time.Since(begin)}, nil
}

// untilWarm spins until the flow is kept and, where it imports any, its libraries for the time after an edit.
func (p *spinPlace) untilWarm(ctx context.Context, libraries bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := p.spindle(ctx, false); err != nil {
		return err
	}
	for {
		var doctor struct {
			Warm *struct {
				Flows []string
				Base  bool
			}
		}
		// Its exit code says whether it found problems, which are not ours.
		out, _ := p.command(ctx, []string{p.b.spindle, "--python", p.b.peer, "doctor", "--json"}).Output()
		if err := json.Unmarshal(out, &doctor); err != nil {
			return fmt.Errorf("doctor: %w", cmp.Or(ctx.Err(), err))
		}
		kept := doctor.Warm != nil && slices.ContainsFunc(doctor.Warm.Flows, func(f string) bool { return filepath.Dir(f) == p.dir })
		if kept && (!libraries || doctor.Warm.Base) {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// stop ends what is kept in the background.
func (p *spinPlace) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = p.command(ctx, []string{p.b.spindle, "--python", p.b.peer, "workbench", "stop", "flow.py"}).Run()
}
