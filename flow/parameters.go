package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/names"
)

// parameter is a field that is one, as its tag declares it.
type parameter struct {
	*field
	kind            string // str, int, float, bool, JSON or path
	element         reflect.Type
	multiple        bool
	required        bool
	help, separator string
	choices         []string
	defaultText     string
	hasDefault      bool
}

var durationType = reflect.TypeFor[time.Duration]()

// parameters are the flow's, with all that is wrong with their tags.
func (p *program) parameters() ([]*parameter, error) {
	var found []*parameter
	var faults []error
	for _, f := range p.fields {
		if f.Param == "" {
			continue
		}
		one := parameterOf(f)
		found = append(found, one)
		if err := one.check(); err != nil {
			faults = append(faults, fmt.Errorf("%s.%s: %w", p.name, f.goName, err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, declaration("parameter", err)
	}
	return found, nil
}

func parameterOf(f *field) *parameter {
	one := &parameter{field: f, help: f.tag.Get(names.Help), separator: f.tag.Get(names.Separator), required: f.tag.Get(names.Required) == "true"}
	one.defaultText, one.hasDefault = f.tag.Lookup(names.Default)
	if choices := f.tag.Get(names.Choices); choices != "" {
		one.choices = strings.Split(choices, ",")
	}
	one.element = f.typ
	if f.typ.Kind() == reflect.Pointer {
		one.element = f.typ.Elem()
	}
	one.kind = kindOf(one.element)
	if one.kind == "JSON" && one.element.Kind() == reflect.Slice {
		if kind := kindOf(one.element.Elem()); kind != "JSON" && kind != "path" && one.element.Elem().Kind() != reflect.Uint8 {
			one.kind, one.element = kind, one.element.Elem()
			one.multiple = one.separator == ""
		}
	}
	return one
}

// kindOf is what the command line makes of a type.
func kindOf(t reflect.Type) string {
	switch {
	case t == fileType:
		return "path"
	case t == durationType:
		return "str"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "int"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.String:
		return "str"
	default:
		return "JSON"
	}
}

func (p *parameter) check() error {
	if p.lazy {
		return errors.New("a parameter can't be a flow.Lazy")
	}
	if p.separator != "" && (p.kind != "str" || p.multiple || p.typ.Kind() != reflect.Slice) {
		return errors.New("a separator is for parameters of type []string")
	}
	if !p.hasDefault || p.kind == "path" {
		return nil
	}
	if _, err := p.value(p.defaults()); err != nil {
		return fmt.Errorf("its default: %w", err)
	}
	return nil
}

// describedParameters are parameters and configs as a description has them, by the artifact's name.
func (p *program) describedParameters() ([]map[string]any, error) {
	parameters, err := p.parameters()
	if err != nil {
		return nil, err
	}
	told := []map[string]any{}
	for _, one := range parameters {
		told = append(told, one.describe())
	}
	for _, f := range p.fields {
		if f.Config != "" {
			told = append(told, configDescribed(f))
		}
	}
	slices.SortFunc(told, func(a, b map[string]any) int { return strings.Compare(fmt.Sprint(a["attr"]), fmt.Sprint(b["attr"])) })
	return told, nil
}

func (p *parameter) describe() map[string]any {
	kind, class, declared := "parameter", "Parameter", p.kind
	switch {
	case p.kind == "path":
		kind, class = "include_file", "IncludeFile"
	case len(p.choices) > 0:
		declared = "choice"
	}
	choices := p.choices
	if choices == nil {
		choices = []string{}
	}
	return map[string]any{
		"name": p.Param, "attr": p.Name, "kind": kind, "class": class, "type": declared, "choices": choices, "multiple": p.multiple, "flag": false,
		"separator": p.separator, "required": p.required, "help": p.help, "default": p.describedDefault(), "has_default": p.hasDefault,
		"deploy_time": false, "show_default": true,
	}
}

func (p *parameter) describedDefault() json.RawMessage {
	if !p.hasDefault {
		return json.RawMessage("null")
	}
	if p.kind == "path" || p.separator != "" {
		return rawJSON(p.defaultText)
	}
	if p.kind == "JSON" {
		return json.RawMessage(p.defaultText)
	}
	v, err := p.value(p.defaults())
	if err != nil {
		return rawJSON(p.defaultText)
	}
	if d, ok := v.(time.Duration); ok {
		return rawJSON(d.String())
	}
	return rawJSON(v)
}

// value makes the parameter's value, as it is stored, of the texts that it was given. None is nil.
func (p *parameter) value(given []string) (any, error) {
	if p.multiple {
		return p.several(given)
	}
	text := given[len(given)-1]
	if p.separator != "" {
		var parts []any
		for _, part := range strings.Split(text, p.separator) {
			parts = append(parts, part)
		}
		return parts, nil
	}
	return p.convert(text)
}

// several is for parameters that may be given more than once; a default lists its values with commas.
func (p *parameter) several(given []string) (any, error) {
	out := pickle.Tuple{}
	for _, text := range given {
		v, err := p.convert(text)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// defaults are the texts that stand for the default.
func (p *parameter) defaults() []string {
	if p.multiple {
		if p.defaultText == "" {
			return nil
		}
		return strings.Split(p.defaultText, ",")
	}
	return []string{p.defaultText}
}

// convert makes one value of a text.
func (p *parameter) convert(text string) (any, error) {
	if len(p.choices) > 0 && !slices.Contains(p.choices, text) {
		return nil, fmt.Errorf("%q is not one of %s", text, strings.Join(p.choices, ", "))
	}
	switch {
	case p.element == durationType:
		d, err := time.ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not a valid duration: write it like 1h30m or 10s", text)
		}
		return d, nil
	case p.kind == "int":
		return p.integer(text)
	case p.kind == "float":
		f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a valid number", text)
		}
		return f, nil
	case p.kind == "bool":
		return truth(text)
	case p.kind == "JSON":
		v, err := parseJSON(text)
		if err != nil {
			return nil, err
		}
		return v, p.takes(v)
	default:
		return text, nil
	}
}

// integer checks that a number fits the field.
func (p *parameter) integer(text string) (any, error) {
	n, ok := new(big.Int).SetString(strings.TrimSpace(text), 10)
	if !ok {
		return nil, fmt.Errorf("%q is not a valid integer", text)
	}
	zero := reflect.Zero(p.element)
	fits := zero.CanInt() && n.IsInt64() && !zero.OverflowInt(n.Int64()) || zero.CanUint() && n.IsUint64() && !zero.OverflowUint(n.Uint64())
	if !fits {
		return nil, fmt.Errorf("%s is out of the range of a %s", n, p.element)
	}
	if n.IsInt64() {
		return n.Int64(), nil
	}
	return n.Uint64(), nil
}

func truth(text string) (any, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "t", "1", "yes", "y", "on":
		return true, nil
	case "false", "f", "0", "no", "n", "off":
		return false, nil
	}
	return nil, fmt.Errorf("%q is not a valid boolean: use true or false", text)
}

// parseJSON reads JSON; whole numbers stay whole, whatever their size.
func parseJSON(text string) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("this is no JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("this is no JSON: something follows the value")
	}
	return withNumbers(v), nil
}

func withNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, ok := new(big.Int).SetString(v.String(), 10); ok {
			if n.IsInt64() {
				return n.Int64()
			}
			return n
		}
		f, _ := v.Float64() // JSON's numbers are all floats, the largest an infinite one
		return f
	case []any:
		for i := range v {
			v[i] = withNumbers(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = withNumbers(v[key])
		}
	}
	return v
}
