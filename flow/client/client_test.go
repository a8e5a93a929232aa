package client

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A call as it came, and what is answered.
type call struct {
	Name string         `json:"call"`
	Args map[string]any `json:"args"`
}

// inTask returns the context of a task whose engine answers as told.
func inTask(t *testing.T, answer func(call) (any, *wire.Fault)) context.Context {
	t.Helper()
	ours, theirs := net.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn := wire.New(ours)
		for {
			m, err := conn.Read()
			if err != nil {
				return
			}
			var c call
			if m.Decode(&c) != nil {
				return
			}
			result, fault := answer(c)
			if conn.Write(map[string]any{"type": "reply", "re": m.ID, "result": result, "error": fault}) != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = theirs.Close()
		<-ended
	})
	return wire.With(t.Context(), wire.Session{Conn: wire.New(theirs), Namespace: "user:ann"})
}

func TestClient(t *testing.T) {
	t.Parallel()
	value := filepath.Join(t.TempDir(), "value")
	pickled, err := new(pickle.Encoder).Append(nil, reflect.ValueOf(map[string]float64{"depth": 3}))
	if err != nil {
		t.Fatal(err)
	}
	text := []byte("1795219783000000 5\nhello\n1795219783000001 0\n\n")
	if err := os.WriteFile(value, append(append([]byte{}, pickled...), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	var namespaces []any
	ctx := inTask(t, func(c call) (any, *wire.Fault) {
		if given, ok := c.Args["namespace"]; ok {
			namespaces = append(namespaces, given)
		}
		switch at := c.Args["pathspec"]; {
		case c.Name == "latest" && c.Args["successful"] == true:
			return json.RawMessage("null"), nil
		case c.Name == "latest":
			return map[string]any{"id": "7", "pathspec": "Train/7", "created_at": 1795219783672}, nil
		case c.Name == "value" && at == "Train/7/end/9/best":
			return wire.Place{Path: value, Size: int64(len(pickled)), Encoding: "pickle-v4"}, nil
		case c.Name == "value" && at == "Train/7/end/9/odd":
			return wire.Place{Path: value, Size: int64(len(pickled)), Encoding: "strange"}, nil
		case c.Name == "logs":
			return wire.Place{Path: value, Offset: int64(len(pickled)), Size: int64(len(text))}, nil
		case c.Name == "object" && at == "Train/7/end":
			return map[string]any{"id": "end", "pathspec": at}, nil
		case c.Name == "children" && at == "Train/7/end":
			return []any{map[string]any{"id": "9", "pathspec": "Train/7/end/9"}}, nil
		case c.Name == "children" && at == "Train/7":
			return []any{map[string]any{"id": "end", "pathspec": "Train/7/end"}, map[string]any{"id": "_parameters", "pathspec": "Train/7/_parameters"}}, nil
		case c.Name == "children":
			return []any{map[string]any{"id": "best", "name": "best", "type": "<class 'dict'>"}, map[string]any{"id": "_x", "name": "_x"}}, nil
		}
		return nil, &wire.Fault{Kind: "not_found", Message: "there is no such thing"}
	})
	store, err := Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.LatestSuccessful("Train"); !errors.Is(err, ErrNotFound) {
		t.Errorf("no successful run: %v", err)
	}
	for _, pathspec := range []string{"Train", "Train/7/end", "/7", "Train/"} {
		if _, err := store.Run(pathspec); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", pathspec, err)
		}
	}
	run, err := store.Latest("Train")
	if err != nil || run.ID != "7" || run.CreatedAt.UnixMilli() != 1795219783672 {
		t.Fatalf("%+v, %v", run, err)
	}
	if steps, err := run.Steps(); err != nil || len(steps) != 1 {
		t.Errorf("%d steps, %v", len(steps), err)
	}
	task, err := run.Task("end")
	if err != nil {
		t.Fatal(err)
	}
	type best struct{ Depth int }
	if _, err := Value[best](task, "best"); err == nil {
		t.Error("a float was read into an int")
	}
	if v, err := Value[map[string]float64](task, "best"); err != nil || v["depth"] != 3 {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := Value[int](task, "odd"); err == nil {
		t.Error("an unknown encoding was read")
	}
	if _, err := Value[int](task, "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such artifact: %v", err)
	}
	if out, err := task.Stdout(); err != nil || out != "hello\n\n" {
		t.Errorf("%q, %v", out, err)
	}
	if artifacts, err := task.Artifacts(); err != nil || len(artifacts) != 1 || artifacts[0].Type != "<class 'dict'>" {
		t.Errorf("%v, %v", artifacts, err)
	}
	if ok, err := task.Successful(); ok || err != nil {
		t.Errorf("a task that has not ended: %v, %v", ok, err)
	}
	for _, given := range namespaces {
		if given != "user:ann" {
			t.Errorf("asked in the namespace %v", given)
		}
	}
	all, err := Open(ctx, AnyNamespace())
	if err != nil {
		t.Fatal(err)
	}
	namespaces = nil
	if _, err := all.Latest("Train"); err != nil || len(namespaces) != 0 {
		t.Errorf("%v, namespaces %v", err, namespaces)
	}
}

func TestDamagedLogs(t *testing.T) {
	t.Parallel()
	for _, log := range []string{"x", "1 5\nab\n", "1 x\n\n", "1 -3\n\n", "5\n"} {
		if got, err := lines([]byte(log)); err == nil {
			t.Errorf("%q was read as %q", log, got)
		}
	}
}

// Without spindle there is no client outside of tasks, and the error says how to get one.
func TestNoSpindle(t *testing.T) {
	t.Setenv("SPINDLE_BIN", "")
	t.Setenv("PATH", t.TempDir())
	if _, err := Open(t.Context()); !errors.Is(err, errNoSpindle) {
		t.Errorf("error %v", err)
	}
}
