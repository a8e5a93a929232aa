package config

import (
	"path/filepath"

	"github.com/spindle-flow/spindle/engine/lint"
)

// Find reads the project that a flow's file belongs to: that of the nearest spindle.yaml at or above its folder. It returns
// nil where there is none. The findings are about that file.
func Find(flow string, readFile func(path string) ([]byte, error)) (*Project, []lint.Diagnostic) {
	for dir := filepath.Dir(flow); ; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, FileName)
		if data, err := readFile(file); err == nil {
			return Parse(file, data)
		}
		if dir == filepath.Dir(dir) {
			return nil, nil
		}
	}
}
