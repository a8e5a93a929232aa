package gobinary

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Options say what to build.
type Options struct {
	Dir   string   // the package's folder, absolute
	Cache string   // the folder where binaries are kept, of all flows; it is made
	Env   []string // the environment of the go command, as of [os.Environ]
	// Target is another machine that the binary is for; empty for this one.
	Target Target
	// Overlay is what is built in place of files, or comes to them, by absolute path; nil for what is on the disk. Binaries of it are kept apart, and
	// built for speed: without what a debugger needs.
	Overlay map[string][]byte
}

// ErrNoGo says that there is no go command.
var ErrNoGo = errors.New("a flow in Go is built by the go command, which is not on the PATH")

// Build builds a flow's binary, or finds it built. Faults of the code are an [*Error].
func Build(ctx context.Context, o Options) (*Binary, error) {
	if err := program(o.Dir); err != nil {
		return nil, err
	}
	tool, err := goTool(o.Env)
	if err != nil {
		return nil, err
	}
	place, err := openPlace(ctx, o)
	if err != nil {
		return nil, err
	}
	defer place.unlock()
	file := filepath.Join(place.dir, nameOf(o.Dir))
	if err := o.run(ctx, tool, file, place.dir); err != nil {
		return nil, err
	}
	return place.pin(file)
}

// run runs the go command. Its own work is done beside the binary, so that this is put into its place by renaming.
func (o Options) run(ctx context.Context, tool, file, dir string) error {
	args := append([]string{"build", "-o", file}, o.Target.flags(o.Env)...)
	if !strings.Contains(variable(o.Env, "GOFLAGS"), "-buildvcs") {
		args = append(args, "-buildvcs=false") // git would be asked each time, and each commit change the binary
	}
	if len(o.Overlay) > 0 {
		more, err := o.overlay(dir)
		if err != nil {
			return err
		}
		args = append(args, more...)
	}
	cmd := exec.CommandContext(ctx, tool, append(args, ".")...)
	var said bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = o.Dir, &said, &said
	cmd.Env = append(slices.Clone(o.Env), "GOTMPDIR="+dir, "PWD="+o.Dir)
	cmd.Env = append(cmd.Env, o.Target.env()...)
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, new(*exec.ExitError)):
		return &Error{Dir: o.Dir, Faults: parse(o.Dir, said.String(), namesIn(o.Overlay))}
	}
	return fmt.Errorf("run %s: %w", tool, err)
}

// goTool finds the go command on the path of the environment.
func goTool(env []string) (string, error) {
	for _, dir := range filepath.SplitList(variable(env, "PATH")) {
		file := filepath.Join(dir, "go")
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 && filepath.IsAbs(file) {
			return file, nil
		}
	}
	return "", ErrNoGo
}

// Tool is the go command that builds the flow in a folder, and its version there: a module may ask for another than the command's own.
func Tool(ctx context.Context, dir string, env []string) (path, version string, err error) {
	if path, err = goTool(env); err != nil {
		return "", "", err
	}
	cmd := exec.CommandContext(ctx, path, "env", "GOVERSION")
	cmd.Dir, cmd.Env = dir, append(slices.Clone(env), "PWD="+dir)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return path, "", fmt.Errorf("%s: %w: %s", path, err, strings.TrimSpace(said.String()))
	}
	return path, strings.TrimPrefix(strings.TrimSpace(string(out)), "go"), nil
}

// variable is the last value of a variable, which is the one that counts.
func variable(env []string, name string) string {
	value := ""
	for _, entry := range env {
		if rest, ok := strings.CutPrefix(entry, name+"="); ok {
			value = rest
		}
	}
	return value
}

// nameOf is what the binary is called: it is seen in lists of processes.
func nameOf(dir string) string {
	name := filepath.Base(dir)
	if name == "." || name == string(filepath.Separator) {
		return "flow"
	}
	return name
}

// keyOf names the place of a folder's binary.
func keyOf(o Options) string {
	name := o.Dir
	if len(o.Overlay) > 0 {
		name += "\x00overlay"
	}
	sum := sha256.Sum256([]byte(name + string(o.Target)))
	return hex.EncodeToString(sum[:12])
}
