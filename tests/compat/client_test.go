package compat

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnswers asks both clients the same questions about equal stores, and lets each load the objects the other pickled.
func TestAnswers(t *testing.T) {
	t.Parallel()
	p, s, f := peer(t), spindle(t), named(t, "resume_step")
	dir := t.TempDir()
	none, ofPeer, ofSpindle := filepath.Join(dir, "none"), filepath.Join(dir, "peer"), filepath.Join(dir, "spindle")
	p.answers(t, f, none, ofPeer)
	got := s.answers(t, f, ofPeer, ofSpindle)
	want := p.answers(t, f, ofSpindle, ofPeer)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers differ (-metaflow +spindle):\n%s", diff)
	}
}

// answers are the client's, about a copy of the peer's store: the questions change tags.
func (p program) answers(t *testing.T, f flow, source, target string) map[string]any {
	t.Helper()
	store := copyStore(t, peerStore(t, f).Store)
	script := filepath.Join("..", "client", "check_client.py")
	got := p.exec(t, store, p.client, p.python, script, f.file(), source, target)
	if got.Exit != 0 {
		t.Fatalf("%s's client: exit %d\n%s", p.name, got.Exit, got.Stderr)
	}
	return decode(t, []byte(got.Stdout))
}

func copyStore(t *testing.T, from string) string {
	t.Helper()
	store := t.TempDir()
	if err := os.CopyFS(store, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return store
}

func named(t *testing.T, name string) flow {
	t.Helper()
	for _, f := range loadFlows(t) {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no flow is called %s", name)
	return flow{}
}
