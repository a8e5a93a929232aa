package python

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

// readParameter reads what can be told of a Parameter, IncludeFile or Config without running its declaration.
func (c *class) readParameter(a *attr) *graph.Parameter {
	f := c.mod.file
	p := &graph.Parameter{Attr: a.name, Class: a.sdk, NameRange: f.span(a.left), Range: f.span(a.value)}
	args := map[string]*flatNode{}
	for i, arg := range f.callArguments(a.value) {
		name := arg.name
		if name == "" && i == 0 {
			name = "name"
		}
		args[name] = arg.value
		p.Spread = p.Spread || f.is(arg.node, "list_splat") || f.is(arg.node, "dictionary_splat")
	}
	p.Name, _ = f.optionalString(args["name"])
	p.Help, _ = f.optionalString(args["help"])
	if required := args["required"]; required != nil {
		p.Required, _ = f.boolValue(required)
	}
	value := args["default"]
	if value == nil {
		value = args["default_value"]
	}
	p.Default, p.Value = f.source(value), f.literal(value, 0)
	p.Type = f.parameterType(a.sdk, args)
	return p
}

func (f *file) optionalString(n *flatNode) (string, bool) {
	if n == nil {
		return "", false
	}
	return f.stringValue(n)
}

// parameterType is the declared type, else that of a literal default, else str; empty where it takes running code to know.
func (f *file) parameterType(class string, args map[string]*flatNode) string {
	switch {
	case class == "IncludeFile":
		return "path"
	case class == "Config":
		return ""
	}
	if t := args["type"]; t != nil {
		switch name := f.lastName(t); name {
		case "str", "int", "float", "bool":
			return name
		case "JSONType":
			return "JSON"
		}
		return ""
	}
	value := f.unwrap(args["default"])
	if value == nil {
		return "str"
	}
	switch f.kind(value) {
	case "integer":
		return "int"
	case "float":
		return "float"
	case "true", "false":
		return "bool"
	case "none", "string", "concatenated_string":
		return "str"
	}
	return ""
}
