package batch

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/batch/types"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
)

// job is one job while it is waited for: one task, or the nodes of a parallel step.
type job struct {
	record Record
	step   *Step
	nodes  []*node // one, but for a parallel step
	unsure bool    // an answer to its submission was lost: it may have a twin

	// Of the watcher's two loops.
	mu       sync.Mutex
	status   types.JobStatus
	reason   string
	changed  time.Time
	told     time.Time // when its state was last told
	missing  time.Time // since when Batch does not know it
	terminal *ending
	ending   bool  // it is being ended, or that was given up
	failed   error // the engine could not go on watching it
}

// node is one task's part of a job.
type node struct {
	job     *job
	attempt remote.Attempt
	paths   remote.Paths
	handler compute.Handler
	limit   time.Duration // of the step's own time
	// parallel is the node's place among those of its job, nil for a job of one container.
	parallel *worker.ParallelNode

	calls sync.Mutex // held while the handler is called

	mu      sync.Mutex
	busy    bool // its logs or outcome are being read
	logs    remote.Pieces
	waits   *remote.Outcome // that of a task which was stopped from outside, while Batch has not said why
	since   time.Time       // since when it waits
	ended   bool
	done    chan struct{}
	outcome compute.Outcome
}

// finish hands the outcome to whoever waits. Only the first counts.
func (n *node) finish(o compute.Outcome) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ended {
		return
	}
	n.ended = true
	o.Place, o.Facts = Kind, n.facts(o.Facts)
	n.outcome = o
	close(n.done)
}

// facts are what is recorded of the job: what its container saw, or, where it left nothing, what is known here.
func (n *node) facts(seen []compute.Fact) []compute.Fact {
	if n.job == nil || n.job.record.Job == "" {
		return seen
	}
	known := map[string]bool{}
	for _, f := range seen {
		known[f.Field] = true
	}
	add := func(f compute.Fact) {
		if !known[f.Field] {
			seen = append(seen, f)
		}
	}
	id := n.job.record.Job
	if n.parallel != nil {
		id += "#" + strconv.Itoa(n.parallel.NodeIndex)
		add(compute.Fact{Field: "parallel-node-index", Value: strconv.Itoa(n.parallel.NodeIndex), Number: true})
	}
	add(compute.Fact{Field: "aws-batch-job-id", Value: id})
	add(compute.Fact{Field: "aws-batch-jq-name", Value: n.job.record.Queue})
	return seen
}

func (n *node) finished() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.ended
}

// tell is a line about the task, which carries the job's id as the lines of the task do.
func (n *node) tell(at time.Time, format string, args ...any) {
	h, ok := n.handler.(compute.Remote)
	if !ok {
		return
	}
	text := fmt.Sprintf(format, args...)
	if n.job != nil && n.job.record.Job != "" {
		text = "[" + n.job.record.Job + "] " + text
	}
	n.calls.Lock()
	defer n.calls.Unlock()
	h.Told(compute.Stderr, at, []byte(text))
}

// place tells where the task is.
func (n *node) place(at time.Time, state, reason string) {
	h, ok := n.handler.(compute.Remote)
	if !ok {
		return
	}
	n.calls.Lock()
	defer n.calls.Unlock()
	h.Placed(at, compute.Placement{Kind: Kind, Job: n.job.record.Job, State: state, Reason: reason})
}

// line passes on what the task printed.
func (n *node) line(l remote.Line) {
	n.calls.Lock()
	defer n.calls.Unlock()
	if l.Truncated {
		n.handler.Truncated(l.Stream, l.At)
		return
	}
	n.handler.Line(l.Stream, l.At, l.Text)
}

// placeOf is a task's place in its run.
func placeOf(t *worker.Task) string {
	var b strings.Builder
	b.WriteString(t.Step)
	for _, f := range t.ForeachStack {
		fmt.Fprintf(&b, "[%d]", f.Index)
	}
	for _, i := range t.IterationStack {
		fmt.Fprintf(&b, "<%d>", i)
	}
	return b.String()
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// nameOf is a job's name: as Metaflow makes it, and something that no other job has.
func nameOf(user string, a remote.Attempt, random func() float64) string {
	name := notInName.ReplaceAllString(fmt.Sprintf("%s-%s-%s-%s-%s-%d", user, a.Flow, a.Run, a.Step, a.Task, a.Number), "_")
	if first := name[0]; first == '_' || first == '-' {
		name = "x" + name // a name begins with a letter or digit
	}
	return fmt.Sprintf("%.117s-%010x", name, int64(random()*(1<<40)))
}

var notInTag = regexp.MustCompile(`[^A-Za-z0-9\s+\-=._:/@]`)

// outcomeOf is what a helper's outcome means for the run.
func outcomeOf(o *remote.Outcome) compute.Outcome {
	out := o.Compute()
	out.Stored = true
	for _, field := range slices.Sorted(maps.Keys(o.Around)) {
		out.Facts = append(out.Facts, compute.Fact{Field: field, Value: o.Around[field]})
	}
	if out.Result != nil {
		result := *out.Result
		result.Artifacts = make([]worker.Produced, len(o.Values))
		for i, v := range o.Values {
			result.Artifacts[i] = worker.Produced{Name: v.Name, Type: v.Type, Encoding: v.Encoding, Size: v.Size, Key: v.Key}
		}
		out.Result = &result
	}
	if o.Failure != nil {
		out.Result, out.Reason, out.Final = nil, o.Failure.Message, !o.Failure.Retry
	}
	return out
}

func parsePaths(folder string) (remote.Paths, error) {
	place, err := objects.Parse(folder)
	return remote.Paths{Folder: place}, err
}
