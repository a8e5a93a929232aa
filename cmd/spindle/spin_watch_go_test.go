package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const watchedModule = `module example.com/demand

go 1.26.0

require github.com/spindle-flow/spindle v0.0.0

replace github.com/spindle-flow/spindle => ../spindle
`

const watchedFlow = `package main

import (
	"fmt"

	"example.com/demand/words"
	"github.com/spindle-flow/spindle/flow"
)

type One struct {
	flow.Flow
	X string
}

func (o *One) Start(ctx flow.Context) (flow.Next, error) {
	o.X = words.Greeting
	fmt.Println("it says", o.X)
	return flow.To(o.End), nil
}

func (o *One) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&One{}) }
`

// A flow in Go is spun again when a file of another package of its module is saved, and when that can be compiled again.
func TestSpinWatchGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", watchedModule)
	write("one/main.go", watchedFlow)
	write("words/words.go", "package words\n\nconst Greeting = \"hello\"\n")
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if err := replaceSpindle(filepath.Join(dir, "go.mod"), root); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "METAFLOW_USER=tester", "XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "GOPROXY=off", "GOFLAGS=", "NO_COLOR=1")
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatalf("flows in Go need the go command: %v", err)
		}
		env = append(env, name+"="+string(value[:len(value)-1]))
	}
	cmd := spindle(t, dir, env, "spin", "./one", "start", "--bootstrap", "--watch")
	out := &watched{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	out.await(t, "it says hello", 1)
	out.await(t, "Waiting for a change", 1)
	write("words/words.go", "package words\n\nconst Greeting = \"goodbye\"\n")
	out.await(t, "it says goodbye", 1)
	out.await(t, "Waiting for a change", 2)
	write("words/words.go", "package words\n\nconst Greeting = nonsense\n")
	out.await(t, "undefined: nonsense", 1)
	out.await(t, "Waiting for a change", 3)
	write("words/words.go", "package words\n\nconst Greeting = \"again\"\n")
	out.await(t, "it says again", 1)
}
