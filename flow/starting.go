package flow

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// parameters is a run's first task: it stores the parameters, the configs and the graph.
func (t *task) parameters() any {
	declared, err := t.program.parameters()
	if err != nil {
		return t.lost(err)
	}
	own := private{
		"name": t.program.name, "_transition": nil, "_task_ok": true, "_success": true, "_foreach_stack": []any{}, "_configs_processed": true,
	}
	var wrong []wire.Invalid
	for _, p := range declared {
		value, err := t.parameter(p, t.message.Values[p.Param])
		if err != nil {
			wrong = append(wrong, wire.Invalid{Parameter: p.Param, Message: err.Error()})
			continue
		}
		own[p.Name] = value
	}
	if len(wrong) > 0 {
		return wire.Wrong{Type: "invalid", Errors: wrong}
	}
	if err := t.startWith(own); err != nil {
		return t.lost(err)
	}
	t.left = &left{task: t, from: map[string]source{}}
	k, err := t.persist(own, false)
	if err != nil {
		return t.lost(err)
	}
	return wire.Done{Type: "done", Success: true, Artifacts: k.artifacts, Inherit: k.inherit}
}

// startWith adds the configs and the graph.
func (t *task) startWith(own private) error {
	for _, f := range t.program.fields {
		if f.Config == "" {
			continue
		}
		value, err := f.configValue(t.message.Options)
		if err != nil {
			return err
		}
		own[f.Name] = value
	}
	graph, err := graphInfo(t.message.GraphInfo)
	own["_graph_info"] = graph
	return err
}

// graphInfo is the description of the graph as it is stored: JSON has no mapping with keys that are not text.
func graphInfo(raw json.RawMessage) (any, error) {
	if len(raw) == 0 {
		return map[string]any{}, nil
	}
	info, err := parseJSON(string(raw))
	if err != nil {
		return nil, fmt.Errorf("the graph of the run: %w", err)
	}
	of, _ := info.(map[string]any)
	steps, _ := of["steps"].(map[string]any)
	for _, step := range steps {
		one, _ := step.(map[string]any)
		cases, ok := one["switch_cases"].([]any)
		if !ok {
			continue
		}
		mapping := map[any]any{}
		for _, c := range cases {
			if pair, ok := c.([]any); ok && len(pair) == 2 {
				mapping[pair[0]] = pair[1]
			}
		}
		one["switch_cases"] = mapping
	}
	return info, nil
}

// parameter is a parameter's value as it is stored.
func (t *task) parameter(p *parameter, given []string) (any, error) {
	switch {
	case len(given) > 0:
	case p.hasDefault:
		given = p.defaults()
	case p.required:
		return nil, fmt.Errorf("a value is required")
	case p.multiple:
		return pickle.Tuple{}, nil
	default:
		return nil, nil
	}
	if p.kind != "path" {
		if len(given) == 0 {
			return pickle.Tuple{}, nil
		}
		return p.value(given)
	}
	descriptor, err := t.include(given[len(given)-1])
	if err != nil {
		return nil, err
	}
	return fileObject(descriptor), nil
}

// include stores the file of a path, or takes what stands for a file that was stored before.
func (t *task) include(text string) (any, error) {
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, `"{`) {
		v, err := parseJSON(text)
		if inner, ok := v.(string); ok && err == nil {
			v, err = parseJSON(inner)
		}
		if err != nil {
			return nil, fmt.Errorf("%q looks like a stored file but is none", text)
		}
		return v, nil
	}
	if strings.Contains(text, "://") {
		return nil, fmt.Errorf("%q is not a local file; files elsewhere can't be included directly", text)
	}
	path, err := localPath(text)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the file %q can't be read: %w", text, err)
	}
	fmt.Fprintf(os.Stderr, "Including file %s of size %dB\n", text, info.Size())
	var descriptor json.RawMessage
	if err := t.conn.Call("include_file", map[string]any{"path": path, "is_text": true, "encoding": "utf-8"}, &descriptor); err != nil {
		return nil, fmt.Errorf("the file %q can't be stored: %w", text, err)
	}
	return parseJSON(string(descriptor))
}

func localPath(text string) (string, error) {
	if rest, ok := strings.CutPrefix(text, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		text = filepath.Join(home, rest)
	}
	return filepath.Abs(text)
}

// defaults tells, where a flow is deployed, what only that machine can: the files that parameters are.
func (t *task) defaults() any {
	declared, err := t.program.parameters()
	if err != nil {
		return t.lost(err)
	}
	told := map[string][]string{}
	var wrong []wire.Invalid
	for _, p := range declared {
		given := t.message.Values[p.Param]
		if p.kind != "path" || len(given) == 0 && !p.hasDefault {
			continue
		}
		if len(given) == 0 {
			given = p.defaults()
		}
		descriptor, err := t.include(given[len(given)-1])
		if err != nil {
			wrong = append(wrong, wire.Invalid{Parameter: p.Param, Message: err.Error()})
			continue
		}
		told[p.Param] = []string{string(rawJSON(descriptor))}
	}
	if len(wrong) > 0 {
		return wire.Wrong{Type: "invalid", Errors: wrong}
	}
	return wire.Done{Type: "done", Success: true, Artifacts: []wire.Produced{}, Inherit: []wire.Inherited{}, Answer: rawJSON(told)}
}
