package spin

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// peerPython has the real metaflow: SPINDLE_PEER, else build/peer.
func peerPython(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SPINDLE_PEER")
	if path == "" {
		path, _ = filepath.Abs("../../build/peer/bin/python")
	}
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("SPINDLE_NO_PEER") == "1" {
			t.Skip("SPINDLE_NO_PEER=1 and there is no Python with the real metaflow")
		}
		t.Fatalf("%s, the Python with the real metaflow, is not there; SPINDLE_NO_PEER=1 skips the tests that need it", path)
	}
	return path
}

// script is the path of one of testdata's.
func script(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// ours is what makes a plain Python use our SDK and binary.
func ours(t *testing.T) []string {
	t.Helper()
	sdk, err := filepath.Abs("../../python/src")
	if err != nil {
		t.Fatal(err)
	}
	return []string{"env", "PYTHONPATH=" + sdk, "SPINDLE_BIN=" + binary, "python3"}
}

func TestRunner(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "linear")
	args := append(ours(t), script(t, "runner.py"))
	p.command(args[0], args[1:]...)
}

// TestExchange: the real client reads what --persist wrote, and ours what the real spin wrote. The peer looks for latest_run by its
// namespace, so the run is made here.
func TestExchange(t *testing.T) {
	t.Parallel()
	peer := peerPython(t)
	p := newPlace(t, "split")
	p.command(binary, "run", p.file)
	name, g := p.graph()
	joins := slices.DeleteFunc(slices.Clone(g.Order), func(s string) bool { return g.Node(s).Type != "join" })
	for _, step := range []string{"start", joins[0]} {
		p.command(binary, "spin", p.file, step, "--persist", "--fresh", "--run-id-file", filepath.Join(p.dir, "id"))
		id, err := os.ReadFile(filepath.Join(p.dir, "id"))
		if err != nil {
			t.Fatal(err)
		}
		path := name + "/" + string(id) + "/" + step + "/0"
		theirs := p.command(peer, script(t, "look.py"), path)
		args := append(ours(t), script(t, "look.py"), path)
		if got := p.command(args[0], args[1:]...); got != theirs || !strings.Contains(got, "_graph_info") {
			t.Errorf("%s: our client reads\n%s\nthe real one\n%s", path, got, theirs)
		}
	}
	p.command(peer, p.file, "--quiet", "spin", "start", "--persist", "--run-id-file", "id")
	id, err := os.ReadFile(filepath.Join(p.dir, "id"))
	if err != nil {
		t.Fatal(err)
	}
	path := name + "/" + string(id) + "/start/0"
	theirs := p.command(peer, script(t, "look.py"), path)
	args := append(ours(t), script(t, "look.py"), path)
	if got := p.command(args[0], args[1:]...); got != theirs {
		t.Errorf("%s: our client reads\n%s\nthe real one\n%s", path, got, theirs)
	}
}

// TestTwoAtOnce: spins of different items at the same time lose nothing of one another.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "foreach_single")
	p.file = "foreach.py"
	p.command(binary, "run", p.file)
	_, g := p.graph()
	body := slices.IndexFunc(g.Order, func(s string) bool { return g.Node(s).InsideForeach })
	done := make(chan error)
	for _, index := range []string{"0", "1", "2"} {
		go func() {
			_, err := p.try(binary, "spin", p.file, g.Order[body], "--index", index)
			done <- err
		}()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if out := p.command(binary, "workbench", "show", p.file, "--json"); strings.Count(out, `"step"`) != 3 {
		t.Errorf("the workbench has not all three:\n%s", out)
	}
}
