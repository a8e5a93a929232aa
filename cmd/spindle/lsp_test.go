package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	source "github.com/spindle-flow/spindle/engine/source/python"
)

// served is a `spindle lsp` with an editor that counts columns as the command line does.
type served struct {
	t    *testing.T
	cmd  *exec.Cmd
	conn jsonrpc2.Conn
	in   io.WriteCloser
}

type pipes struct {
	io.Reader
	io.WriteCloser
}

// serve starts the server in a folder.
func serve(t *testing.T, dir string, args ...string) *served {
	t.Helper()
	cmd := spindle(t, dir, append(os.Environ(), "HOME="+t.TempDir()), append([]string{"lsp"}, args...)...)
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
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	s := &served{t: t, cmd: cmd, in: in, conn: jsonrpc2.NewConn(jsonrpc2.NewHeaderStream(pipes{out, in}))}
	s.conn.Go(t.Context(), func(context.Context, *jsonrpc2.Request) (any, error) { return nil, nil })
	return s
}

// initialize is what an editor says first; pid is its process, 0 for one that does not tell.
func (s *served) initialize(dir string, pid int) {
	s.t.Helper()
	params := fmt.Sprintf(`{"processId":%d,"rootUri":%q,"capabilities":{"general":{"positionEncodings":["utf-32"]},"textDocument":{"diagnostic":{}}}}`, pid, uri.File(dir))
	if pid == 0 {
		params = strings.Replace(params, `"processId":0`, `"processId":null`, 1)
	}
	s.ask(protocol.MethodInitialize, params, nil)
	s.tell(protocol.MethodInitialized, "{}")
}

func (s *served) ask(method, params string, into any) {
	s.t.Helper()
	var answer jsonrpc2.RawMessage
	if _, err := s.conn.Call(s.t.Context(), method, jsonrpc2.RawMessage(params), &answer); err != nil {
		s.t.Fatalf("%s: %v", method, err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer, into); err != nil {
		s.t.Fatalf("%s: %v in %s", method, err, answer)
	}
}

func (s *served) tell(method, params string) {
	s.t.Helper()
	if err := s.conn.Notify(s.t.Context(), method, jsonrpc2.RawMessage(params)); err != nil {
		s.t.Fatalf("%s: %v", method, err)
	}
}

// finding is one as both fronts tell it: columns count characters from 1.
type finding struct {
	File, Code, Severity, Message    string
	Line, Column, EndLine, EndColumn int
}

// pulled are the findings that the editor is told of some files.
func (s *served) pulled(files []string) (out []finding) {
	s.t.Helper()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		text, err := json.Marshal(source.Text(data))
		if err != nil {
			s.t.Fatal(err)
		}
		if strings.HasSuffix(file, ".py") {
			s.tell(protocol.MethodTextDocumentDidOpen, fmt.Sprintf(`{"textDocument":{"uri":%q,"languageId":"python","version":1,"text":%s}}`, uri.File(file), text))
		}
	}
	for _, file := range files {
		var report struct {
			Items []struct {
				Code, Message string
				Severity      int
				Range         struct{ Start, End struct{ Line, Character int } }
			}
		}
		s.ask(protocol.MethodTextDocumentDiagnostic, fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri.File(file)), &report)
		for _, d := range report.Items {
			out = append(out, finding{
				file, d.Code, []string{"", "error", "warning", "info"}[d.Severity], d.Message,
				d.Range.Start.Line + 1, d.Range.Start.Character + 1, d.Range.End.Line + 1, d.Range.End.Character + 1,
			})
		}
	}
	return out
}

// linted are the findings that the command line tells of what is named.
func linted(t *testing.T, dir string, args ...string) (out []finding) {
	t.Helper()
	type place struct{ Line, Column int }
	var report struct {
		Diagnostics []struct {
			Code, Severity, Message, Detail string
			Range                           struct {
				File       string
				Start, End place
			}
		}
	}
	text, _ := spindle(t, dir, os.Environ(), append([]string{"lint", "--exit-zero", "--format", "json"}, args...)...).Output()
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for _, d := range report.Diagnostics {
		if d.Detail != "" {
			d.Message += "\n" + d.Detail
		}
		out = append(out, finding{d.Range.File, d.Code, d.Severity, d.Message, d.Range.Start.Line, d.Range.Start.Column, d.Range.End.Line, d.Range.End.Column})
	}
	return out
}

