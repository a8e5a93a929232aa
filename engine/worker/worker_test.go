package worker_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/processes"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestHello(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	h := w.Hello()
	if h.Language != "python" || h.PID != w.PID() || !w.CanFork() {
		t.Errorf("hello = %+v, pid %d, can fork %v", h, w.PID(), w.CanFork())
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if err := w.Err(); err != nil {
		t.Errorf("error after close: %v", err)
	}
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  []string
		want []string
	}{
		"other version": {
			[]string{`TEST_HELLO={"protocol": 7, "sdk": "9.9", "file": "/lib/spindle"}`},
			[]string{"/bin/spindle (0.1.0) speaks task protocol 1", "/lib/spindle (9.9) speaks 7"},
		},
		"exits at once":  {[]string{"TEST_BEFORE_HELLO=sys.exit('no luck today')"}, []string{"exited with code 1", "no luck today"}},
		"killed at once": {[]string{"TEST_BEFORE_HELLO=os.kill(os.getpid(), 9)"}, []string{"SIGKILL"}},
		"other message":  {[]string{`TEST_HELLO={"type": "hi"}`}, []string{`"hi" came instead of hello`}},
		"refuses":        {[]string{`TEST_HELLO={"type": "error", "message": "too old"}`}, []string{"refused to start: too old"}},
		"bad hello":      {[]string{`TEST_HELLO={"protocol": "one"}`}, []string{"hello message can't be decoded"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := worker.Start(t.Context(), options(t, c.env...))
			if err == nil {
				t.Fatal("started")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
		})
	}
}

func TestStartMissingProgram(t *testing.T) {
	t.Parallel()
	_, err := worker.Start(t.Context(), worker.Options{Program: worker.Program{Argv: []string{"/no/such/python", "-m", "x"}}})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), `"/no/such/python -m x"`) {
		t.Errorf("error = %v", err)
	}
	if _, err := worker.Start(t.Context(), worker.Options{}); err == nil {
		t.Error("started without a program")
	}
}

func TestStartSilentWorker(t *testing.T) {
	t.Parallel()
	opts := options(t, "TEST_BEFORE_HELLO=time.sleep(1000)")
	opts.StartLimit = 300 * time.Millisecond
	_, err := worker.Start(t.Context(), opts)
	if err == nil || !strings.Contains(err.Error(), "no hello from the worker in time") {
		t.Errorf("error = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := worker.Start(ctx, opts); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled start: %v", err)
	}
}

func TestOutputOfImport(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	got := map[string]string{}
	keep := func(stream string) func([]byte) {
		return func(b []byte) {
			mu.Lock()
			defer mu.Unlock()
			got[stream] += string(b)
		}
	}
	opts := options(t)
	opts.Stdout, opts.Stderr = keep("out"), keep("err")
	w := start(t, opts)
	if _, err := describe(t, w, `print("hi"); sys.stderr.write("ho"); assert sys.stdin.read() == ""`); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	if got["out"] != "hi\n" || got["err"] != "ho" {
		t.Errorf("output = %q", got)
	}
}

func TestForkAndExit(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	for _, c := range []struct {
		code string
		want worker.Exit
	}{
		{`done()`, worker.Exit{}},
		{`done(); sys.exit(3)`, worker.Exit{Code: 3}},
		{`done(); os.kill(os.getpid(), 11)`, worker.Exit{Signal: syscall.SIGSEGV}},
	} {
		k := fork(t, w, c.code)
		k.expect(t, "done")
		got := k.exit(t)
		if got.Code != c.want.Code || got.Signal != c.want.Signal || got.Lost || got.MaxRSS == 0 {
			t.Errorf("%s: exit = %+v", c.code, got)
		}
	}
}

func TestForkMany(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			k := fork(t, w, "done(); sys.exit("+itoa(i)+")")
			k.expect(t, "done")
			if e := k.exit(t); e.Code != i {
				t.Errorf("task %d: exit %+v", i, e)
			}
		})
	}
	wg.Wait()
}

func TestForkRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ reply, want string }{
		"error":       {`type="error", re=request["id"], message="no more processes"`, "refused to fork a task: no more processes"},
		"no pid":      {`type="started", re=request["id"]`, "started with process id 0"},
		"pid of init": {`type="started", re=request["id"], pid=1`, "started with process id 1"},
		"pid of all":  {`type="started", re=request["id"], pid=-1`, "started with process id -1"},
		"no number":   {`type="started", re=request["id"], pid="x"`, "started message can't be decoded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, options(t))
			code := `sys.modules["__main__"].start = lambda control, request, children: control.send(` + c.reply + `)`
			if _, err := describe(t, w, code); err != nil {
				t.Fatal(err)
			}
			_, err := w.Fork(t.Context(), os.Stdin, os.Stdin, os.Stdin)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v lacks %q", err, c.want)
			}
		})
	}
}

