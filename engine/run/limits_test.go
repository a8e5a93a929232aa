package run_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/scratch"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/worker"
)

func TestVanishedScratchFolder(t *testing.T) {
	t.Parallel()
	c := &goCompute{steps: map[string]body{"start": func(t *goTask) error {
		t.to("end")
		return nil
	}}}
	cfg := config(storeRoot(t), c, stepOf("start", graph.Linear, "end"), stepOf("end", ""))
	// The folder goes when the first task has finished.
	cfg.Observer = observe(func(e run.Event) {
		if _, ok := e.(run.TaskFinished); ok {
			left, _ := filepath.Glob(filepath.Join(cfg.Scratch, "spindle-*"))
			for _, dir := range left {
				if err := os.RemoveAll(dir); err != nil {
					t.Error(err)
				}
			}
		}
	})
	s, err := run.Run(t.Context(), cfg)
	var gone *scratch.VanishedError
	var storage *run.StorageError
	if !errors.As(err, &gone) || !errors.As(err, &storage) || s.Run == "" || storage.Run != s.Run {
		t.Errorf("error %v", err)
	}
	if st := readState(t, cfg, s.Run); st.State != run.StateFailed {
		t.Errorf("state %+v", st)
	}
}

type observe func(run.Event)

func (o observe) Event(e run.Event) { o(e) }

func TestUnusableRootIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := config(filepath.Join(file, ".metaflow"), &goCompute{}, stepOf("start", ""))
	cfg.Scratch = t.TempDir()
	_, err := run.Run(t.Context(), cfg)
	var storage *run.StorageError
	if !errors.As(err, &storage) || !strings.Contains(err.Error(), file) {
		t.Errorf("error %v", err)
	}
}

// spilling hands over a large value in a file of the spill folder, and one in a place that is not its own.
type spilling struct {
	goCompute
	file string
}

func (s *spilling) Run(ctx context.Context, spec compute.Spec, h compute.Handler) (compute.Outcome, error) {
	if spec.Task.Kind == "parameters" {
		return s.goCompute.Run(ctx, spec, h)
	}
	h.Started(1)
	file := s.file
	if file == "" {
		file = filepath.Join(spec.Task.Spill, "big")
	}
	if err := os.WriteFile(file, bytes.Repeat([]byte{1, 2, 3, 4}, 3<<20), 0o600); err != nil {
		return compute.Outcome{}, err
	}
	value := worker.Produced{Name: "big", Type: "x", Encoding: "pickle-v4", File: file, Size: 12 << 20}
	return compute.Outcome{Result: &worker.Result{Type: worker.TypeDone, Success: true, Artifacts: []worker.Produced{value}}}, nil
}

func TestSpilledValues(t *testing.T) {
	t.Parallel()
	root := storeRoot(t)
	cfg := config(root, &spilling{}, stepOf("start", ""))
	s := mustRun(t, cfg)
	d, err := cfg.Store.Data(artifact.Task{Flow: "TestFlow", Run: s.Run, Step: "start", Task: "1"}, 0)
	if err != nil || d.Objects["big"].Size != 12<<20 {
		t.Fatalf("data %+v, %v", d, err)
	}
	if raw, err := cfg.Store.Bytes(t.Context(), "TestFlow", d.Objects["big"].Key); err != nil || len(raw) != 12<<20 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	if left, err := os.ReadDir(root); err != nil || len(left) != 1 {
		t.Errorf("the root holds %v, %v", left, err)
	}
}

func TestValuesOutsideTheScratchFoldersAreRefused(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret")
	cfg := config(storeRoot(t), &spilling{file: secret}, stepOf("start", ""))
	_, err := run.Run(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), secret) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(secret); err != nil {
		t.Errorf("the file was touched: %v", err)
	}
}

func TestInterruptBeforeTheRunHasAnID(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := &waiting{cancel: cancel}
	cfg := config(storeRoot(t), c, stepOf("start", ""))
	s, err := run.Run(ctx, cfg)
	if !errors.Is(err, run.ErrInterrupted) || s.Run != "" {
		t.Errorf("summary %+v, error %v", s, err)
	}
}

// waiting is interrupted while it evaluates the parameters.
type waiting struct{ cancel context.CancelFunc }

func (w *waiting) Run(ctx context.Context, _ compute.Spec, h compute.Handler) (compute.Outcome, error) {
	h.Started(1)
	w.cancel()
	<-ctx.Done()
	return compute.Outcome{Killed: true}, nil
}
