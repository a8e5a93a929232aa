package local_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/worker"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "be-an-engine" {
		beAnEngine(os.Args[2])
	}
	goleak.VerifyTestMain(m)
}

var python = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

func program(t testing.TB) worker.Program {
	t.Helper()
	path, err := python()
	if err != nil {
		t.Skipf("no python3: %v", err)
	}
	script, err := filepath.Abs("../../worker/testdata/worker.py")
	if err != nil {
		t.Fatal(err)
	}
	return worker.Program{Argv: []string{path, "-S", script}, Env: os.Environ()}
}

func startWorker(t testing.TB) *worker.Worker {
	t.Helper()
	w, err := worker.Start(t.Context(), worker.Options{Program: program(t)})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// startLocal starts a Local; change may alter its options.
func startLocal(t testing.TB, change func(*local.Options)) *local.Local {
	t.Helper()
	opts := local.Options{Worker: startWorker(t), Describes: worker.Isolation{ForkSafe: true}, KillGrace: 300 * time.Millisecond}
	if change != nil {
		change(&opts)
	}
	l, err := local.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// eachWay runs a test forked and spawned.
func eachWay(t *testing.T, test func(t *testing.T, l *local.Local)) {
	t.Helper()
	for _, way := range []local.Isolation{local.Fork, local.Spawn} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			test(t, startLocal(t, func(o *local.Options) {
				o.Isolation, o.TimeoutGrace = way, 100*time.Millisecond
			}))
		})
	}
}

func spec(code string) compute.Spec {
	return compute.Spec{Task: &worker.Task{Step: "s", TaskID: "1", Options: map[string]any{"code": code}}}
}

// handler records what a task says.
type handler struct {
	mu        sync.Mutex
	out, err  []string
	truncated []compute.Stream
	pid       int
	started   chan int // gets the pid
	onLine    func(text string)
	get       func(ctx context.Context, items []worker.Item) []worker.ItemValue
	store     func(ctx context.Context, call string, args json.RawMessage) (any, error)
}

func newHandler() *handler { return &handler{started: make(chan int, 1)} }

func (h *handler) Started(pid int) { h.pid = pid; h.started <- pid }

func (h *handler) Line(stream compute.Stream, _ time.Time, text []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if stream == compute.Stdout {
		h.out = append(h.out, string(text))
	} else {
		h.err = append(h.err, string(text))
	}
	if h.onLine != nil {
		h.onLine(string(text))
	}
}

func (h *handler) Truncated(stream compute.Stream, _ time.Time) {
	h.truncated = append(h.truncated, stream)
}

func (h *handler) Get(ctx context.Context, items []worker.Item) []worker.ItemValue {
	return h.get(ctx, items)
}

func (h *handler) Store(ctx context.Context, call string, args json.RawMessage) (any, error) {
	return h.store(ctx, call, args)
}

// run runs code as a task and expects the machine to hold.
func run(t testing.TB, l *local.Local, code string) (compute.Outcome, *handler) {
	t.Helper()
	h := newHandler()
	out, err := l.Run(t.Context(), spec(code), h)
	if err != nil {
		t.Fatal(err)
	}
	return out, h
}
