package compat

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// kept is a store the peer wrote, with the exit codes of what wrote it.
type kept struct {
	Store  string
	Exit   int
	Resume int
}

// peerStores makes each store once, also when several tests ask for it at the same time.
var peerStores sync.Map // name of the flow to func() kept

// peerStore runs the flow under the peer, and resumes it where its header says so, unless an earlier test process has.
func peerStore(t *testing.T, f flow) kept {
	t.Helper()
	p := peer(t)
	make := sync.OnceValue(func() kept { return makeStore(t, p, f) })
	once, _ := peerStores.LoadOrStore(f.Name, make)
	return once.(func() kept)()
}

func makeStore(t *testing.T, p program, f flow) kept {
	version := p.exec(t, t.TempDir(), nil, p.python, "-c", "import sys, metaflow; print(metaflow.__version__, sys.version)")
	if version.Exit != 0 {
		t.Fatalf("%s has no metaflow:\n%s", p.python, version.Stderr)
	}
	files := []string{"flows/" + f.file(), "flows/lib/*.py", "flows/data/*"}
	if strings.HasPrefix(f.Name, "config_") || strings.HasPrefix(f.Name, "mutator_") {
		files = append(files, "flows/configs/*.*")
		version.Stdout += root(t) // the graph's description has the places of source files, and build may be shared
	}
	key := digest(t, version.Stdout, files...)
	k := kept{Store: filepath.Join(root(t), "build/compat", f.Name+"-"+key)}
	marker := filepath.Join(k.Store, "done.json")
	if text, err := os.ReadFile(marker); err == nil && json.Unmarshal(text, &k) == nil {
		return k
	}
	// A store without the marker is what an interrupted test left.
	if err := os.RemoveAll(k.Store); err != nil {
		t.Fatal(err)
	}
	got := p.start(t, f, k.Store)
	k.Exit = got.Exit
	if f.Resumes {
		got = p.resume(t, f, k.Store, "")
		k.Resume = got.Exit
	}
	if k.Exit != f.Exit || f.Resumes && k.Resume != f.ResumeExit {
		t.Fatalf("%s under metaflow: exit %d, resume %d\n%s\n%s", f.Name, k.Exit, k.Resume, got.Stdout, got.Stderr)
	}
	text, err := json.Marshal(k)
	if err == nil {
		err = os.WriteFile(marker, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// peerDump is the peer's document about its own run.
func peerDump(t *testing.T, f flow, index int) []byte {
	t.Helper()
	k := peerStore(t, f)
	path := filepath.Join(k.Store, fmt.Sprintf("dump-%s-%d.json", digest(t, "", "client/*.py"), index))
	if text, err := os.ReadFile(path); err == nil {
		return text
	}
	text := peer(t).dump(t, f, k.Store, index)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return text
}

// digest is a short hash of a text and the files that match.
func digest(t *testing.T, text string, globs ...string) string {
	t.Helper()
	sum := sha256.New()
	_, _ = io.WriteString(sum, text)
	for _, glob := range globs {
		paths, err := filepath.Glob(glob)
		if err != nil || len(paths) == 0 {
			t.Fatalf("nothing matches %s: %v", glob, err)
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = fmt.Fprintf(sum, "%s %d\n%s", path, len(content), content)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}
