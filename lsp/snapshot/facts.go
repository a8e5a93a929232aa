package snapshot

import (
	"path/filepath"
	"slices"
	"sync"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/lsp/names"
)

// Facts is one flow with all that features ask about it. Each part is made when somebody asks first.
type Facts struct {
	*files.Judged

	index     lazy[*names.Index]
	artifacts lazy[*dataflow.Analysis]
	sources   lazy[[]configs.Source]
}

type lazy[T any] struct {
	once  sync.Once
	value T
}

func (l *lazy[T]) get(make func() T) T {
	l.once.Do(func() { l.value = make() })
	return l.value
}

// Names knows every place that names something of the flow.
func (f *Facts) Names() *names.Index {
	return f.index.get(func() *names.Index { return names.New(f.Flow) })
}

// Artifacts follows artifacts through the flow's graph.
func (f *Facts) Artifacts() *dataflow.Analysis {
	return f.artifacts.get(func() *dataflow.Analysis { return dataflow.New(f.Graph) })
}

// Configs are the flow's configs with what their files hold. The files are read as a snapshot has them that the analysis is good for.
func (f *Facts) Configs(s *Snapshot) []configs.Source {
	return f.sources.get(func() []configs.Source {
		return configs.Sources(f.Flow, configs.Options{ReadFile: s.ReadFile, Dir: filepath.Dir(f.Flow.File)})
	})
}

// Facts lists the flows of the file in the order of the source.
func (a *Analysis) Facts() []*Facts {
	return a.facts.get(func() []*Facts {
		out := make([]*Facts, len(a.Flows))
		for i := range a.Flows {
			out[i] = &Facts{Judged: &a.Flows[i]}
		}
		return out
	})
}

// Classes lists the classes of the file that its flows derive from, each as the flow it is by itself, without findings.
func (a *Analysis) Classes() []*Facts {
	return a.classes.get(func() []*Facts {
		var out []*Facts
		for _, found := range a.Source.List {
			f := found.Flow
			judged := slices.ContainsFunc(a.Flows, func(j files.Judged) bool { return j.Flow == f })
			if found.Sure && !judged {
				out = append(out, &Facts{Judged: &files.Judged{Flow: f, Graph: graph.New(f), Template: true}})
			}
		}
		return out
	})
}
