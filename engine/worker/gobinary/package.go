package gobinary

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// program refuses a package that no program can be made of: the go command would build it without a word, and nothing would come of it.
func program(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil // the folder's own name is a pattern: the go command knows better
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		positions := token.NewFileSet()
		parsed, err := parser.ParseFile(positions, file, nil, parser.PackageClauseOnly)
		if err != nil || parsed.Name.Name == "main" || parsed.Name.Name == "documentation" {
			return nil // what is wrong with it the compiler says
		}
		at := positions.Position(parsed.Name.Pos())
		return &Error{Dir: dir, Faults: []Fault{{
			File: file, Line: at.Line, Column: at.Column, Message: "package " + parsed.Name.Name + " is no program",
			Detail: "A flow's package is called main and has func main() { flow.Main(&Train{}) }.",
		}}}
	}
	return nil
}
