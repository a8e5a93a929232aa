package metaservice

import (
	"fmt"
	"slices"
)

// Task is what the service knows of one task.
type Task struct {
	Pathspec  string   // run/step/task
	Records   []string // field=value [tags]
	Artifacts []string // attempt/name
	Beats     int
}

// Run is what the service knows of one run.
type Run struct {
	ID    string
	Tags  []string
	Beats int
	Tasks []Task
}

// Runs are the runs of a flow, in the order in which they were made.
func (s *Server) Runs(flow string) []Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.data.root.child(flow)
	if f == nil {
		return nil
	}
	var out []Run
	for _, n := range f.children {
		run := Run{ID: n.name, Beats: n.beats, Tags: texts(n.self["tags"])}
		for _, step := range n.children {
			for _, task := range step.children {
				run.Tasks = append(run.Tasks, lookAt(n.name+"/"+step.name+"/"+task.name, task))
			}
		}
		out = append(out, run)
	}
	return out
}

func lookAt(spec string, n *node) Task {
	t := Task{Pathspec: spec, Beats: n.beats}
	for _, r := range n.records {
		t.Records = append(t.Records, fmt.Sprintf("%v=%v %v", r["field_name"], r["value"], r["tags"]))
	}
	for _, a := range n.arts {
		t.Artifacts = append(t.Artifacts, attemptOf(a)+"/"+fmt.Sprint(a["name"]))
	}
	slices.Sort(t.Artifacts)
	return t
}

// Twice are the records and artifacts of a run that are there more than once; none should be.
func (r Run) Twice() []string {
	var out []string
	for _, t := range r.Tasks {
		seen := map[string]bool{}
		for _, what := range append(slices.Clone(t.Records), t.Artifacts...) {
			if seen[what] {
				out = append(out, t.Pathspec+": "+what)
			}
			seen[what] = true
		}
	}
	return out
}

// Flows are the names of the flows it knows.
func (s *Server) Flows() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, n := range s.data.root.children {
		out = append(out, n.name)
	}
	return out
}
