package spin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Setting gives an artifact or parameter another value than the inputs have.
type Setting struct{ Name, Text string }

// SettingError is a value that cannot be set.
type SettingError struct{ Name, Reason string }

// Error names it.
func (e *SettingError) Error() string { return fmt.Sprintf("cannot set %q: %s", e.Name, e.Reason) }

// ParseSetting reads name=value.
func ParseSetting(text string) (Setting, error) {
	name, value, ok := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return Setting{}, &SettingError{text, "say name=value"}
	}
	return Setting{name, value}, nil
}

// value is what a setting's text means: JSON, else text; for a parameter whatever its type makes of it.
func (s Setting) value(parameters []worker.Parameter) (any, string, error) {
	p := slices.IndexFunc(parameters, func(p worker.Parameter) bool { return p.Attr == s.Name || p.Name == s.Name })
	v, isJSON := parseJSON(s.Text)
	if p < 0 {
		if !isJSON {
			v = s.Text
		}
		return v, s.Name, nil
	}
	q := parameters[p]
	wrong := func() (any, string, error) {
		return nil, "", &SettingError{s.Name, fmt.Sprintf("%q is no %s", s.Text, q.Type)}
	}
	switch {
	case q.Kind == "include_file":
		return nil, "", &SettingError{s.Name, "it is an included file; run the flow to include another"}
	case q.Type == "str", q.Type == "path", q.Type == "choice":
		if text, ok := v.(string); ok && isJSON {
			return text, q.Attr, nil
		}
		return s.Text, q.Attr, nil
	case q.Type == "int":
		if _, ok := v.(int64); !ok {
			return wrong()
		}
	case q.Type == "float":
		switch n := v.(type) {
		case int64:
			v = float64(n)
		case float64:
		default:
			return wrong()
		}
	case q.Type == "bool":
		b, err := strconv.ParseBool(s.Text)
		if err != nil {
			return wrong()
		}
		v = b
	case !isJSON:
		v = s.Text
	}
	return v, q.Attr, nil
}

// parseJSON reads one JSON value; whole numbers are int64, objects keep their order.
func parseJSON(text string) (any, bool) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	v, err := jsonValue(d)
	if err != nil {
		return nil, false
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, false
	}
	return v, true
}

func jsonValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(t.String(), 10, 64); err == nil {
			return n, nil
		}
		return strconv.ParseFloat(t.String(), 64)
	case json.Delim:
		if t == '[' {
			return jsonList(d)
		}
		return jsonObject(d)
	}
	return t, nil
}

func jsonList(d *json.Decoder) (any, error) {
	list := []any{}
	for d.More() {
		v, err := jsonValue(d)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func jsonObject(d *json.Decoder) (any, error) {
	object := plain.Dict{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := jsonValue(d)
		if err != nil {
			return nil, err
		}
		object = append(object, plain.Pair{Key: key, Value: v})
	}
	_, err := d.Token()
	return object, err
}

// typeNames are Python's for what JSON has.
func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "<class 'NoneType'>"
	case bool:
		return "<class 'bool'>"
	case int64:
		return "<class 'int'>"
	case float64:
		return "<class 'float'>"
	case string:
		return "<class 'str'>"
	case []any:
		return "<class 'list'>"
	}
	return "<class 'dict'>"
}

// overrides are values to take the place of those of inputs.
type overrides struct {
	all artifact.Objects            // for every input
	by  map[string]artifact.Objects // for one input, by its pathspec
}

func (o *overrides) names() []string {
	seen := map[string]bool{}
	for name := range o.all {
		seen[name] = true
	}
	for _, objects := range o.by {
		for name := range objects {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// apply returns the inputs with the overrides in place.
func (o *overrides) apply(inputs []*run.Finished) []*run.Finished {
	if len(o.all) == 0 && len(o.by) == 0 {
		return inputs
	}
	out := make([]*run.Finished, len(inputs))
	for i, in := range inputs {
		f := *in
		f.Objects = maps.Clone(in.Objects)
		maps.Copy(f.Objects, o.by[in.Pathspec()])
		maps.Copy(f.Objects, o.all)
		out[i] = &f
	}
	return out
}

// settings stores what --set gives.
func (s *spin) settings(ctx context.Context, list []Setting, o *overrides) error {
	for _, setting := range list {
		v, name, err := setting.value(s.cfg.Engine.Description.Parameters)
		if err != nil {
			return err
		}
		raw, err := plain.Encode(v)
		if err != nil {
			return &SettingError{setting.Name, err.Error()}
		}
		key, err := s.cfg.Engine.Store.PutBytes(ctx, s.flow(), raw)
		if err != nil {
			return err
		}
		o.all[name] = artifact.Ref{Key: key, Info: artifact.Info{Size: int64(len(raw)), Type: typeName(v), Encoding: "pickle-v4"}}
	}
	return nil
}

// module stores what a file of ARTIFACTS holds, which only Python can read.
func (s *spin) module(ctx context.Context, file string, join bool, o *overrides) error {
	_, objects, err := s.ask(ctx, run.Question{Kind: "values", Values: map[string][]string{"module": {file}, "join": {strconv.FormatBool(join)}}})
	if err != nil {
		return err
	}
	for name, ref := range objects {
		of, artifactName, nested := strings.Cut(name, "\n")
		switch {
		case !nested:
			o.all[name] = ref
		default:
			if o.by[of] == nil {
				o.by[of] = artifact.Objects{}
			}
			o.by[of][artifactName] = ref
		}
	}
	return nil
}

// ask is [run.Session.Ask] with a failure of the process as an error.
func (s *spin) ask(ctx context.Context, q run.Question) (*worker.Result, artifact.Objects, error) {
	res, objects, err := s.session.Ask(ctx, q)
	if err == nil && res.Type != worker.TypeDone && res.Exception != nil {
		err = fmt.Errorf("%s: %s", res.Exception.Type, res.Exception.Message)
	}
	return res, objects, err
}

// known refuses names that no input has: a slip would go unnoticed.
func known(step string, names []string, inputs []*run.Finished) error {
	for _, name := range names {
		if strings.HasPrefix(name, "_") {
			return &SettingError{name, "names that begin with an underscore are the engine's own"}
		}
		if !slices.ContainsFunc(inputs, func(in *run.Finished) bool { _, ok := in.Objects[name]; return ok }) {
			return &SettingError{name, fmt.Sprintf("no input of step %q has an artifact or parameter of that name", step)}
		}
	}
	return nil
}