// TestEditorAndCommandLineAgree holds that an editor shows of each file what `spindle lint` says.
func TestEditorAndCommandLineAgree(t *testing.T) {
	t.Parallel()
	flows, err := filepath.Abs("../../tests/lint/flows")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"right", "wrong"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agree(t, filepath.Join(flows, name), 60)
		})
	}
	t.Run("settings", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		for name, text := range settledWorkspace {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		var codes []string
		for _, f := range agree(t, dir, 4) {
			codes = append(codes, filepath.Base(f.File)+" "+f.Code)
		}
		slices.Sort(codes)
		want := []string{"deployed.py SP502", "spindle.yaml SP409", "spindle.yaml SP502", "told.py SP201"}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("what is found (-want +got):\n%s", diff)
		}
	})
}

// agree compares what the two say of a folder, in which there are at least some files, and returns it.
func agree(t *testing.T, dir string, least int) []finding {
	t.Helper()
	var list []string
	for _, pattern := range []string{"*.py", "*/*.py", "*.yaml"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, found...)
	}
	if len(list) < least {
		t.Fatalf("%s has %d files, want %d", dir, len(list), least)
	}
	s := serve(t, dir)
	s.initialize(dir, 0)
	got, want := s.pulled(list), linted(t, dir, ".")
	for _, l := range [][]finding{got, want} {
		slices.SortFunc(l, func(a, b finding) int { return strings.Compare(fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b)) })
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-spindle lint +editor:\n%s", diff)
	}
	return got
}

// readsLost is a step that reads an artifact nothing sets, behind which comes what is left out of the text.
const readsLost = "from metaflow import FlowSpec, step\n\nclass %s(FlowSpec):\n    @step\n    def start(self):\n        print(self.lost)%s\n        self.next(self.end)\n" +
	"    @step\n    def end(self):\n        pass\n\nif __name__ == '__main__':\n    %[1]s()\n"

// settledWorkspace has all that says which findings are wanted: the project's settings, comments, what a flow is deployed to.
var settledWorkspace = map[string]string{
	"pyproject.toml":  "[tool.spindle.lint]\nseverity = {SP201 = \"warning\"}\n[tool.spindle.lint.per-file-ignores]\n\"quiet/*\" = [\"SP201\"]\n",
	"spindle.yaml":    "variants:\n  demand: {flow: deployed.py, target: step-functions}\n  other: {flow: told.py, target: argoo}\n",
	"told.py":         fmt.Sprintf(readsLost, "Told", ""),
	"silenced.py":     fmt.Sprintf(readsLost, "Silenced", "  # spindle: ignore[SP201]"),
	"quiet/silent.py": fmt.Sprintf(readsLost, "Silent", ""),
	"derived.py":      "from quiet.base import Base\n\nclass Derived(Base):\n    pass\n\nif __name__ == '__main__':\n    Derived()\n",
	"flows/deep.py":   "from told import Told\n\nclass Deep(Told):\n    pass\n\nDeep()\n",
	"quiet/base.py":   strings.Split(fmt.Sprintf(readsLost, "Base", ""), "\nif __name__")[0],
	"deployed.py": "from metaflow import FlowSpec, parallel, step\n\nclass Deployed(FlowSpec):\n    @step\n    def start(self):\n" +
		"        self.next(self.a, num_parallel=2)\n    @parallel\n    @step\n    def a(self):\n        self.next(self.b)\n" +
		"    @step\n    def b(self, inputs):\n        self.next(self.end)\n    @step\n    def end(self):\n        pass\n\nif __name__ == '__main__':\n    Deployed()\n",
}

// TestServerEnds holds how the process ends.
func TestServerEnds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		end  func(s *served)
		code int
	}{
		"as asked":         {func(s *served) { s.ask(protocol.MethodShutdown, "null", nil); s.tell(protocol.MethodExit, "null") }, 0},
		"without shutdown": {func(s *served) { s.tell(protocol.MethodExit, "null") }, 1},
		"client gone":      {func(s *served) { _ = s.in.Close() }, 1},
		"told to":          {func(s *served) { _ = s.cmd.Process.Signal(os.Interrupt) }, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, t.TempDir())
			s.initialize(t.TempDir(), os.Getpid())
			test.end(s)
			_ = s.cmd.Wait()
			if code := s.cmd.ProcessState.ExitCode(); code != test.code {
				t.Errorf("it ends with %d, want %d", code, test.code)
			}
		})
	}
	t.Run("its editor has died", func(t *testing.T) {
		t.Parallel()
		editor := exec.Command("sleep", "1000")
		if err := editor.Start(); err != nil {
			t.Fatal(err)
		}
		s := serve(t, t.TempDir())
		s.initialize(t.TempDir(), editor.Process.Pid)
		if err := editor.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = editor.Wait()
		_ = s.cmd.Wait() // standard input is open: nothing else ends it
	})
}