func TestWorkerDies(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	const child = `
if os.fork() == 0: time.sleep(1000)
send(type="get", id=os.getpid(), items=[]); time.sleep(1000)`
	tasks := []task{fork(t, w, child), fork(t, w, child)}
	for _, k := range tasks {
		k.expect(t, "get")
	}
	if err := syscall.Kill(w.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for _, k := range tasks {
		if e := k.exit(t); !e.Lost {
			t.Errorf("exit = %+v", e)
		}
		processes.AwaitGone(t, k.PID())
	}
	<-w.Done()
	var death *worker.DeathError
	if err := w.Err(); !errors.As(err, &death) || death.Exit.Signal != syscall.SIGKILL {
		t.Errorf("error = %v", err)
	}
	if _, err := w.Fork(t.Context(), os.Stdin, os.Stdin, os.Stdin); !errors.As(err, &death) {
		t.Errorf("fork of a dead worker: %v", err)
	}
	if _, err := describe(t, w, ""); !errors.As(err, &death) {
		t.Errorf("describe by a dead worker: %v", err)
	}
}

func TestWorkerTalksNonsense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"garbage":      {`raw(b"\x00\xff garbage\n"); flow = None`, "not a message"},
		"not object":   {`raw(b"[1]\n"); flow = None`, "not a message"},
		"no type":      {`raw(b"{}\n"); flow = None`, "message without type"},
		"cut off":      {`raw(b'{"type":'); os._exit(0)`, "message cut off"},
		"bad exited":   {`send(type="exited", pid="x"); flow = None`, "exited message can't be decoded"},
		"other reply":  {`send(type="started", re=request["id"], pid=1); flow = None`, `"started" came instead of description`},
		"empty":        {`send(type="description", re=request["id"]); flow = None`, "description without flow"},
		"wrong types":  {`flow = {"name": 3}`, "description message can't be decoded"},
		"gives up":     {`send(type="error", message="I give up"); flow = None`, "refused to go on: I give up"},
		"dies":         {`sys.stderr.write("some last words\n"); os._exit(4)`, "some last words"},
		"dies of":      {`os._exit(4)`, "exited with code 4"},
		"closes first": {`os.close(int(os.environ["SPINDLE_WORKER_FD"])); time.sleep(0.1); os._exit(5)`, "exited with code 5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := describe(t, start(t, options(t)), c.code)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v lacks %q", err, c.want)
			}
		})
	}
}

func TestHarmlessNonsense(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	d, err := describe(t, w, `
send(type="sing", id=5)
send(type="description", re=12345, flow={})
send(type="exited", pid=99999999, code=0)`)
	if err != nil || d.Name != "Test" {
		t.Errorf("description = %+v, %v", d, err)
	}
}

func TestCloseKillsChildren(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	k := fork(t, w, `send(type="get", id=1, items=[]); time.sleep(1000)`)
	k.expect(t, "get")
	_ = w.Close()
	processes.AwaitGone(t, k.PID())
	if _, err := k.conn.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("read after close: %v", err)
	}
	select {
	case <-k.Exited():
	default:
		t.Error("child is not reported as ended")
	}
}

func TestForkCancelled(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	if err := syscall.Kill(w.PID(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Fork(ctx, os.Stdin, os.Stdin, os.Stdin); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	if err := syscall.Kill(w.PID(), syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	k := fork(t, w, "done()") // the worker is still good
	k.expect(t, "done")
}

func TestTaskWire(t *testing.T) {
	t.Parallel()
	values := []worker.ItemValue{
		{Path: "/x", Offset: 0, Size: 3, Encoding: "pickle-v4", Temporary: true},
		{Error: &worker.CallError{Kind: "missing", Message: "no artifact"}},
	}
	got, err := json.Marshal(values)
	want := `[{"path":"/x","offset":0,"size":3,"encoding":"pickle-v4","temporary":true},{"error":{"kind":"missing","message":"no artifact"}}]`
	if err != nil || string(got) != want {
		t.Errorf("values = %s, %v; want %s", got, err, want)
	}
	var items []worker.Item
	if err := json.Unmarshal([]byte(`[[0,"model"],[1,"x"]]`), &items); err != nil || items[1] != (worker.Item{Input: 1, Name: "x"}) {
		t.Errorf("items = %v, %v", items, err)
	}
	for _, bad := range []string{`[[0]]`, `[["a","b"]]`, `[[0,1]]`, `[[0,"a",2]]`, `[{}]`} {
		if err := json.Unmarshal([]byte(bad), &items); err == nil {
			t.Errorf("items %s: no error", bad)
		}
	}
}
