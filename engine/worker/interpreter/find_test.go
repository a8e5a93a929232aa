package interpreter_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/interpreter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// python is a real interpreter.
var python = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

func realPython(t testing.TB) string {
	t.Helper()
	path, err := python()
	if err != nil {
		t.Skipf("no python3: %v", err)
	}
	return path
}

// write makes an executable script.
func write(t testing.TB, file, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	syscall.ForkLock.RLock() // a process forked meanwhile would hold the file open for writing, and no one could start it
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"flag", "var", "venv/bin/python3", "proj/.venv/bin/python", "proj/sub/.venv/lib/x", "path/python3", "path/python9"} {
		write(t, filepath.Join(dir, name), "#!/bin/sh\n")
	}
	full := interpreter.Request{
		Flag: filepath.Join(dir, "flag"), FlowDir: filepath.Join(dir, "proj/sub/deep"), WorkDir: dir,
		Env: []string{"SPINDLE_PYTHON=" + filepath.Join(dir, "var"), "VIRTUAL_ENV=" + filepath.Join(dir, "venv"), "PATH=rel::" + filepath.Join(dir, "path")},
	}
	without := func(names ...string) interpreter.Request {
		r := full
		r.Env = nil
		for _, kv := range full.Env {
			keep := true
			for _, n := range names {
				keep = keep && !strings.HasPrefix(kv, n+"=")
			}
			if keep {
				r.Env = append(r.Env, kv)
			}
		}
		for _, n := range names {
			switch n {
			case "flag":
				r.Flag = ""
			case "dot":
				r.FlowDir = "/"
			}
		}
		return r
	}
	named := full
	named.Flag = "python9"
	relative := full
	relative.Flag = "./flag"
	folder := full
	folder.Flag = "venv/"
	broken := without("flag", "SPINDLE_PYTHON")
	broken.Env = append(broken.Env, "VIRTUAL_ENV=/gone")
	for name, c := range map[string]struct {
		req    interpreter.Request
		path   string
		source interpreter.Source
		why    string
	}{
		"flag":               {full, "flag", interpreter.Flag, "--python names it"},
		"flag, program name": {named, "path/python9", interpreter.Flag, `--python is "python9"`},
		"flag, relative":     {relative, "flag", interpreter.Flag, "names it"},
		"flag, folder":       {folder, "venv/bin/python3", interpreter.Flag, "names the environment"},
		"variable":           {without("flag"), "var", interpreter.Variable, "SPINDLE_PYTHON names it"},
		"active":             {without("flag", "SPINDLE_PYTHON"), "venv/bin/python3", interpreter.VirtualEnv, "is active"},
		"active but gone":    {broken, "proj/.venv/bin/python", interpreter.DotVenv, "proj/.venv"},
		"dot venv":           {without("flag", "SPINDLE_PYTHON", "VIRTUAL_ENV"), "proj/.venv/bin/python", interpreter.DotVenv, "proj/.venv"},
		"path":               {without("flag", "SPINDLE_PYTHON", "VIRTUAL_ENV", "dot"), "path/python3", interpreter.Path, "python3 on the path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := interpreter.Find(t.Context(), c.req)
			if err != nil {
				t.Fatal(err)
			}
			if found.Path != filepath.Join(dir, c.path) || found.Source != c.source || !strings.Contains(found.Why, c.why) {
				t.Errorf("found %+v", found)
			}
			if (name == "active but gone") != (len(found.Notes) == 1) {
				t.Errorf("notes = %q", found.Notes)
			}
		})
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plain"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]string{
		"pythonX":      `python "pythonX" (from --python): no such program on the path`,
		"/no/python":   `python "/no/python" (from --python): no such file`,
		dir + "/plain": "is not executable",
		dir + "/empty": "is a folder without bin/python3",
		"":             "no Python found (VIRTUAL_ENV names /gone, which has no bin/python3; python3 is not on the path): choose one with --python",
	} {
		_, err := interpreter.Find(t.Context(), interpreter.Request{Flag: flag, FlowDir: dir, WorkDir: dir, Env: []string{"PATH=" + dir, "VIRTUAL_ENV=/gone"}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--python %q: error %v lacks %q", flag, err, want)
		}
	}
}

func TestForeignVenv(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".venv/bin/python3"), "#!/bin/sh\n")
	write(t, filepath.Join(dir, "python3"), "#!/bin/sh\n")
	if err := os.Chown(filepath.Join(dir, ".venv"), 12345, 12345); err != nil {
		t.Fatal(err)
	}
	found, err := interpreter.Find(t.Context(), interpreter.Request{FlowDir: dir, WorkDir: dir, Env: []string{"PATH=" + dir}})
	if err != nil || found.Source != interpreter.Path || len(found.Notes) != 1 {
		t.Errorf("found %+v, %v", found, err)
	}
}

