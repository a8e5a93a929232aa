package stepfunctions

import (
	"strconv"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/scheduled"
)

const (
	// maxListed is how many items a task lists for the machine; more are only in a file, which a distributed map reads.
	maxListed = scheduled.InlineItems
	// maxEvents is what the history of an execution may hold of a foreach: 25,000 is the end of an execution, and other steps need some as well.
	maxEvents = 20_000
	// nestedItems is how many items of a foreach that has another one inside are done in the execution itself; how many events come of one is not known
	// before, and an inline map does no more than 40 at once.
	nestedItems = 40
)

// foreach does the steps up to the join for each item. Up to a size that is done in the execution itself. What is larger is done in executions of their own
// (a distributed map), which want more rights: inside another foreach only where distributed maps were asked for.
func (r *region) foreach(n *graph.Node, task *state) {
	each := r.names.make(r, n.Name, "each")
	if r.distributed {
		task.Next = each
		r.add(each, r.distributedMap(n))
		r.after(n, r.scope.States.by[each])
		return
	}
	size := r.names.make(r, n.Name, "size")
	task.Next = r.told(n, size)
	inline := r.inlineMap(n)
	limit, many := r.tooMany(n, inline.ItemProcessor)
	r.add(size, &state{Type: "Choice", Choices: []choice{{Variable: told + ".splits", NumericGreaterThan: limit, Next: many}}, Default: each})
	r.add(each, inline)
	if r.depth > 0 {
		r.add(many, &state{
			Type: "Fail", Error: "Spindle.TooManyItems",
			Cause: "step " + n.Name + " has more than " + strconv.Itoa(maxListed) + " items inside another foreach: deploy with --use-distributed-map",
		})
	} else {
		s := r.distributedMap(n)
		s.Next = r.names.of(r, n.MatchingJoin)
		r.add(many, s)
	}
	r.after(n, inline)
}

// tooMany is how many items are done inline, and the state for more.
func (r *region) tooMany(n *graph.Node, body *scope) (limit int, state string) {
	if r.depth > 0 {
		return maxListed, r.names.make(r, n.Name, "toomany")
	}
	limit = min(maxListed, maxEvents/(2+6*body.count()))
	if body.maps() {
		limit = min(limit, nestedItems)
	}
	return limit, r.names.make(r, n.Name, "many")
}

// count is how many states a scope has, those inside of others included.
func (s *scope) count() int {
	n := len(s.States.names)
	for _, inner := range s.inner() {
		n += inner.count()
	}
	return n
}

// maps says whether a foreach is inside.
func (s *scope) maps() bool {
	for _, st := range s.States.by {
		if st.Type == "Map" {
			return true
		}
	}
	for _, inner := range s.inner() {
		if inner.maps() {
			return true
		}
	}
	return false
}

func (s *scope) inner() []*scope {
	var out []*scope
	for _, name := range s.States.names {
		st := s.States.by[name]
		if st.ItemProcessor != nil {
			out = append(out, st.ItemProcessor)
		}
		out = append(out, st.Branches...)
	}
	return out
}

func (r *region) inlineMap(n *graph.Node) *state {
	s := r.mapOf(n, "INLINE")
	s.ItemsPath = told + ".items"
	return s
}

func (r *region) distributedMap(n *graph.Node) *state {
	s := r.mapOf(n, "DISTRIBUTED")
	s.ItemProcessor.ProcessorConfig.ExecutionType = "STANDARD"
	s.ItemReader = &itemReader{
		Resource: r.resource("s3:getObject"), ReaderConfig: map[string]string{"InputType": "JSON"}, Parameters: r.object(n, ".items.json"),
	}
	return s
}

func (r *region) mapOf(n *graph.Node, mode string) *state {
	body := r.compiler.region(&scope{ProcessorConfig: &processor{Mode: mode}}, n.MatchingJoin, r.depth+1)
	body.scope.StartAt = r.names.of(body, n.Out[0])
	body.walk(n.Out[0])
	return &state{
		Type: "Map", ItemSelector: r.item(n), ItemProcessor: body.scope, MaxConcurrency: r.maxWorkers, ResultPath: nowhere,
	}
}

// item is what the first state of a foreach's body is given for an item.
func (r *region) item(n *graph.Node) params {
	p := params{"Deployment.$": "$.Deployment", "Execution.$": "$.Execution"}
	if r.depth == 0 {
		p["Path.$"] = format("{}", "$$.Map.Item.Value")
	} else {
		p["Path.$"] = format("{}-{}", "$.Path", "$$.Map.Item.Value")
	}
	first := r.g.Node(n.Out[0])
	if r.several(first.Name) {
		p["From"] = n.Name
	}
	if first.Recursive {
		p["Loop"], p["Turn"] = 0, ""
	}
	return p
}
