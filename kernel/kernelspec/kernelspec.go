// Package kernelspec writes what tells Jupyter that a kernel is there: a folder with kernel.json and logos.
package kernelspec

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
)

//go:embed logo.svg
var logoSVG []byte

//go:embed logo-64x64.png
var logoPNG []byte

// Spec is a kernel to install.
type Spec struct {
	Name        string // of the folder
	DisplayName string
	Argv        []string // an absolute path first
	Env         map[string]string
}

// named is what Jupyter accepts as a kernel's name.
var named = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

// Install writes the kernel below a folder of Jupyter data and returns its folder. One that is there already is replaced.
func Install(data string, s Spec) (string, error) {
	if !named.MatchString(s.Name) {
		return "", fmt.Errorf("install kernel: %q is no name for a kernel: letters, digits, dots, dashes and underscores are", s.Name)
	}
	content, err := s.json()
	if err != nil {
		return "", fmt.Errorf("install kernel: %w", err)
	}
	dir := filepath.Join(data, "kernels", s.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("install kernel: %w", err)
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{"logo-svg.svg", logoSVG}, {"logo-64x64.png", logoPNG}, {"kernel.json", content}} {
		if err := write(filepath.Join(dir, f.name), f.data); err != nil {
			return "", fmt.Errorf("install kernel: %w", err)
		}
	}
	return dir, nil
}

// write replaces a file as a whole: Jupyter may be reading it.
func write(path string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".spindle-")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func (s Spec) json() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{
		"argv": s.Argv, "display_name": s.DisplayName, "language": "python", "interrupt_mode": "message",
		"env": s.env(), "metadata": map[string]any{"debugger": true}, "kernel_protocol_version": "5.5",
	})
	return out.Bytes(), err
}

func (s Spec) env() map[string]string {
	if s.Env == nil {
		return map[string]string{}
	}
	return s.Env
}

// UserData is Jupyter's folder of the user's data: JUPYTER_DATA_DIR, or where the system has such folders.
func UserData(home string, env func(string) string) string {
	if dir := env("JUPYTER_DATA_DIR"); dir != "" {
		return dir
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Jupyter")
	}
	if dir := env("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter")
	}
	return filepath.Join(home, ".local", "share", "jupyter")
}

// PrefixData is the folder of Jupyter data of an environment or an installation.
func PrefixData(prefix string) string { return filepath.Join(prefix, "share", "jupyter") }
