package python

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/graph"
)

// maxSource is the largest file that is read: far above any flow, and low enough that parsing cannot fill the memory.
const maxSource = 8 << 20

// parseLimit ends the parsing of text that the parser cannot get through in reasonable time: it takes some hundred times what
// an ordinary file does.
func parseLimit(size int) time.Duration {
	return 10*time.Second + time.Duration(size)*10*time.Microsecond
}

// open decodes and parses a file. Broken text yields a file with a fault; an error means that there is no tree at all.
func open(ctx context.Context, path string, data []byte) (*file, error) {
	if len(data) > maxSource {
		return nil, tooLarge(path)
	}
	return parseDecoded(ctx, path, decode(data), nil)
}

// parseDecoded parses a text. With an older version of the same file it looks only at what changed.
func parseDecoded(ctx context.Context, path string, d decoded, old *Parsed) (*file, error) {
	f := &file{path: path, text: d.text, lang: pythonLanguage()}
	f.lines, f.ascii = lineStarts(f.text), isASCII(f.text)
	if f.tree = f.reparse(ctx, old); f.tree == nil {
		var err error
		if f.tree, err = f.parse(ctx, f.text, nil); err != nil {
			return nil, err
		}
		if f.tree.RootNode().HasError() {
			if err := f.retry(ctx); err != nil {
				f.close()
				return nil, err
			}
		}
	}
	if d.problem != "" {
		at := f.pos(d.offset)
		f.fault = &graph.Fault{Kind: graph.FaultSyntax, Message: d.problem,
			Range: graph.Range{File: path, Start: at, End: graph.Pos{Line: at.Line, Column: at.Column + 1}}}
	} else {
		f.fault = f.syntaxFault()
	}
	return f, nil
}

// retry parses again with the lines inside brackets joined and without the comments on lines of their own, which the parser sometimes misreads
// when they are indented less than the statement they belong to: below a decorator, for one. Offsets stay the same.
func (f *file) retry(ctx context.Context) error {
	scan := scanTokens(f.text, true)
	if scan.problem != "" || bytes.Equal(scan.flat, f.text) {
		return nil // it can't help
	}
	tree, err := f.parse(ctx, scan.flat, nil)
	if err != nil {
		return ctx.Err() // else the first tree has to do
	}
	if tree.RootNode().HasError() {
		tree.Close()
		return nil
	}
	f.tree.Close()
	f.tree, f.flat = tree, true
	return nil
}

// parse makes the tree of a text, with the help of an older tree that has been told of the edits since.
func (f *file) parse(ctx context.Context, text []byte, old *ts.Tree) (*ts.Tree, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	text = terminated(text)
	p := ts.NewParser()
	defer p.Close()
	if err := p.SetLanguage(f.lang.ts); err != nil {
		return nil, fmt.Errorf("load the Python grammar: %w", err)
	}
	defer stopWith(ctx, p)()
	//lint:ignore SA1019 the callback that is to replace it goes through cgo for every hundred tokens
	p.SetTimeoutMicros(uint64(parseLimit(len(text)).Microseconds()))
	if tree := p.ParseWithOptions(chunks(text, old != nil), old, nil); tree != nil {
		return tree, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, &unreadable{f.path, "the file takes too long to parse"}
}

// terminated is a text that ends with a line end: the grammar wants one.
func terminated(text []byte) []byte {
	if n := len(text); n > 0 && text[n-1] != '\n' {
		return append(text[:n:n], '\n')
	}
	return text
}

// chunks hands a text to the parser. Each piece is copied for it, and a parser that only looks at what changed needs little.
func chunks(text []byte, little bool) func(int, ts.Point) []byte {
	size := len(text)
	if little {
		size = 4 << 10
	}
	return func(at int, _ ts.Point) []byte {
		if at >= len(text) {
			return nil
		}
		return text[at:min(at+size, len(text))]
	}
}

// stopWith makes the parser give up when the context ends. The function returned undoes it.
func stopWith(ctx context.Context, p *ts.Parser) (release func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	flag := new(uintptr)
	var pin runtime.Pinner
	pin.Pin(flag)
	//lint:ignore SA1019 as above
	p.SetCancellationFlag(flag)
	stop := context.AfterFunc(ctx, func() { atomic.StoreUintptr(flag, 1) })
	return func() {
		stop()
		//lint:ignore SA1019 as above
		p.SetCancellationFlag(nil)
		pin.Unpin()
	}
}

// unreadable is a file that exists and cannot be taken in.
type unreadable struct{ path, reason string }

func tooLarge(path string) error {
	return &unreadable{path, fmt.Sprintf("the file is larger than %d MiB", maxSource>>20)}
}

func (e *unreadable) Error() string { return fmt.Sprintf("read %q: %s", e.path, e.reason) }

func (e *unreadable) fault() graph.Fault {
	return graph.Fault{Kind: graph.FaultUnreadable, Message: e.reason, Range: fileStart(e.path)}
}

func fileStart(path string) graph.Range {
	return graph.Range{File: path, Start: graph.Pos{Line: 1, Column: 1}, End: graph.Pos{Line: 1, Column: 1}}
}
