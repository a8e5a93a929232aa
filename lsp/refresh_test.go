package lsp_test

import (
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

const (
	baseClass = `from metaflow import FlowSpec, step


class Base(FlowSpec):
    @step
    def start(self):
        self.rows = 1
        self.next(self.work)

    @step
    def end(self):
        pass
`
	derivedFlow = `from base import Base
from metaflow import step


class Derived(Base):
    @step
    def work(self):
        print(self.rows)
        self.next(self.end)


if __name__ == "__main__":
    Derived()
`
	configFlow = `from metaflow import Config, FlowSpec, step


class Configured(FlowSpec):
    settings = Config("settings", default="settings.json")

    @step
    def start(self):
        print(self.settings.rate)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Configured()
`
	switchFlow = `from metaflow import FlowSpec, step


class Choosing(FlowSpec):
    @step
    def start(self):
        self.way = "a"
        self.next({"a": self.a, "b": self.end}, condition="way")

    @step
    def a(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Choosing()
`
	gangFlow = `from metaflow import FlowSpec, parallel, step


class Gang(FlowSpec):
    @step
    def start(self):
        self.next(self.train, num_parallel=2)

    @parallel
    @step
    def train(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Gang()
`
	variants   = "variants:\n  one: {flow: flow.py, resources: {start: {cpu: 1}}, set: {settings.rate: 2}}\n"
	eachFile   = "variants:\n  ${f}:\n    matrix: {f: conf/*.json}\n    flow: flow.py\n    configs: {settings: \"${f.file}\"}\n"
	deployment = "variants:\n  one: {flow: flow.py, target: step-functions}\n"
)

// refreshes are changes of one file that alter what is shown in another. After each change the files must show the codes that follow it.
var refreshes = map[string]struct {
	files map[string]string
	open  []string
	steps []refresh
}{
	"base class, open": {
		map[string]string{"flow.py": derivedFlow, "base.py": baseClass},
		[]string{"flow.py", "base.py"},
		[]refresh{
			{replace("base.py", baseClass, "self.rows = 1", "pass"), "flow.py", "SP201"},
			{replace("base.py", baseClass, "self.work", "self.wrok"), "base.py", "SP118"},
			{closing("base.py"), "flow.py", ""},
		},
	},
	"base class, on disk": {
		map[string]string{"flow.py": derivedFlow, "base.py": baseClass},
		[]string{"flow.py"},
		[]refresh{
			{write("base.py", baseClass, "self.rows = 1", "pass"), "flow.py", "SP201"},
			{write("base.py", baseClass, "self.work", "self.wrok"), "base.py", "SP118"},
			{write("base.py", baseClass, "", ""), "base.py", ""},
			{rename("base.py", "renamed.py"), "flow.py", "?"},
			{rename("renamed.py", "base.py"), "flow.py", ""},
		},
	},
	"config, open": {
		map[string]string{"flow.py": configFlow, "settings.json": `{"rate": 1}`},
		[]string{"flow.py", "settings.json"},
		[]refresh{
			{replace("settings.json", `{"rate": 1}`, "rate", "rat"), "flow.py", "SP403"},
			{replace("settings.json", `{"rate": 1}`, "}", ""), "settings.json", "SP402"},
			{closing("settings.json"), "settings.json", ""},
		},
	},
	"config, on disk": {
		map[string]string{"flow.py": configFlow},
		[]string{"flow.py"},
		[]refresh{
			{nil, "flow.py", "SP401"},
			{write("settings.json", `{"rate": 1}`, "", ""), "flow.py", ""},
			{write("settings.json", `{"rate": 1}`, "1}", ""), "settings.json", "SP402"},
			{rename("settings.json", "other.json"), "flow.py", "SP401"},
			{rename("other.json", "settings.json"), "settings.json", "SP402"},
		},
	},
	"spindle.yaml, open": {
		map[string]string{"flow.py": gangFlow, "spindle.yaml": deployment},
		[]string{"flow.py", "spindle.yaml"},
		[]refresh{
			{nil, "flow.py", "SP502"},
			{replace("spindle.yaml", deployment, "step-functions", "argo"), "flow.py", ""},
			{replace("spindle.yaml", deployment, "step-functions", "argoo"), "spindle.yaml", "SP409"},
			{closing("spindle.yaml"), "flow.py", "SP502"},
		},
	},
	"spindle.yaml, on disk": {
		map[string]string{"flow.py": gangFlow},
		[]string{"flow.py"},
		[]refresh{
			{write("spindle.yaml", deployment, "", ""), "flow.py", "SP502"},
			{write("spindle.yaml", deployment, "one:", "one"), "spindle.yaml", "SP409"},
			{remove("spindle.yaml"), "spindle.yaml", ""},
		},
	},
	"variants": {
		map[string]string{"flow.py": configFlow, "settings.json": `{"rate": 1}`, "spindle.yaml": variants},
		[]string{"flow.py", "spindle.yaml", "settings.json"},
		[]refresh{
			{replace("spindle.yaml", variants, "start", "strat"), "spindle.yaml", "SP414"},
			{replace("flow.py", configFlow, "start", "strat"), "spindle.yaml", ""},
			{closing("flow.py"), "spindle.yaml", "SP414"},
			{replace("spindle.yaml", variants, "", ""), "spindle.yaml", ""},
			{replace("spindle.yaml", variants, "rate", "rate.x"), "spindle.yaml", "SP416"},
			{replace("settings.json", `{"rate": {}}`, "", ""), "spindle.yaml", ""},
		},
	},
	"variants of files": {
		map[string]string{"flow.py": configFlow, "settings.json": `{"rate": 1}`, "spindle.yaml": eachFile, "conf/none.txt": ""},
		[]string{"spindle.yaml"},
		[]refresh{
			{nil, "spindle.yaml", "SP414"},
			{write("conf/us.json", `{"rate": 2}`, "", ""), "spindle.yaml", ""},
			{write("conf/-eu.json", `{"rate": 2}`, "", ""), "spindle.yaml", "SP415"},
			{remove("conf/-eu.json"), "spindle.yaml", ""},
		},
	},
	"pyproject.toml": {
		map[string]string{"flow.py": gangFlow, "pyproject.toml": "[tool.spindle.lint]\ntargets = [\"step-functions\"]\n"},
		[]string{"flow.py", "pyproject.toml"},
		[]refresh{
			{nil, "flow.py", "SP502"},
			{replace("pyproject.toml", "[tool.spindle.lint]\ntargets = [\"step-functions\"]\nignore = [\"SP502\"]\n", "", ""), "flow.py", ""},
			{closing("pyproject.toml"), "flow.py", "SP502"},
			{remove("pyproject.toml"), "flow.py", ""},
		},
	},
}

type refresh struct {
	do    func(e *editor.Editor) // nil for nothing
	file  string
	codes string // ? for any, but not none
}

func replace(file, text, old, new string) func(*editor.Editor) {
	return func(e *editor.Editor) { e.Replace(file, strings.Replace(text, old, new, 1)) }
}

func write(file, text, old, new string) func(*editor.Editor) {
	return func(e *editor.Editor) { e.Write(file, strings.Replace(text, old, new, 1)) }
}

func closing(file string) func(*editor.Editor) { return func(e *editor.Editor) { e.Close(file) } }

func remove(file string) func(*editor.Editor) { return func(e *editor.Editor) { e.Remove(file) } }

func rename(from, to string) func(*editor.Editor) {
	return func(e *editor.Editor) {
		text := e.Read(from)
		e.Remove(from)
		e.Write(to, text)
	}
}

// TestRefresh: what a file is made of may change beside it, in an editor or on disk.
func TestRefresh(t *testing.T) {
	t.Parallel()
	for name, c := range refreshes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := editor.Start(t, workspace(t, c.files), editor.Options{})
			e.UntilRegistered(protocol.MethodWorkspaceDidChangeWatchedFiles)
			for _, file := range c.open {
				e.Open(file)
			}
			for _, s := range c.steps {
				if s.do != nil {
					s.do(e)
				}
				e.UntilFindings(s.file, func(list []protocol.Diagnostic) bool {
					got := codes(list)
					return got == s.codes || s.codes == "?" && got != ""
				})
			}
		})
	}
}

// TestRefreshPulled: an editor that asks by itself is told when to ask again.
func TestRefreshPulled(t *testing.T) {
	t.Parallel()
	for name, c := range refreshes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := editor.Start(t, workspace(t, c.files), editor.Options{Capabilities: editor.Full(true)})
			e.UntilRegistered(protocol.MethodWorkspaceDidChangeWatchedFiles)
			for _, file := range c.open {
				e.Open(file)
			}
			for _, s := range c.steps {
				asked := e.Received(protocol.MethodWorkspaceDiagnosticRefresh)
				if s.do != nil {
					s.do(e)
					e.UntilReceived(protocol.MethodWorkspaceDiagnosticRefresh, asked+1)
				}
				var report protocol.RelatedFullDocumentDiagnosticReport
				e.Ask(protocol.MethodTextDocumentDiagnostic, &protocol.DocumentDiagnosticParams{TextDocument: e.Document(s.file)}, &report)
				if got := codes(report.Items); got != s.codes && (s.codes != "?" || got == "") {
					t.Errorf("%s shows %q, want %q", s.file, got, s.codes)
				}
			}
		})
	}
}
