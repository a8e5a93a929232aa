package schema_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/spindle-flow/spindle/config/schema"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// cases are schemas with values, to be judged by the library and by us.
var cases = map[string][]string{
	`true`:  {`1`, `{}`},
	`false`: {`1`, `{}`},
	`{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": ["string", "null"]}}}`:                                               {`{}`, `[]`, `{"a": 1, "b": "x"}`, `{"a": 1.0}`, `{"a": 1.5}`, `{"b": null}`, `{"b": 2}`, `{"a": true}`, `{"a": 1e2}`},
	`{"properties": {"a": {}}, "patternProperties": {"^x": {"type": "number"}}, "additionalProperties": {"minimum": 3}}`:                            {`{"a": 0}`, `{"x1": "t"}`, `{"x1": 1}`, `{"b": 2}`, `{"b": 4}`, `{"b": "t"}`},
	`{"properties": {"a": {}}, "additionalProperties": false}`:                                                                                      {`{"a": 1}`, `{"b": 1}`, `[1]`},
	`{"required": ["a", "b"], "minProperties": 2, "maxProperties": 3, "propertyNames": {"maxLength": 2}}`:                                           {`{"a": 1, "b": 2}`, `{"a": 1}`, `{"a": 1, "b": 1, "c": 1, "d": 1}`, `{"a": 1, "b": 1, "ccc": 1}`, `3`},
	`{"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}}`:                                                           {`{"a": 1}`, `{"a": 1, "b": 1}`, `{"c": 1}`, `{"c": 1, "d": 1}`, `{}`},
	`{"enum": [1, "a", null, {"x": [1]}]}`:                                                                                                          {`1`, `1.0`, `"a"`, `"b"`, `null`, `{"x": [1]}`, `{"x": [2]}`, `true`, `{"x": [1], "y": 1}`},
	`{"const": [1, {"a": false}]}`:                                                                                                                  {`[1, {"a": false}]`, `[1, {"a": 0}]`, `[1]`},
	`{"minimum": 1, "exclusiveMaximum": 10, "multipleOf": 0.5}`:                                                                                     {`0`, `1`, `9.5`, `10`, `1.25`, `"x"`, `1e0`},
	`{"maximum": 5, "exclusiveMinimum": 2}`:                                                                                                         {`2`, `2.0001`, `5`, `5.0001`, `123456789012345678901234567890`},
	`{"minLength": 2, "maxLength": 3, "pattern": "^[a-zé]+$"}`:                                                                                      {`"a"`, `"éé"`, `"abc"`, `"abcd"`, `"AB"`, `12345`},
	`{"items": {"type": "number"}, "minItems": 1, "maxItems": 3, "uniqueItems": true}`:                                                              {`[]`, `[1]`, `[1, 1.0]`, `[1, "x"]`, `[1, 2, 3, 4]`, `{"a": 1}`},
	`{"prefixItems": [{"type": "string"}, {"type": "number"}], "items": false}`:                                                                     {`["a"]`, `["a", 1]`, `["a", 1, 2]`, `[1]`, `[]`},
	`{"contains": {"const": 1}, "minContains": 2, "maxContains": 3}`:                                                                                {`[1]`, `[1, 1]`, `[1, 1, 1, 1]`, `[]`, `"x"`},
	`{"contains": {"type": "string"}}`:                                                                                                              {`[]`, `["a"]`, `[1]`},
	`{"allOf": [{"type": "number"}, {"minimum": 2}], "not": {"const": 3}}`:                                                                          {`1`, `2`, `3`, `"a"`},
	`{"anyOf": [{"type": "string"}, {"minimum": 2}]}`:                                                                                               {`1`, `2`, `"a"`, `true`},
	`{"oneOf": [{"type": "integer"}, {"minimum": 2}]}`:                                                                                              {`1`, `2`, `2.5`, `1.5`},
	`{"if": {"properties": {"k": {"const": "x"}}, "required": ["k"]}, "then": {"required": ["x"]}, "else": {"required": ["y"]}}`:                    {`{"k": "x"}`, `{"k": "x", "x": 1}`, `{"k": "z"}`, `{"y": 1}`},
	`{"$defs": {"n": {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}, "additionalProperties": false}}, "$ref": "#/$defs/n"}`:       {`{}`, `{"next": {"next": {}}}`, `{"next": {"other": 1}}`, `{"next": 1}`},
	`{"$defs": {"a~b/c%d": {"type": "number"}}, "properties": {"x": {"$ref": "#/$defs/a~0b~1c%25d"}}}`:                                              {`{"x": 1}`, `{"x": "y"}`},
	`{"$defs": {"named": {"$anchor": "here", "type": "number"}}, "items": {"$ref": "#here"}}`:                                                       {`[1]`, `["a"]`},
	`{"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "number"}], "additionalItems": {"type": "string"}}`:                  {`[1, "a"]`, `[1, 2]`, `["a"]`},
	`{"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": ["b"], "c": {"required": ["d"]}}}`:                                {`{"a": 1}`, `{"c": 1}`, `{"a": 1, "b": 1, "c": 1, "d": 1}`},
	`{"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": true, "maximum": 3, "exclusiveMaximum": false}`:       {`1`, `2`, `3`, `4`},
	`{"title": "remarks", "description": "d", "default": 1, "examples": [2], "format": "email", "$comment": "c", "deprecated": true, "x-own": [1]}`: {`"no address"`, `1`},
}

