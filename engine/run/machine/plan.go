package machine

import (
	"fmt"
	"slices"
)

// Kind is how a step ends: the form of its transition.
type Kind uint8

// The forms a transition can take.
const (
	Linear Kind = iota
	Split
	Foreach
	Parallel
	Switch
	End
)

var kindNames = [...]string{"linear", "split", "foreach", "parallel", "switch", "end"}

func (k Kind) String() string { return kindNames[k] }

// Step is what the machine knows of one step.
type Step struct {
	Name string
	Kind Kind
	Next []string // in the order written
	Join bool
	// UserRetries are attempts after the first that run the body, ErrorRetries those after them that only handle the failure.
	UserRetries, ErrorRetries int
}

// Plan is a flow's graph as the machine needs it.
type Plan struct {
	Start, End string
	Steps      []Step
}

// node is a compiled Step: names are resolved to indices.
type node struct {
	Step
	next      []int32
	recursive bool // a switch that can choose itself
}

func compile(p Plan) (nodes []node, start, end int32, err error) {
	index := make(map[string]int32, len(p.Steps))
	for i, s := range p.Steps {
		if _, twice := index[s.Name]; twice {
			return nil, 0, 0, fmt.Errorf("step %q occurs twice in the plan", s.Name)
		}
		index[s.Name] = int32(i)
	}
	nodes = make([]node, len(p.Steps))
	for i, s := range p.Steps {
		n := node{Step: s, next: make([]int32, len(s.Next)), recursive: s.Kind == Switch && slices.Contains(s.Next, s.Name)}
		for j, name := range s.Next {
			to, ok := index[name]
			if !ok {
				return nil, 0, 0, fmt.Errorf("step %q leads to %q, which is not in the plan", s.Name, name)
			}
			n.next[j] = to
		}
		nodes[i] = n
	}
	start, ok := index[p.Start]
	if !ok {
		return nil, 0, 0, fmt.Errorf("the start step %q is not in the plan", p.Start)
	}
	end, ok = index[p.End]
	if !ok {
		return nil, 0, 0, fmt.Errorf("the end step %q is not in the plan", p.End)
	}
	return nodes, start, end, nil
}
