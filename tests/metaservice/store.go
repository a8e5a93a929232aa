package metaservice

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// fields are an object as it came, with what the service adds.
type fields map[string]any

// node is a flow, run, step or task with all below it.
type node struct {
	self     fields
	name     string
	children []*node
	records  []fields
	arts     []fields
	beats    int
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// store is all that the service knows.
type store struct {
	root        *node
	runs, tasks int // the latest numbers given
	records     int
}

func newStore() store { return store{root: &node{}} }

func read(r *http.Request) (any, error) {
	data, err := io.ReadAll(r.Body)
	if err != nil || len(data) == 0 {
		return nil, err
	}
	var body any
	err = json.Unmarshal(data, &body)
	return body, err
}

func message(text string) string {
	b, _ := json.Marshal(map[string]string{"message": text}) // a text always has JSON
	return string(b)
}

func ok(v any) answer {
	b, err := json.Marshal(v)
	if err != nil {
		return answer{status: http.StatusInternalServerError, body: message(err.Error())}
	}
	return answer{status: http.StatusOK, body: string(b)}
}

var notFound = answer{status: http.StatusNotFound, body: `{"message":"not found"}`}

// find is the object that a path names, as flows/F/runs/R/steps/S/tasks/T, and what is left of the path behind it.
func (s *store) find(parts []string) (path []*node, rest []string) {
	path = []*node{s.root}
	for _, kind := range []string{"flows", "runs", "steps", "tasks"} {
		if len(parts) < 2 || parts[0] != kind {
			break
		}
		next := path[len(path)-1].child(parts[1])
		if next == nil {
			return path, parts
		}
		path, parts = append(path, next), parts[2:]
	}
	return path, parts
}

// route is what the service makes of a request. The caller holds the server's mutex.
func (s *Server) route(r *http.Request, parts []string, body any) answer {
	if r.URL.Path == "/ping" {
		return answer{status: http.StatusOK, body: "pong"}
	}
	path, rest := s.data.find(parts)
	n := path[len(path)-1]
	line := r.Method + " " + strings.Join(rest, "/")
	object, _ := body.(map[string]any)
	depth := len(path) - 1
	switch {
	case r.Method == http.MethodGet && len(rest) == 0:
		return ok(shown(path))
	case r.Method == http.MethodGet && len(rest) == 1 && depth < 4 && rest[0] == [...]string{"flows", "runs", "steps", "tasks"}[depth]:
		return s.list(path)
	case r.Method == http.MethodGet && depth == 3 && len(rest) == 1 && rest[0] == "filtered_tasks":
		return s.filtered(path, r)
	case r.Method == http.MethodGet && depth == 4:
		return s.ofTask(n, path, rest)
	case r.Method == http.MethodPost && depth == 0 && len(rest) == 2 && rest[0] == "flows":
		n.children = append(n.children, &node{self: object, name: rest[1]})
		return ok(object)
	case line == "POST " && depth == 1:
		return answer{status: http.StatusConflict, body: message("flow exists")}
	case line == "POST run" && depth == 1:
		return s.newRun(n, object)
	case r.Method == http.MethodPost && depth == 2 && len(rest) == 3 && rest[0] == "steps" && rest[2] == "step":
		step := &node{self: object, name: rest[1]}
		n.children = append(n.children, step)
		return ok(shown(append(path, step)))
	case line == "POST step" && depth == 3:
		return answer{status: http.StatusConflict, body: message("step exists")}
	case line == "POST task" && depth == 3:
		return s.newTask(path, object)
	case line == "POST metadata" && depth == 4:
		return s.addRecords(n, body)
	case line == "POST artifact" && depth == 4:
		return s.addArtifacts(n, body)
	case line == "POST heartbeat" && (depth == 2 || depth == 4):
		n.beats++
		n.self["last_heartbeat_ts"] = s.opts.Now().Unix()
		b, _ := json.Marshal(map[string]int{"wait_time_in_seconds": s.opts.Wait}) // a number always has JSON
		return ok(string(b))
	case line == "PATCH tag/mutate" && depth == 2:
		return mutate(n, object)
	}
	return notFound
}

// name is the id of a new object: the one given, or the next number. A number must not be given.
func name(given any, next *int) (id any, ok bool) {
	text, _ := given.(string)
	if text == "" {
		if n, isNumber := given.(float64); isNumber {
			text = strconv.Itoa(int(n))
		}
	}
	if text == "" {
		*next++
		return *next, true
	}
	if _, err := strconv.Atoi(text); err == nil {
		return nil, false
	}
	return text, true
}

func textOf(id any) string {
	if n, isNumber := id.(int); isNumber {
		return strconv.Itoa(n)
	}
	text, _ := id.(string)
	return text
}

func (s *Server) newRun(flow *node, o fields) answer {
	id, fine := name(o["run_number"], &s.data.runs)
	switch {
	case !fine:
		return answer{status: http.StatusBadRequest, body: message("run_number must not be a number")}
	case flow.child(textOf(id)) != nil:
		return answer{status: http.StatusConflict, body: message("run exists")}
	}
	o["run_number"], o["last_heartbeat_ts"] = id, nil
	run := &node{self: o, name: textOf(id)}
	flow.children = append(flow.children, run)
	return ok(o)
}

func (s *Server) newTask(path []*node, o fields) answer {
	step := path[len(path)-1]
	id, fine := name(o["task_id"], &s.data.tasks)
	switch {
	case !fine:
		return answer{status: http.StatusBadRequest, body: message("task_id must not be a number")}
	case step.child(textOf(id)) != nil:
		return answer{status: http.StatusConflict, body: message("task exists")}
	}
	o["task_id"] = id
	task := &node{self: o, name: textOf(id)}
	step.children = append(step.children, task)
	return ok(shown(append(slices.Clone(path), task)))
}

// shown is an object as the service answers it: with the tags of its run, whatever it was made with.
func shown(path []*node) fields {
	n := path[len(path)-1]
	out := fields{}
	for k, v := range n.self {
		out[k] = v
	}
	if len(path) > 2 {
		run := path[2].self
		out["run_number"], out["tags"], out["system_tags"] = run["run_number"], run["tags"], run["system_tags"]
	}
	return out
}

func (s *Server) list(path []*node) answer {
	out := []fields{}
	for _, c := range path[len(path)-1].children {
		out = append(out, shown(append(slices.Clone(path), c)))
	}
	return ok(out)
}
