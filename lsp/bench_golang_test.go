package lsp_test

import (
	"fmt"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

// goModule is the files of a module with many packages and a flow that imports each of them through the next.
func goModule(packages int) map[string]string {
	files := map[string]string{}
	for i := range packages {
		text := fmt.Sprintf("package p%d\n\nimport (\n\t\"net/http\"\n", i)
		value := "len(http.MethodGet)"
		if i+1 < packages {
			text += fmt.Sprintf("\n\t\"example.com/demand/p%d\"\n", i+1)
			value += fmt.Sprintf(" + p%d.Value()", i+1)
		}
		files[fmt.Sprintf("p%d/p.go", i)] = text + ")\n\n// Value counts.\nfunc Value() int { return " + value + " }\n"
	}
	main := strings.Replace(goMain, "\"example.com/demand/rows\"", "\"example.com/demand/p0\"\n\t\"example.com/demand/rows\"", 1)
	files["train/main.go"] = strings.Replace(main, "println(len(t.Grid))", "println(len(t.Grid), p0.Value())", 1)
	files["train/lost.go"], files["rows/rows.go"] = goLost, goRows
	return files
}

// BenchmarkGoEdit is from something typed in a flow in Go, in a module of 200 packages, to the findings that follow, and back.
func BenchmarkGoEdit(b *testing.B) {
	dir := workspace(b, goModule(200))
	editor.WriteModule(b, dir)
	e := editor.Start(b, dir, editor.Options{})
	e.Open("train/main.go")
	e.Open("train/lost.go")
	told(e, "train/lost.go", "SP120")
	line := uint32(strings.Count(e.Read("train/main.go")[:strings.Index(e.Read("train/main.go"), "flow.To(t.End)")], "\n"))
	typed, codes := [2]string{"Lost", "End"}, [2]string{"", "SP120"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := protocol.Position{Line: line, Character: 18}
		e.Type("train/main.go", protocol.Range{Start: at, End: behind(at, typed[(i+1)%2])}, typed[i%2])
		told(e, "train/lost.go", codes[i%2])
	}
}
