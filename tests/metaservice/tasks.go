package metaservice

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// addRecords takes a list of records. Nothing keeps one from being added twice.
func (s *Server) addRecords(n *node, body any) answer {
	list, isList := body.([]any)
	if !isList {
		return answer{status: http.StatusBadRequest, body: message("a list is wanted")}
	}
	for _, item := range list {
		o, _ := item.(map[string]any)
		s.data.records++
		o["id"] = s.data.records
		if _, isText := o["value"].(string); !isText { // the column is one of text
			b, _ := json.Marshal(o["value"]) // it came as JSON
			o["value"] = string(b)
		}
		n.records = append(n.records, o)
	}
	return ok(map[string]int{"metadata_created": len(list)})
}

// addArtifacts takes those that are new, and says that there is a conflict if some are not.
func (s *Server) addArtifacts(n *node, body any) answer {
	list, isList := body.([]any)
	if !isList {
		return answer{status: http.StatusBadRequest, body: message("a list is wanted")}
	}
	for _, item := range list {
		o, _ := item.(map[string]any)
		for _, old := range n.arts {
			if old["name"] == o["name"] && old["attempt_id"] == o["attempt_id"] {
				return answer{status: http.StatusConflict, body: message("artifact exists")}
			}
		}
		n.arts = append(n.arts, o)
	}
	return ok(map[string]int{"artifacts_created": len(list)})
}

// ofTask answers what is read of a task.
func (s *Server) ofTask(n *node, path []*node, rest []string) answer {
	run := path[2].self
	with := func(o fields) fields {
		out := fields{}
		for k, v := range o {
			out[k] = v
		}
		out["run_number"], out["task_id"] = run["run_number"], n.self["task_id"]
		return out
	}
	artifact := func(o fields) fields {
		out := with(o)
		out["tags"], out["system_tags"] = run["tags"], run["system_tags"]
		return out
	}
	switch {
	case len(rest) == 1 && rest[0] == "metadata":
		out := []fields{}
		for _, o := range n.records {
			out = append(out, with(o))
		}
		return ok(out)
	case len(rest) == 1 && rest[0] == "artifacts":
		return ok(ofAttempt(n.arts, latest(n.arts, ""), artifact))
	case len(rest) == 3 && rest[0] == "attempt" && rest[2] == "artifacts":
		return ok(ofAttempt(n.arts, rest[1], artifact))
	case len(rest) >= 2 && rest[0] == "artifacts":
		attempt := latest(n.arts, rest[1])
		if len(rest) == 4 && rest[2] == "attempt" {
			attempt = rest[3]
		}
		for _, o := range ofAttempt(n.arts, attempt, artifact) {
			if o["name"] == rest[1] {
				return ok(o)
			}
		}
	}
	return notFound
}

func attemptOf(o fields) string {
	b, _ := json.Marshal(o["attempt_id"]) // it came as JSON
	return strings.Trim(string(b), `"`)
}

// latest is the latest attempt that left an artifact, or one of that name.
func latest(arts []fields, name string) string {
	last := ""
	for _, o := range arts {
		if a := attemptOf(o); (name == "" || o["name"] == name) && a > last {
			last = a
		}
	}
	return last
}

func ofAttempt(arts []fields, attempt string, with func(fields) fields) []fields {
	out := []fields{}
	for _, o := range arts {
		if attemptOf(o) == attempt {
			out = append(out, with(o))
		}
	}
	return out
}

// filtered are the pathspecs of the tasks of a step with a record that matches.
func (s *Server) filtered(path []*node, r *http.Request) answer {
	field, pattern := r.URL.Query().Get("metadata_field_name"), r.URL.Query().Get("pattern")
	expr, err := regexp.Compile("^(?:" + pattern + ")")
	if err != nil {
		return answer{status: http.StatusBadRequest, body: message(err.Error())}
	}
	out := []string{}
	for _, task := range path[3].children {
		hit := field == "" && pattern == ""
		for _, rec := range task.records {
			value, _ := rec["value"].(string)
			hit = hit || (field == "" || rec["field_name"] == field) && expr.MatchString(value)
		}
		if hit {
			out = append(out, strings.Join([]string{path[1].name, path[2].name, path[3].name, task.name}, "/"))
		}
	}
	return ok(out)
}

// mutate changes the user tags of a run: removals first.
func mutate(run *node, o fields) answer {
	user, system := texts(run.self["tags"]), texts(run.self["system_tags"])
	add, remove := texts(o["tags_to_add"]), texts(o["tags_to_remove"])
	for _, tag := range remove {
		if slices.Contains(system, tag) {
			return answer{status: http.StatusUnprocessableEntity, body: message("cannot remove system tag " + tag)}
		}
	}
	user = slices.DeleteFunc(user, func(tag string) bool { return slices.Contains(remove, tag) })
	for _, tag := range add {
		if !slices.Contains(user, tag) && !slices.Contains(system, tag) {
			user = append(user, tag)
		}
	}
	if len(user) > 50 {
		return answer{status: http.StatusUnprocessableEntity, body: message("too many tags")}
	}
	run.self["tags"] = user
	return ok(map[string][]string{"tags": user})
}

// texts is a list of texts, as it came or as it was made here.
func texts(v any) []string {
	if list, isTexts := v.([]string); isTexts {
		return slices.Clone(list)
	}
	list, _ := v.([]any)
	out := []string{}
	for _, item := range list {
		if text, isText := item.(string); isText {
			out = append(out, text)
		}
	}
	return out
}
