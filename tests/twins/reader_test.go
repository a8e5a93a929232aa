package twins

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// reader is one long-lived process with a client: importing it for each question would take longer than the runs.
type reader struct {
	name string
	mu   sync.Mutex
	in   io.WriteCloser
	out  *bufio.Reader
}

type question struct {
	Store string `json:"store"`
	Flow  string `json:"flow"`
	Index int    `json:"index"`
}

// startReaders starts the real client and ours.
func startReaders(t *testing.T) []*reader {
	t.Helper()
	bin, err := spindle()
	if err != nil {
		t.Fatalf("building spindle: %v", err)
	}
	ours := []string{"PYTHONPATH=" + filepath.Join(root(t), "python/src"), "SPINDLE_BIN=" + bin}
	return []*reader{startReader(t, "metaflow", nil), startReader(t, "spindle", ours)}
}

func startReader(t *testing.T, name string, env []string) *reader {
	t.Helper()
	store := t.TempDir()
	env = append(env, "METAFLOW_CLIENT_CACHE_PATH="+filepath.Join(store, "cache"))
	cmd := command(context.WithoutCancel(t.Context()), t, filepath.Join(root(t), "tests/twins"), store, env, python(t), "client/read_twins.py", "../compat/client")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	return &reader{name: name, in: in, out: bufio.NewReader(out)}
}

// read is the document about a run.
func (r *reader) read(t *testing.T, q question) map[string]any {
	t.Helper()
	var answer struct {
		Document map[string]any
		Error    string
	}
	if err := r.ask(q, &answer); err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	if answer.Error != "" || answer.Document["run"] == nil {
		t.Fatalf("%s cannot read run %d of %s in %s: %s", r.name, q.Index, q.Flow, q.Store, answer.Error)
	}
	return answer.Document
}

func (r *reader) ask(q question, answer any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	line, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(r.in, "%s\n", line); err != nil {
		return err
	}
	line, err = r.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the client ended: %w", err)
	}
	return json.Unmarshal(line, answer)
}
