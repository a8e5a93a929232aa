// Package layers holds the rules of the house as tests: who may import whom, and why not.
package layers

import (
	"bufio"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/spindle-flow/spindle/"

// rule forbids packages below From to import (directly) packages below any of Not, but for those below Except.
type rule struct {
	from   string
	not    []string
	except []string
	why    string
}

var fronts = []string{"cmd", "lsp", "kernel"}

var rules = []rule{
	{from: "engine/graph", not: []string{""}, except: []string{"engine/graph"}, why: "graph is the ground floor: it imports nothing of ours"},
	{from: "engine/disk", not: []string{""}, except: []string{"engine/disk"}, why: "durable writes know files, not flows"},
	{from: "engine/process", not: []string{""}, except: []string{"engine/process"}, why: "the system's processes know no flows"},
	{from: "engine", not: append([]string{"spin", "config", "flow"}, fronts...), except: []string{"flow/names"}, why: "the core never knows who shows it"},
	{from: "engine/source", not: []string{"engine"}, except: []string{"engine/source", "engine/graph"}, why: "reading source needs only the words of graph; nothing of the user's is run to read it"},
	{from: "engine/lint", not: []string{"engine"}, except: []string{"engine/lint", "engine/source", "engine/graph"}, why: "rules judge graphs and source facts, never runs"},
	{from: "engine/objects", not: []string{"engine"}, except: []string{"engine/objects"}, why: "what moves bytes knows neither values nor flows"},
	{from: "engine/datatools", not: []string{"engine"}, except: []string{"engine/datatools", "engine/objects"}, why: "transfers of a step's own have nothing to do with its values"},
	{from: "engine/account", not: []string{"engine"}, except: []string{"engine/account", "engine/objects"}, why: "whether an account will do is known before there are flows"},
	{from: "engine/artifact", not: []string{"engine"}, except: []string{"engine/artifact", "engine/disk", "engine/objects"}, why: "a store of values knows no runs, workers or graphs"},
	{from: "engine/metadata", not: []string{"engine"}, except: []string{"engine/metadata", "engine/disk"}, why: "records are written as told; who runs the task is not their business"},
	{from: "engine/worker", not: []string{"engine"}, except: []string{"engine/worker"}, why: "the task protocol must be implementable from its document alone"},
	{from: "engine/compute", not: []string{"engine"}, except: []string{"engine/compute", "engine/worker", "engine/objects"}, why: "a place to run a task has no say in what runs next"},
	{from: "engine/history", not: []string{"engine/run", "engine/compute", "engine/source", "engine/lint"}, why: "looking back needs no scheduler and no source"},
	{from: "engine/run", not: []string{"engine/lint", "engine/source"}, why: "what runs has been read and judged before"},
	{from: "engine/task", not: []string{"engine"}, except: []string{"engine/task", "engine/artifact", "engine/metadata", "engine/compute", "engine/worker", "engine/graph", "engine/disk"}, why: "what is done around one attempt knows neither what comes next nor who asks"},
	{from: "engine/scheduled", not: []string{"engine/run", "engine/source", "engine/lint", "engine/compute/local", "engine/compute/batch"}, why: "a task of a deployment has no run around it, and whoever starts it brings the place"},
	{from: "spin", not: append([]string{"config", "flow", "engine/source", "engine/lint", "engine/worker/interpreter", "engine/compute/local"}, fronts...), why: "a spin works on what has been read, judged and started; whoever shows it is above"},
	{from: "engine/run", not: []string{"engine/history"}, why: "a run does not look back through what serves the client"},
	{from: "cmd/spindle/internal", not: []string{"lsp", "kernel"}, why: "fronts never import one another, but for the verb that starts one"},
	{from: "config", not: append([]string{"spin", "flow"}, fronts...), why: "what a project says of its flows is read without anyone who shows it"},
	{from: "lsp", not: []string{"cmd", "kernel", "engine/run", "engine/compute"}, why: "an editor looks; what runs is started in the user's terminal"},
	{from: "kernel", not: []string{"cmd", "lsp"}, why: "fronts never import one another"},
	{from: "kernel/wire", not: []string{""}, except: []string{"kernel/wire"}, why: "Jupyter's protocol knows no cells"},
	{from: "kernel/cells", not: []string{""}, except: []string{"kernel/cells"}, why: "a second kind of cell is written against this seam alone"},
	{from: "flow", not: []string{""}, except: []string{"flow"}, why: "a flow's binary holds its SDK and nothing of the engine"},
	{from: "python", not: []string{""}, except: []string{"python"}, why: "the embedded SDK is files and a way to unpack them"},
}

type pkg struct {
	path    string
	imports []string
}

func TestImports(t *testing.T) {
	packages := list(t)
	if len(packages) < 5 {
		t.Fatalf("only %d packages found", len(packages))
	}
	for _, p := range packages {
		for _, imported := range p.imports {
			for _, r := range rules {
				if r.broken(p.path, imported) {
					t.Errorf("%s imports %s: %s", p.path, imported, r.why)
				}
			}
		}
	}
}

// TestRulesCanFail keeps the rules honest: each must refuse something.
func TestRulesCanFail(t *testing.T) {
	for _, r := range rules {
		victim := r.not[0]
		if victim == "" {
			victim = "engine/run"
		}
		if victim == "engine" {
			victim = "engine/run"
		}
		if !r.broken(r.from, victim) {
			t.Errorf("the rule for %s lets %s through", r.from, victim)
		}
	}
}

func (r rule) broken(from, to string) bool {
	return below(from, r.from) && belowAny(to, r.not) && !belowAny(to, r.except)
}

func below(path, root string) bool {
	return root == "" || path == root || strings.HasPrefix(path, root+"/")
}

func belowAny(path string, roots []string) bool {
	for _, root := range roots {
		if below(path, root) {
			return true
		}
	}
	return false
}

// noPrint: the core is silent and never ends the process.
var noPrint = []string{"fmt.Print(", "fmt.Printf(", "fmt.Println(", "os.Exit(", "log.Fatal", "os.Stdout", "os.Stderr", "flag.String("}

func TestCoreIsSilent(t *testing.T) {
	walk(t, func(path string, src []byte) {
		if !strings.HasPrefix(path, "engine/") && !strings.HasPrefix(path, "spin/") || strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, word := range noPrint {
			if strings.Contains(string(src), word) {
				t.Errorf("%s uses %s: the core speaks in values and events, fronts print", path, strings.TrimSuffix(word, "("))
			}
		}
	})
}

func TestFileSizes(t *testing.T) {
	seen := 0
	walk(t, func(path string, src []byte) {
		seen++
		if n := strings.Count(string(src), "\n"); n > 800 {
			t.Errorf("%s has %d lines; 800 is the end of it, look for a seam", path, n)
		}
	})
	if seen == 0 {
		t.Fatal("no Go file found")
	}
}

func TestPackageDocs(t *testing.T) {
	documented := map[string]bool{}
	walk(t, func(path string, src []byte) {
		dir := filepath.Dir(path)
		file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		if strings.HasSuffix(file.Name.Name, "_test") {
			return
		}
		documented[dir] = documented[dir] || file.Doc != nil
	})
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no doc comment", dir)
		}
	}
}

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []pkg
	scanner := bufio.NewScanner(strings.NewReader(string(out)))
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		fields := strings.Fields(scanner.Text())
		p := pkg{path: strings.TrimPrefix(fields[0], module)}
		for _, imported := range fields[1:] {
			if rest, ok := strings.CutPrefix(imported, module); ok {
				p.imports = append(p.imports, rest)
			}
		}
		packages = append(packages, p)
	}
	return packages
}

func walk(t *testing.T, visit func(path string, src []byte)) {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-co", "--exclude-standard", "*.go")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if strings.Contains(path, "testdata/") {
			continue
		}
		src, err := os.ReadFile(filepath.Join(root(t), path))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		visit(path, src)
	}
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