// pyenv is a made-up pyenv installation whose answer is counted and can be changed.
type pyenv struct {
	t               *testing.T
	root, work, log string
	cache           string
}

func newPyenv(t *testing.T) pyenv {
	p := pyenv{t: t, root: t.TempDir(), work: t.TempDir(), cache: t.TempDir()}
	p.log = filepath.Join(p.root, "log")
	write(t, filepath.Join(p.root, "version"), "one\n")
	write(t, filepath.Join(p.root, "shims/python3"), `#!/usr/bin/env bash
program="${0##*/}"
export PYENV_ROOT="`+p.root+`"
exec "`+p.root+`/libexec/pyenv" exec "$program" "$@"
`)
	write(t, filepath.Join(p.root, "libexec/pyenv"), `#!/bin/sh
echo asked >> "$PYENV_ROOT/log"
v=${PYENV_VERSION:-$(cat .python-version 2>/dev/null || cat "$PYENV_ROOT/version")}
printf '%s\n3.11.0\n' "$PYENV_ROOT/versions/$v/bin/python3"
`)
	for _, v := range []string{"one", "two", "three"} {
		p.install(v)
	}
	return p
}

func (p pyenv) install(version string) {
	write(p.t, filepath.Join(p.root, "versions", version, "bin/python3"), "#!/bin/sh\n# "+version+"\n")
}