// TestVerdicts compares with the library.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for text, instances := range cases {
		compiler := jsonschema.NewCompiler()
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if err := compiler.AddResource("s.json", doc); err != nil {
			t.Fatal(err)
		}
		library, err := compiler.Compile("s.json")
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, instance := range instances {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(instance))
			if err != nil {
				t.Fatal(err)
			}
			want := library.Validate(value)
			got := judged(t, map[string]string{"s.json": text}, instance)
			if (want == nil) != (len(got) == 0) {
				t.Errorf("%s\n%s\nlibrary: %v\nwe: %v", text, instance, want, got)
			}
		}
	}
}

func judged(t *testing.T, files map[string]string, instance string) []string {
	t.Helper()
	read, fault := schema.Load("s.json", func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	})
	if fault != nil {
		return []string{"fault " + line(fault.Range, fault.Message)}
	}
	v, bad := document.Read("v.json", []byte(instance))
	if bad != nil {
		t.Fatal(bad)
	}
	found, fault := read.Check(v, "it")
	if fault != nil {
		return []string{"fault " + line(fault.Range, fault.Message)}
	}
	var out []string
	for _, f := range found {
		out = append(out, strings.TrimSpace(line(f.Range, f.Message)+" "+f.Hint))
	}
	return out
}

func line(r graph.Range, message string) string {
	return fmt.Sprintf("%s:%d:%d %s", r.File, r.Start.Line, r.Start.Column, message)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		files    map[string]string
		instance string
		want     []string
	}{
		{map[string]string{"s.json": `{"type": "numbr"}`}, `1`, []string{`fault s.json:1:10 there is no type "numbr"`}},
		{map[string]string{"s.json": `{"unevaluatedProperties": false}`}, `1`, []string{`fault s.json:1:2 unevaluatedProperties is not known here`}},
		{map[string]string{"s.json": `{"$ref": "#"}`}, `1`, []string{`fault s.json:1:1 the schema refers to itself without end`}},
		{map[string]string{"s.json": `{"$ref": "#/$defs/x"}`}, `1`, []string{`fault s.json:1:10 the reference "#/$defs/x" leads nowhere: there is no "$defs"`}},
		{map[string]string{"s.json": `{"$ref": "#x"}`}, `1`, []string{`fault s.json:1:10 the reference "#x" names no anchor of s.json`}},
		{map[string]string{"s.json": `{"pattern": "("}`}, `"x"`, []string{"fault s.json:1:13 \"(\" is no pattern: error parsing regexp: missing closing ): `(`"}},
		{map[string]string{"s.json": `{"properties": {"a": 3}}`}, `{"a": 1}`, []string{`fault s.json:1:22 a schema is an object, true or false, and not an integer`}},
		{map[string]string{"s.json": `{"$ref": "other.yaml#/one"}`, "other.yaml": "one: {type: string}"}, `1`, []string{`v.json:1:1 it is an integer, and must be a text`}},
		{map[string]string{"s.json": `{"$ref": "other.yaml"}`}, `1`, []string{`fault s.json:1:10 the schema "other.yaml" can't be read: file does not exist`}},
		{map[string]string{"s.json": `{"additionalProperties": false, "properties": {"learning_rate": {}}}`}, `{"learning-rat": 1}`, []string{`v.json:1:2 it has no key "learning-rat" Did you mean "learning_rate"?`}},
	} {
		if diff := cmp.Diff(c.want, judged(t, c.files, c.instance)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.files, diff)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for text, instances := range cases {
		f.Add(text, instances[0])
	}
	f.Fuzz(func(t *testing.T, text, instance string) {
		read, fault := schema.Load("s.json", func(string) ([]byte, error) { return []byte(text), nil })
		v, bad := document.Read("v.json", []byte(instance))
		if fault == nil && bad == nil {
			_, _ = read.Check(v, "it")
		}
	})
}
