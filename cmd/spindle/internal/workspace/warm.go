package workspace

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/warm"
)

// warmMinutes is how long a warm worker waits for the next spin; SPINDLE_WARM_MINUTES replaces it, 0 for none at all.
const (
	warmMinutes  = 10
	warmVariable = "SPINDLE_WARM_MINUTES"
)

// WarmIdle is how long a warm worker waits for the next spin, 0 when there is to be none.
func (w *Workspace) WarmIdle() (time.Duration, error) {
	text, ok := w.LookupEnv(warmVariable)
	if !ok || text == "" {
		return warmMinutes * time.Minute, nil
	}
	minutes, err := strconv.ParseFloat(text, 64)
	if err != nil || !(minutes >= 0 && minutes < 1e6) {
		return 0, fault.Usagef("%s=%q is not a number of minutes", warmVariable, text)
	}
	return time.Duration(minutes * float64(time.Minute)), nil
}

// WarmPlace is where the warm worker of a flow's folder is, with an interpreter.
func (w *Workspace) WarmPlace(flowDir, interpreter string) (warm.Place, error) {
	return warm.PlaceOf(w.Env("XDG_RUNTIME_DIR"), flowDir, interpreter)
}

// Warm is a way to a warm worker.
type Warm struct {
	// Cells is for spins of a notebook, whose cells change the flow.
	Cells bool

	place  warm.Place
	python *Python
	idle   time.Duration
	around warm.Surroundings
}

// Warm is the way to the warm worker for a flow's folder, nil where there can be none.
func (p *Python) Warm(flowDir string, idle time.Duration) *Warm {
	place, err := p.ws.WarmPlace(flowDir, p.Found.Path)
	if err != nil || idle <= 0 || !warm.Possible {
		return nil // spin is the same without it
	}
	return &Warm{place: place, python: p, idle: idle, around: p.surroundings()}
}

func (p *Python) surroundings() warm.Surroundings {
	programs := []string{p.Found.Path, p.ws.Executable, p.SDK}
	if real, err := filepath.EvalSymlinks(p.Found.Path); err == nil {
		programs = append(programs, real)
	}
	return warm.SurroundingsOf(p.env, p.ws.Dir, programs)
}

// Likely says whether it is worth asking for a warm worker.
func (w *Warm) Likely() bool {
	info, err := os.Lstat(w.place.Socket)
	return err == nil && info.Mode()&os.ModeSocket != 0
}

func (w *Warm) session(flow worker.DescribeRequest) warm.Session {
	return warm.Session{Surroundings: w.around, Flow: flow, Cells: w.Cells}
}

// Start gets a worker that has imported the flow.
func (w *Warm) Start(ctx context.Context, flow worker.DescribeRequest) (*worker.Worker, error) {
	session := w.session(flow)
	return w.python.start(ctx, func(ctx context.Context, control, stdout, stderr *os.File) (worker.Launched, error) {
		return w.place.Launch(ctx, session, control, stdout, stderr)
	})
}

// Keep starts a keeper for the next spins of the flow, in the background.
func (w *Warm) Keep(flow worker.DescribeRequest) error {
	if err := w.python.unpack(); err != nil {
		return err
	}
	w.around = w.python.surroundings() // with the SDK, if that had to be unpacked
	return w.place.Start(w.python.Found.Path, w.session(flow), w.idle)
}

// Prepare has the flow's file executed up to its class in the background, by the keeper there is or a new one.
func (w *Warm) Prepare(ctx context.Context, flow worker.DescribeRequest) error {
	if w.Likely() && w.place.Prepare(ctx, w.session(flow)) == nil {
		return nil
	}
	return w.Keep(flow)
}
