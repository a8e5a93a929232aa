package effective

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Problem is what is wrong with a text that has references.
type Problem struct {
	Message string
	Hint    string // empty where the message says it all
}

// Replace replaces the references ${…} in a text by the values that follow finds. A text that is one reference and nothing else becomes the value
// itself, at the text's place; in a longer one only texts, numbers and booleans can stand, and what is known only later makes it known only later.
// $${ is ${.
func Replace(v *graph.Value, follow func(reference string) (*graph.Value, error)) (*graph.Value, *Problem) {
	var b strings.Builder
	for rest := v.Text; ; {
		i := strings.Index(rest, "${")
		if i < 0 {
			b.WriteString(rest)
			return &graph.Value{Kind: graph.StringKind, Text: b.String(), Range: v.Range}, nil
		}
		if i > 0 && rest[i-1] == '$' { // $${ is ${
			b.WriteString(rest[:i-1] + "${")
			rest = rest[i+2:]
			continue
		}
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			return nil, &Problem{fmt.Sprintf("${ is left open in %q", short(v.Text)), "Close it with }, or write $${ for the letters themselves."}
		}
		reference := rest[i+2 : i+end]
		found, err := follow(reference)
		if err != nil {
			return nil, &Problem{Message: fmt.Sprintf("${%s}: %v", reference, err)}
		}
		if reference != "" && len(v.Text) == len(reference)+3 {
			out := *found
			out.Range = v.Range
			return &out, nil
		}
		if found.Kind == graph.ComputedKind {
			return &graph.Value{Kind: graph.ComputedKind, Text: v.Text, Range: v.Range}, nil
		}
		if found.Kind == graph.ObjectKind || found.Kind == graph.ArrayKind || found.Kind == graph.NullKind {
			return nil, &Problem{Message: fmt.Sprintf("${%s} is %s, which can't be part of a text", reference, found.Kind.InWords())}
		}
		b.WriteString(rest[:i] + found.Text)
		rest = rest[i+end+1:]
	}
}

// Variable is the value of a reference to a variable of the environment: env:NAME, or env:NAME:-OTHERWISE. It is nil for any other reference.
// Without lookupEnv variables are known only later.
func Variable(reference string, lookupEnv func(string) (string, bool)) (*graph.Value, error) {
	name, ok := strings.CutPrefix(reference, "env:")
	if !ok {
		return nil, nil
	}
	if lookupEnv == nil {
		return &graph.Value{Kind: graph.ComputedKind, Text: reference}, nil
	}
	name, otherwise, has := strings.Cut(name, ":-")
	text, set := lookupEnv(name)
	if !set && !has {
		return nil, fmt.Errorf("the variable %s is not set; ${env:%s:-VALUE} says what else to take", name, name)
	}
	if !set {
		text = otherwise
	}
	return &graph.Value{Kind: graph.StringKind, Text: text}, nil
}
