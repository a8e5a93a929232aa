package task

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// codeFolder is where the code package is, below the helper's folder: the working folder of the step.
const codeFolder = "code"

func (h *helper) code() string { return filepath.Join(h.folder, codeFolder) }

// unpack fetches the code package, makes sure that it is the right one, and unpacks it.
func (h *helper) unpack(ctx context.Context) error {
	place, err := objects.Parse(h.job.Package.Place)
	if err != nil {
		return fmt.Errorf("the code package: %w", err)
	}
	f, err := h.fetch(ctx, place, h.job.Package)
	if err != nil {
		return fmt.Errorf("the code package: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := os.Mkdir(h.code(), 0o777); err != nil {
		return err
	}
	return codepackage.Extract(f, h.code())
}

// fetch gets an object with the content it should have, once more where it arrives otherwise.
func (h *helper) fetch(ctx context.Context, place objects.Place, want remote.Blob) (*os.File, error) {
	f, err := os.CreateTemp(h.folder, "package-*")
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		sum, err := h.fetchOnce(ctx, place, f)
		if err == nil && sum != want.SHA256 {
			err = fmt.Errorf("%q has the SHA-256 %s and should have %s: it was changed after it was sent", place.String(), sum, want.SHA256)
			if try < 3 {
				continue
			}
		}
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
			return nil, err
		}
		return f, nil
	}
}

func (h *helper) fetchOnce(ctx context.Context, place objects.Place, f *os.File) (sum string, err error) {
	got, err := h.client.Download(ctx, place, objects.Whole, f)
	if err != nil {
		return "", err
	}
	if err := f.Truncate(got.Length); err != nil {
		return "", err
	}
	hash := sha256.New()
	_, err = io.Copy(hash, io.NewSectionReader(f, 0, got.Length))
	return hex.EncodeToString(hash.Sum(nil)), err
}

// program is how the step's process starts: the flow's own program for this machine, where the package has one, else the SDK's worker.
func (h *helper) program() (worker.Program, error) {
	binary, err := codepackage.Binary(h.code(), runtime.GOARCH)
	if err != nil {
		return worker.Program{}, err
	}
	if binary != "" {
		return worker.Program{Argv: []string{binary}, Env: h.programEnv(""), Dir: h.code()}, nil
	}
	return worker.Program{Argv: []string{h.python(), "-m", "spindle.worker"}, Env: h.programEnv(filepath.Join(h.code(), ".mf_code")), Dir: h.code()}, nil
}

// programEnv is the environment of the step's process: that of the container under the job's, with nothing of the helper's own. sdk comes first on Python's path.
func (h *helper) programEnv(sdk string) []string {
	env := make([]string, 0, len(h.Environ)+len(h.job.Environment)+4)
	path := sdk
	add := func(dirs string) {
		path = strings.Trim(path+string(os.PathListSeparator)+dirs, string(os.PathListSeparator))
	}
	for _, entry := range h.Environ {
		name, value, _ := strings.Cut(entry, "=")
		_, set := h.job.Environment[name]
		switch {
		case name == "PYTHONPATH" && value != "" && !set:
			add(value)
		case name == "PYTHONPATH" || set || strings.HasPrefix(name, "SPINDLE_"):
		default:
			env = append(env, entry)
		}
	}
	for name, value := range h.job.Environment {
		if name == "PYTHONPATH" {
			add(value)
			continue
		}
		env = append(env, name+"="+value)
	}
	if path != "" {
		env = append(env, "PYTHONPATH="+path)
	}
	return append(env, "METAFLOW_EXTRACTED_ROOT="+h.code())
}

// setting is a variable as the step's process has it.
func (h *helper) setting(name string) string {
	if value, ok := h.job.Environment[name]; ok {
		return value
	}
	return h.env(name)
}

// message is the task as the step's process is told.
func (h *helper) message(f folders) (worker.Task, error) {
	t := h.job.Task
	t.Source = filepath.Join(h.code(), filepath.FromSlash(t.Source))
	t.Scratch, t.Spill, t.TempDir = f.scratch, f.spill, h.setting("METAFLOW_TEMPDIR")
	if t.TempDir == "" {
		t.TempDir = "."
	}
	h.meet(&t)
	if len(t.Inputs) <= task.InlineInputs {
		return t, nil
	}
	t.InputsFile = filepath.Join(f.scratch, "inputs.ndjson")
	err := task.WriteInputs(t.InputsFile, slices.Values(t.Inputs))
	t.Inputs = nil
	return t, err
}
