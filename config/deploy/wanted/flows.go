package wanted

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/lint/targets"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// flows reads every flow once, and every folder's code.
type flows struct {
	readFile func(string) ([]byte, error)
	environ  []string // of the go command
	known    map[string]*flow
	packed   map[string]deploy.Files
	hashes   map[string]string // of files by path
}

func newFlows(r Request) *flows {
	return &flows{readFile: r.ReadFile, environ: r.Environ, known: map[string]*flow{}, packed: map[string]deploy.Files{}, hashes: map[string]string{}}
}

// flow is a flow as its source shows it.
type flow struct {
	static   *graph.Flow // nil where the source does not tell
	graph    *graph.Graph
	problems []lint.Diagnostic
	files    []string // all that was read for it
	judged   map[string][]lint.Diagnostic
	// elsewhere is what the program of a flow in Go is built of beside its package, as the code package names it.
	elsewhere []codepackage.File
}

func (f *flows) read(ctx context.Context, v *config.Variant) (*flow, error) {
	key := v.Flow.File + ":" + v.Flow.Class
	if known := f.known[key]; known != nil {
		return known, nil
	}
	out := &flow{judged: map[string][]lint.Diagnostic{}}
	f.known[key] = out
	if v.Flow.File == "" {
		return out, nil // what is wrong with it is said of spindle.yaml
	}
	err := out.source(ctx, v.Flow, f)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		out.problems = []lint.Diagnostic{{
			Code: "SP414", Severity: lint.Error, Range: v.Flow.At, Message: fmt.Sprintf("the flow %q cannot be read: %v", v.Flow.Path, err),
		}}
		return out, nil
	}
	if out.static != nil {
		out.graph = graph.New(out.static)
		out.problems = append(out.problems, structure.Check(out.static, out.graph)...)
	}
	return out, nil
}

// source reads the flow, and which files it is made of.
func (f *flow) source(ctx context.Context, of config.Flow, all *flows) error {
	if of.Go {
		return f.sourceGo(ctx, of, all.environ)
	}
	result, err := python.Read(ctx, python.Options{File: of.File, Class: of.Class, ReadFile: all.readFile})
	if err != nil {
		return err
	}
	f.static, f.files, f.problems = result.Flow, result.Files, structure.Source(result.Faults)
	return nil
}

// judge says what is wrong with the flow, and what the variant's target and compute cannot do of it.
func (f *flow) judge(v *config.Variant) []lint.Diagnostic {
	found := append([]lint.Diagnostic{}, f.problems...)
	if f.static == nil {
		return found
	}
	key := v.Target.Text + " " + v.Compute.Text
	if _, known := f.judged[key]; !known {
		f.judged[key] = targets.Check(f.static, f.graph, strings.Fields(key))
	}
	return append(found, f.judged[key]...)
}

// code is the flow's code: what a code package would have of the user's, as far as that shows without importing the flow.
func (f *flows) code(v *config.Variant, flow *flow) (deploy.Files, error) {
	if v.Flow.File == "" {
		return nil, nil
	}
	o := codepackage.Options{Flow: v.Flow.File, Imported: flow.files}
	for _, s := range v.Suffixes {
		o.Suffixes = append(o.Suffixes, s.Text)
	}
	key := v.Flow.File + "\x00" + strings.Join(o.Suffixes, ",")
	if known, ok := f.packed[key]; ok {
		return known, nil
	}
	if _, err := os.Stat(v.Flow.Dir()); err != nil {
		return nil, nil
	}
	if v.Flow.Go {
		if flow.static == nil {
			return nil, nil // what is wrong with it has been said
		}
		o.Flow = flow.static.File
	}
	list, _, err := codepackage.List(o)
	if err != nil {
		return nil, fmt.Errorf("list the code of %q: %w", v.Flow.Path, err)
	}
	files := deploy.Files{}
	for _, file := range append(list, flow.elsewhere...) {
		if files[file.Name], err = f.hash(file); err != nil {
			return nil, err
		}
	}
	f.packed[key] = files
	return files, nil
}

// hash is short: it tells versions of one file apart, and is read by people in a record.
func (f *flows) hash(file codepackage.File) (string, error) {
	if known, ok := f.hashes[file.Path]; ok {
		return known, nil
	}
	data, err := os.ReadFile(file.Path)
	if err != nil {
		return "", fmt.Errorf("read the code: %w", err)
	}
	sum := sha256.Sum256(data)
	text := hex.EncodeToString(sum[:12])
	if file.Executable {
		text += "x"
	}
	f.hashes[file.Path] = text
	return text, nil
}