// find returns the version found, and whether pyenv had to be asked.
func (p pyenv) find(env ...string) (version string, asked bool) {
	p.t.Helper()
	_ = os.Remove(p.log)
	found, err := interpreter.Find(p.t.Context(), interpreter.Request{
		FlowDir: "/", WorkDir: p.work, CacheDir: p.cache,
		Env: append([]string{"PATH=" + p.root + "/shims:/usr/bin:/bin"}, env...),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if found.Shim != filepath.Join(p.root, "shims/python3") {
		p.t.Errorf("shim = %q", found.Shim)
	}
	_, err = os.Stat(p.log)
	return filepath.Base(filepath.Dir(filepath.Dir(found.Path))), err == nil
}

func TestShim(t *testing.T) {
	t.Parallel()
	p := newPyenv(t)
	step := func(what, want string, wantAsked bool, env ...string) {
		t.Helper()
		if got, asked := p.find(env...); got != want || asked != wantAsked {
			t.Errorf("%s: version %s, asked %v; want %s, %v", what, got, asked, want, wantAsked)
		}
	}
	step("first", "one", true)
	step("again", "one", false)
	step("by variable", "two", true, "PYENV_VERSION=two")
	step("by variable again", "two", false, "PYENV_VERSION=two")
	step("without it", "one", false)
	write(t, filepath.Join(p.work, ".python-version"), "three")
	step("by file", "three", true)
	step("by file again", "three", false)
	write(t, filepath.Join(p.work, ".python-version"), "two")
	step("file changed", "two", true)
	if err := os.Remove(filepath.Join(p.work, ".python-version")); err != nil {
		t.Fatal(err)
	}
	step("file gone", "one", false)
	write(t, filepath.Join(p.root, "version"), "two\n")
	step("global changed", "two", true)
	p.install("four")
	step("installed one more", "two", true)
	write(t, filepath.Join(p.root, "versions/two/bin/python3"), "#!/bin/sh\n# two, patched\n")
	step("interpreter replaced", "two", true)
	step("interpreter replaced, again", "two", false)
	step("unknown hooks by path", "two", true, "PYENV_HOOK_PATH=/x")
	step("unknown hooks by path, again", "two", true, "PYENV_HOOK_PATH=/x")
	write(t, filepath.Join(p.root, "plugins/mine/etc/pyenv.d/version-name/mine.bash"), "")
	step("unknown hook", "two", true)
	step("unknown hook, again", "two", true)
}

func TestShimBadCache(t *testing.T) {
	t.Parallel()
	p := newPyenv(t)
	p.find()
	files, err := filepath.Glob(filepath.Join(p.cache, "interpreters/*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("cache holds %q, %v", files, err)
	}
	for _, text := range []string{"", "{", `{"key":"other","path":"/bin/sh"}`, `[]`} {
		if err := os.WriteFile(files[0], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, asked := p.find(); got != "one" || !asked {
			t.Errorf("cache %q: version %s, asked %v", text, got, asked)
		}
	}
	p.cache = "/dev/null" // can't be written
	for range 2 {
		if got, asked := p.find(); got != "one" || !asked {
			t.Errorf("no cache: version %s, asked %v", got, asked)
		}
	}
}

func TestShimWithoutVersion(t *testing.T) {
	t.Parallel()
	p := newPyenv(t)
	write(t, filepath.Join(p.root, "libexec/pyenv"), "#!/bin/sh\necho 'pyenv: python3: command not found' >&2; exit 127\n")
	_, err := interpreter.Find(t.Context(), interpreter.Request{FlowDir: "/", WorkDir: p.work, Env: []string{"PATH=" + p.root + "/shims:/usr/bin:/bin"}})
	if err == nil || !strings.Contains(err.Error(), "pyenv: python3: command not found") {
		t.Errorf("error = %v", err)
	}
}

// The real pyenv where there is one.
func TestRealShim(t *testing.T) {
	t.Parallel()
	shim, err := exec.LookPath("python3")
	if err != nil || !strings.Contains(shim, "/shims/") {
		t.Skip("python3 is no shim here")
	}
	cache := t.TempDir()
	for range 2 {
		found, err := interpreter.Find(t.Context(), interpreter.Request{
			FlowDir: "/", WorkDir: t.TempDir(), CacheDir: cache, Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")},
		})
		if err != nil || found.Path != realPython(t) || found.Shim != shim {
			t.Errorf("found %+v, %v; want %s", found, err, realPython(t))
		}
	}
	if files, _ := filepath.Glob(filepath.Join(cache, "interpreters/*")); len(files) > 2 || len(files) == 0 {
		t.Errorf("cache holds %q", files)
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	info, err := interpreter.Probe(t.Context(), realPython(t), "", os.Environ())
	if err != nil || info.Executable != realPython(t) || !strings.HasPrefix(info.Version, "3.") {
		t.Errorf("info = %+v, %v", info, err)
	}
	for script, want := range map[string]string{
		"#!/bin/sh\necho hello\n":            "is not a working Python interpreter",
		"#!/bin/sh\necho ouch >&2; exit 3\n": "is not a working Python interpreter: ouch",
		"not a script":                       "exec format error",
	} {
		_, err := interpreter.Probe(t.Context(), write(t, filepath.Join(t.TempDir(), "python3"), script), "", os.Environ())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v lacks %q", script, err, want)
		}
	}
}

func TestAccept(t *testing.T) {
	t.Parallel()
	f := interpreter.Found{Path: "/usr/bin/python3", Why: "python3 on the path"}
	for version, ok := range map[string]bool{"3.9.0": true, "3.13.1": true, "4.0.0": true, "3.8.18": false, "2.7.18": false, "": false, "x.y": false} {
		err := f.Accept(version)
		if (err == nil) != ok {
			t.Errorf("%q: %v", version, err)
		}
		if err != nil && !strings.Contains(err.Error(), "/usr/bin/python3 (python3 on the path) is Python") {
			t.Errorf("error = %v", err)
		}
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("../testdata/worker.py")
	if err != nil {
		t.Fatal(err)
	}
	old := `#!/bin/sh
[ "$1" = -E ] && printf '/usr/bin/python3\n3.6.9\n' && exit
echo 'SyntaxError' >&2; exit 1
`
	for name, c := range map[string]struct {
		python string
		env    []string
		want   string
	}{
		"good":         {realPython(t), nil, ""},
		"old":          {write(t, filepath.Join(t.TempDir(), "python3"), old), nil, "is Python 3.6.9, but flows need 3.9 or later"},
		"old but able": {realPython(t), []string{`TEST_HELLO={"version": "3.8.1"}`}, "is Python 3.8.1, but"},
		"not a python": {write(t, filepath.Join(t.TempDir(), "python3"), "#!/bin/sh\n"), nil, "is not a working Python interpreter"},
		"no worker":    {realPython(t), []string{`TEST_BEFORE_HELLO=sys.exit("No module named spindle")`}, "No module named spindle"},
		"version":      {realPython(t), []string{`TEST_HELLO={"protocol": 3}`}, "speaks 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := interpreter.Find(t.Context(), interpreter.Request{Flag: c.python, Env: os.Environ()})
			if err != nil {
				t.Fatal(err)
			}
			w, err := found.Start(t.Context(), worker.Options{Program: worker.Program{Argv: []string{"-S", script}, Env: append(os.Environ(), c.env...)}})
			if err == nil {
				_ = w.Close()
			}
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v lacks %q", err, c.want)
			}
			if name == "version" && !errors.As(err, new(*worker.VersionError)) {
				t.Errorf("error = %T", err)
			}
		})
	}
}
