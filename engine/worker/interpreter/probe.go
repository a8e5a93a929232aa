package interpreter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
)

// oldest is the oldest Python that can run flows.
var oldest = [2]int{3, 9}

// probeLimit bounds the run of an interpreter that should answer in milliseconds.
const probeLimit = 30 * time.Second

// Info is what an interpreter says about itself.
type Info struct {
	Executable string
	Version    string // 3.11.7
}

// probeProgram is understood by every Python from 2 on.
const probeProgram = `import sys; sys.stdout.write("%s\n%d.%d.%d\n" % ((sys.executable,) + tuple(sys.version_info[:3])))`

// Probe runs an interpreter to learn what it is.
func Probe(ctx context.Context, path, dir string, env []string) (Info, error) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "-E", "-S", "-c", probeProgram)
	cmd.Dir, cmd.Env = dir, env
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &limited{w: &stderr, left: 2000}
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return Info{}, fmt.Errorf("%s did not answer: %w", path, ctx.Err())
	}
	lines := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	if err != nil || len(lines) != 2 || len(strings.Split(lines[1], ".")) != 3 {
		return Info{}, fmt.Errorf("%s is not a working Python interpreter%s", path, detail(err, stderr.String()))
	}
	return Info{Executable: lines[0], Version: lines[1]}, nil
}

// detail appends what the program itself said, else how it failed.
func detail(err error, stderr string) string {
	if said := strings.TrimSpace(stderr); said != "" {
		return ": " + said
	}
	if err != nil {
		return ": " + err.Error()
	}
	return ""
}

// limited passes on the first bytes and swallows the rest.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	if _, err := l.w.Write(p[:n]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Probe runs the interpreter to learn what it is.
func (f Found) Probe(ctx context.Context, dir string) (Info, error) {
	return Probe(ctx, f.Path, dir, f.env)
}

// Accept returns an error when a Python of the version is too old.
func (f Found) Accept(version string) error {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) >= 2 {
		major, err1 := strconv.Atoi(parts[0])
		minor, err2 := strconv.Atoi(parts[1])
		if err1 == nil && err2 == nil && (major > oldest[0] || major == oldest[0] && minor >= oldest[1]) {
			return nil
		}
	}
	return fmt.Errorf("%s (%s) is Python %s, but flows need %d.%d or later: %s", f.Path, f.Why, version, oldest[0], oldest[1], hint)
}

// Start starts the worker with this interpreter; the options' program has the arguments without it. An interpreter that is too old, or not a Python
// at all, is named as such instead of by the failure it leads to.
func (f Found) Start(ctx context.Context, opts worker.Options) (*worker.Worker, error) {
	opts.Argv = append([]string{f.Path}, opts.Argv...)
	w, err := worker.Start(ctx, opts)
	if err != nil {
		return nil, f.explain(ctx, opts.Dir, err)
	}
	if err := f.Accept(w.Hello().Version); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// explain replaces the failure of a start where the interpreter itself is the cause.
func (f Found) explain(ctx context.Context, dir string, cause error) error {
	if ctx.Err() != nil || errors.As(cause, new(*worker.VersionError)) {
		return cause
	}
	info, err := f.Probe(ctx, dir)
	if err != nil {
		return fmt.Errorf("%w (%s): %s", err, f.Why, hint)
	}
	if err := f.Accept(info.Version); err != nil {
		return err
	}
	return fmt.Errorf("python %s (%s): %w", f.Path, f.Why, cause)
}
