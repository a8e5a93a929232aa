package vet

import (
	"go/token"
	"go/types"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

func isSDK(p *types.Package) bool { return p.Path() == golang.SDK }

// places converts a range; ok is false where it is in none of the package's files.
func (r reporter) places(at graph.Range) (pos, end token.Pos, ok bool) {
	for _, tree := range r.pass.Files {
		file := r.pass.Fset.File(tree.FileStart)
		if file.Name() != at.File {
			continue
		}
		text, err := r.pass.ReadFile(at.File)
		if err != nil {
			return token.NoPos, token.NoPos, false
		}
		return place(file, text, at.Start), place(file, text, at.End), true
	}
	return token.NoPos, token.NoPos, false
}

// place converts a position whose column counts code points.
func place(file *token.File, text []byte, at graph.Pos) token.Pos {
	if at.Line > file.LineCount() {
		return file.Pos(file.Size())
	}
	offset := file.Offset(file.LineStart(max(at.Line, 1)))
	for range at.Column - 1 {
		if offset >= len(text) || text[offset] == '\n' {
			break
		}
		_, size := utf8.DecodeRune(text[offset:])
		offset += size
	}
	return file.Pos(min(offset, file.Size()))
}
