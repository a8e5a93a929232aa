package config

import (
	"path/filepath"

	"github.com/spindle-flow/spindle/engine/lint"
)

// Find reads the project that a flow's file belongs to: that of the nearest spindle.yaml at or above its folder. It returns
// nil where there is none. The findings are about what that file says as it stands; [Project.Resolve] tells more.
func Find(flow string, around Surroundings) (*Project, []lint.Diagnostic) {
	for dir := filepath.Dir(flow); ; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, FileName)
		if data, err := around.ReadFile(file); err == nil {
			return Parse(file, data, around)
		}
		if dir == filepath.Dir(dir) {
			return nil, nil
		}
	}
}
