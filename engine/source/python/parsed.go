package python

import (
	"context"
	"runtime"
	"sync"

	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Parsed is a source file with its syntax tree, for a caller that reads the same files again and again. It does not change and may be used
// by several readers at once.
//
// The tree is memory of C's. [Parsed.Release] gives it back early; a Parsed that is used after that parses its text again, so that
// releasing one is never wrong. One that is forgotten gives its tree back when it is collected.
type Parsed struct {
	path  string
	text  []byte
	whole string // the text, where it was at hand as a string
	lines []int
	ascii bool
	flat  bool
	fault *graph.Fault

	memory *memory // of readings, shared by all versions of a text; nil for a file that is not edited

	mu   sync.Mutex
	tree *ts.Tree  // nil when released
	kept *flatCopy // nil when released, and for a file that is not edited
	// sound is the last version without errors, from which later ones are parsed; nil where there is none, or when released.
	sound   *sound
	cleanup runtime.Cleanup
}

// sound is a text with a tree that has no errors.
type sound struct {
	text  []byte
	lines []int
	tree  *ts.Tree
	kept  *flatCopy
}

// flatCopy is the flat copy of a tree, made when it is first asked for.
type flatCopy struct {
	mu    sync.Mutex
	nodes []flatNode // guarded by mu
}

func (c *flatCopy) nodesOf(f *file) []flatNode {
	if c == nil {
		return flatten(f.tree.RootNode(), f.lang, older{})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.nodes == nil {
		c.nodes = flatten(f.tree.RootNode(), f.lang, older{})
	}
	return c.nodes
}

// made returns the copy if there is one.
func (c *flatCopy) made() []flatNode {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes
}

func (s *sound) clone() *sound {
	if s == nil {
		return nil
	}
	return &sound{s.text, s.lines, s.tree.Clone(), s.kept}
}

func (s *sound) close() {
	if s != nil {
		s.tree.Close()
	}
}

// Parse decodes and parses a file as it is on disk.
func Parse(ctx context.Context, path string, data []byte) (*Parsed, error) {
	f, err := open(ctx, path, data)
	if err != nil {
		return nil, err
	}
	return f.keep(nil, nil), nil
}

// ParseText parses a text of an editor, in which a declaration of an encoding has no meaning any more. Old, which may be nil, is an
// earlier version of the text: with it only what changed is parsed, and the result is the same as without.
func ParseText(ctx context.Context, path, text string, old *Parsed) (*Parsed, error) {
	return ParseBytes(ctx, path, text, []byte(text), old)
}

// ParseBytes is [ParseText] for a text that is at hand as bytes too. They are kept and must not change.
func ParseBytes(ctx context.Context, path, text string, data []byte, old *Parsed) (*Parsed, error) {
	if len(text) > maxSource {
		return nil, tooLarge(path)
	}
	f, err := parseDecoded(ctx, path, decodeText(data), old)
	if err != nil {
		return nil, err
	}
	if string(f.text) == text { // there was nothing to decode
		f.whole = text
	}
	p := f.keep(old, &flatCopy{nodes: f.nodes})
	if old != nil && old.memory != nil {
		p.memory = old.memory
	} else {
		p.memory = &memory{}
	}
	return p, nil
}

// keep makes of an opened file one that lasts. The copy of its tree, if given, lasts as long: it speeds up the next version.
func (f *file) keep(old *Parsed, kept *flatCopy) *Parsed {
	p := &Parsed{path: f.path, text: f.text, whole: f.whole, lines: f.lines, ascii: f.ascii, flat: f.flat, fault: f.fault, tree: f.tree, kept: kept}
	if !f.flat && !f.tree.RootNode().HasError() {
		p.sound = &sound{p.text, p.lines, p.tree.Clone(), p.kept}
	} else if old != nil {
		p.sound = old.base()
	}
	p.cleanup = runtime.AddCleanup(p, closeTrees, trees{p.tree, p.sound})
	return p
}

// trees is what a Parsed holds of C's memory.
type trees struct {
	tree  *ts.Tree
	sound *sound
}

func closeTrees(t trees) {
	t.tree.Close()
	t.sound.close()
}

// Release gives the tree back. It does nothing to nil.
func (p *Parsed) Release() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tree != nil {
		p.cleanup.Stop()
		closeTrees(trees{p.tree, p.sound})
		p.tree, p.sound, p.kept = nil, nil, nil
	}
}

// base returns the version to parse later ones from, for the caller to close.
func (p *Parsed) base() *sound {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sound.clone()
}

// Text is the decoded text, the one that positions count in: without byte order mark, lines ended by \n.
func (p *Parsed) Text() string { return string(p.text) }

// clone returns a tree of the caller's own and where its copy is kept, nil when the tree is released.
func (p *Parsed) clone() (*ts.Tree, *flatCopy) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tree == nil {
		return nil, nil
	}
	return p.tree.Clone(), p.kept
}

// file returns the file for one reader, which closes it.
func (p *Parsed) file(ctx context.Context) (*file, error) {
	f := &file{path: p.path, text: p.text, whole: p.whole, lines: p.lines, ascii: p.ascii, flat: p.flat, fault: p.fault, lang: pythonLanguage(), memory: p.memory}
	if f.tree, f.kept = p.clone(); f.tree == nil {
		text := p.text
		if p.flat {
			text = scanTokens(text, true).flat
		}
		var err error
		if f.tree, err = f.parse(ctx, text, nil); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Visit calls a function with the root of the syntax tree and the text it is of. Neither may be kept.
func (p *Parsed) Visit(ctx context.Context, visit func(root *ts.Node, text []byte)) error {
	f, err := p.file(ctx)
	if err != nil {
		return err
	}
	defer f.close()
	visit(f.tree.RootNode(), f.text)
	return nil
}

// Place is the place of an offset in the text.
func (p *Parsed) Place(offset int) graph.Pos {
	f := &file{text: p.text, lines: p.lines, ascii: p.ascii}
	return f.pos(offset)
}

// Offset is the offset of a place in the text. A place behind the end of its line is the line's end.
func (p *Parsed) Offset(at graph.Pos) int {
	if at.Line < 1 {
		return 0
	}
	if at.Line > len(p.lines) {
		return len(p.text)
	}
	start, end := p.lines[at.Line-1], len(p.text)
	if at.Line < len(p.lines) {
		end = p.lines[at.Line] - 1
	}
	if p.ascii {
		return min(start+max(at.Column-1, 0), end)
	}
	column := 1
	for i := range string(p.text[start:end]) {
		if column >= at.Column {
			return start + i
		}
		column++
	}
	return end
}
