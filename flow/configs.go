package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/wire"
	"github.com/spindle-flow/spindle/flow/names"
)

func configDescribed(f *field) map[string]any {
	return map[string]any{
		"name": f.Config, "attr": f.Name, "kind": "config", "class": "Config", "type": "str", "choices": []string{}, "multiple": false, "flag": false,
		"separator": "", "required": f.tag.Get(names.Required) == "true", "help": f.tag.Get(names.Help), "default": nil, "has_default": false,
		"deploy_time": false, "show_default": true,
	}
}

// configsWanted are the configs whose values the engine has not told yet; nil when there are none to ask for.
func (p *program) configsWanted(options wire.Options) []map[string]any {
	if options.Configs != nil {
		return nil
	}
	var wanted []map[string]any
	for _, f := range p.fields {
		if f.Config == "" {
			continue
		}
		one := map[string]any{
			"name": f.Config, "attr": f.Name, "required": f.tag.Get(names.Required) == "true", "plain": false, "parser": false,
			"help": f.tag.Get(names.Help),
		}
		one["file"], one["line"] = p.place()
		if format := f.tag.Get(names.Parser); format != "" {
			one["format"] = format
		}
		if path, ok := f.tag.Lookup(names.File); ok {
			one["default"] = path
		} else if text, ok := f.tag.Lookup(names.Value); ok {
			one["default_value"] = text
		}
		wanted = append(wanted, one)
	}
	return wanted
}

// toldConfigs are the values of the configs for the other processes of a run; nil where the flow has none. A value that the field can't take is
// an error.
func (p *program) toldConfigs(options wire.Options) (map[string]any, error) {
	var told map[string]any
	var faults []error
	for _, f := range p.fields {
		if f.Config == "" {
			continue
		}
		if told == nil {
			told = map[string]any{}
		}
		value, err := f.configValue(options)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if told[f.Config], err = tellConfig(options.Configs[f.Config], value); err != nil {
			faults = append(faults, fmt.Errorf("config %q: %w", f.Config, err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, declaration("config", err)
	}
	return told, nil
}

// tellConfig is a config's value as other processes are told it. An artifact is told by its value: its file is gone once it was read.
func tellConfig(given wire.ConfigValue, value any) (wire.ConfigValue, error) {
	switch {
	case value == nil:
		return wire.ConfigValue{}, nil
	case given.Stored == nil:
		return given, nil
	}
	text, err := json.Marshal(exact(value))
	if err != nil {
		return wire.ConfigValue{}, err
	}
	told := string(text)
	return wire.ConfigValue{JSON: &told}, nil
}

// exact keeps JSON from making whole numbers of floats.
func exact(v any) any {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return json.Number(strconv.FormatFloat(v, 'f', 1, 64))
		}
	case []any:
		for i := range v {
			v[i] = exact(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = exact(v[key])
		}
	}
	return v
}

// configValue is a config's value as it is stored, nil for none.
func (f *field) configValue(options wire.Options) (any, error) {
	given := options.Configs[f.Config]
	value, err := read(given)
	if err == nil {
		err = f.takes(value)
	}
	if err != nil {
		return nil, fmt.Errorf("config %q: %w", f.Config, err)
	}
	return value, nil
}

func read(given wire.ConfigValue) (any, error) {
	switch {
	case given.JSON != nil:
		return parseJSON(*given.JSON)
	case given.Text != nil:
		return parseJSON(*given.Text)
	case given.Stored != nil:
		b, err := given.Stored.Bytes()
		if err != nil {
			return nil, err
		}
		var v any
		var d pickle.Decoder
		err = d.Decode(b, reflect.ValueOf(&v).Elem())
		return v, err
	}
	return nil, nil
}

// takes tells whether a value can be read into the field.
func (f *field) takes(value any) error {
	var e pickle.Encoder
	b, err := e.Append(nil, reflect.ValueOf(value))
	if err != nil {
		return err
	}
	var d pickle.Decoder
	return d.Decode(b, reflect.New(f.typ).Elem())
}
