package spin

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

// flows are those of the compatibility tests whose results do not depend on the time, the run's id or the hash seed (sets).
var flows = []string{
	"artifacts_change", "constants", "custom_ends", "custom_start_split", "environment", "foreach", "foreach_deep",
	"foreach_in_switch", "foreach_kinds", "foreach_nested", "foreach_single", "foreach_split", "foreach_values", "inherit", "linear", "merge",
	"nested_split", "parallel", "params_default", "project", "recursion", "recursion_in_foreach", "single_step", "split", "switch", "switch_in_foreach_in_split", "switch_keys",
}

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "spindle-spin-test-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "spindle")
	if err := surroundings.Build(binary); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// place is a folder with one flow.
type place struct {
	t    *testing.T
	dir  string
	file string
}

func newPlace(t *testing.T, flow string) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir(), file: flow + ".py"}
	if err := os.CopyFS(p.dir, os.DirFS("../compat/flows")); err != nil {
		t.Fatal(err)
	}
	return p
}

// args are those the flow's header asks for: "# args: …".
func (p *place) args() []string {
	text, err := os.ReadFile(filepath.Join(p.dir, p.file))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "# args:"); ok {
			return strings.Fields(rest)
		}
	}
	return nil
}

func (p *place) command(name string, args ...string) string {
	p.t.Helper()
	out, err := p.try(name, args...)
	if err != nil {
		p.t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return out
}

func (p *place) try(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "SPINDLE_WARM_MINUTES=0", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+p.dir)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// edit makes each step leave one more artifact.
func (p *place) edit() {
	p.t.Helper()
	script, err := filepath.Abs("testdata/edit.py")
	if err != nil {
		p.t.Fatal(err)
	}
	p.command("python3", script, p.file, p.file)
}

// graph is the flow as it is now.
func (p *place) graph() (string, *graph.Graph) {
	p.t.Helper()
	read, err := python.Read(p.t.Context(), python.Options{File: filepath.Join(p.dir, p.file)})
	if err != nil || read.Flow == nil {
		p.t.Fatalf("read: %v %v", read, err)
	}
	return read.Flow.Name, graph.New(read.Flow)
}

// runs are the ids of the flow's runs, oldest first.
func (p *place) runs(flow string) []string {
	p.t.Helper()
	entries, err := os.ReadDir(filepath.Join(p.dir, ".metaflow", flow))
	if err != nil {
		p.t.Fatal(err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "data" && !strings.HasPrefix(e.Name(), "_") {
			ids = append(ids, e.Name())
		}
	}
	slices.Sort(ids)
	return ids
}

// left are the artifacts of a run's tasks by step: one text per task, in an order that does not depend on ids.
func (p *place) left(flow, run string) map[string][]string {
	p.t.Helper()
	steps := map[string][]string{}
	files, err := filepath.Glob(filepath.Join(p.dir, ".metaflow", flow, run, "*", "*", "*.data.json"))
	if err != nil || len(files) == 0 {
		p.t.Fatalf("run %s: %d tables, %v", run, len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			p.t.Fatal(err)
		}
		var data struct{ Objects map[string]string }
		if err := json.Unmarshal(text, &data); err != nil {
			p.t.Fatal(err)
		}
		delete(data.Objects, "_graph_info")           // the lines of steps have moved with the edit
		delete(data.Objects, "_control_mapper_tasks") // pathspecs
		objects, err := json.MarshalIndent(data.Objects, "", " ")
		if err != nil {
			p.t.Fatal(err)
		}
		step := filepath.Base(filepath.Dir(filepath.Dir(file)))
		if step != "_parameters" {
			steps[step] = append(steps[step], string(objects))
		}
	}
	for _, tasks := range steps {
		slices.Sort(tasks)
	}
	return steps
}

// spinAll spins all tasks of a step. Of one that repeats itself only the last round is spun unless another is named, so all are, one after another.
func (p *place) spinAll(flow string, g *graph.Graph, step string) {
	p.t.Helper()
	if !g.Node(step).Recursive {
		p.command(binary, "spin", p.file, step, "--all")
		return
	}
	run := p.runs(flow)[0]
	entries, err := os.ReadDir(filepath.Join(p.dir, ".metaflow", flow, run, step))
	if err != nil {
		p.t.Fatal(err)
	}
	var tasks []int
	for _, e := range entries {
		if id, err := strconv.Atoi(e.Name()); err == nil {
			tasks = append(tasks, id)
		}
	}
	slices.Sort(tasks)
	for _, id := range tasks {
		p.command(binary, "spin", p.file, fmt.Sprintf("%s/%s/%d", run, step, id))
	}
}

func TestChain(t *testing.T) {
	t.Parallel()
	for _, flow := range flows {
		t.Run(flow, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, flow)
			args := p.args()
			p.command(binary, append([]string{"run", p.file}, args...)...)
			name, _ := p.graph()
			origin := p.left(name, p.runs(name)[0])
			p.edit()
			_, g := p.graph()
			for _, step := range g.Order {
				if origin[step] != nil {
					p.spinAll(name, g, step)
				}
			}
			p.command(binary, "workbench", "promote", p.file, "--clone-only")
			p.command(binary, append([]string{"run", p.file}, args...)...)
			runs := p.runs(name)
			if len(runs) != 3 {
				t.Fatalf("runs %v, want the origin, the promoted one and the whole one", runs)
			}
			if diff := cmp.Diff(p.left(name, runs[2]), p.left(name, runs[1])); diff != "" {
				t.Errorf("a whole run (-) and spins in order (+) left different artifacts:\n%s", diff)
			}
			if diff := cmp.Diff(origin, p.left(name, runs[0])); diff != "" {
				t.Errorf("the origin was changed:\n%s", diff)
			}
			if len(g.Order) > 1 && cmp.Equal(origin, p.left(name, runs[1])) {
				t.Error("the edit changed nothing, so this test can't fail")
			}
		})
	}
}
