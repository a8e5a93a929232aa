// Package params makes a flow's parameters options of the command line.
//
// A value is checked here as far as its text tells (numbers, booleans, choices), so that all wrong and missing values are reported together before
// anything runs. It travels on as text: the flow's own language makes the value of it.
package params

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/worker"
)

// value is one parameter on the command line. It implements pflag.Value; Set collects problems instead of failing, so that all are found.
type value struct {
	spec     worker.Parameter
	given    []string
	problems *[]string
}

// Set implements pflag.Value. Of a parameter given twice the last value counts, unless it takes several.
func (v *value) Set(text string) error {
	v.check(text)
	if v.spec.Multiple {
		v.given = append(v.given, text)
	} else {
		v.given = []string{text}
	}
	return nil
}

func (v *value) check(text string) {
	if problem := Check(v.spec, text); problem != "" {
		*v.problems = append(*v.problems, fmt.Sprintf("invalid value for --%s: %s", v.spec.Name, problem))
	}
}

// String implements pflag.Value: the default, as help shows it.
func (v *value) String() string { return "" }

// Type implements pflag.Value: the placeholder in help.
func (v *value) Type() string {
	switch v.spec.Type {
	case "int":
		return "int"
	case "float":
		return "float"
	case "bool":
		return "true|false"
	case "JSON":
		return "json"
	case "path":
		return "file"
	case "choice":
		return strings.Join(v.spec.Choices, "|")
	default:
		return "text"
	}
}

var integer = regexp.MustCompile(`^[+-]?\d+(_\d+)*$`)

// Check says what is wrong with a value, empty for nothing that can be told from its text.
func Check(p worker.Parameter, text string) string {
	plain := strings.TrimSpace(text)
	switch p.Type {
	case "int":
		if !integer.MatchString(plain) {
			return fmt.Sprintf("%q is not an integer", text)
		}
	case "float":
		number := strings.ReplaceAll(plain, "_", "")
		if _, err := strconv.ParseFloat(number, 64); err != nil && !rangeOnly(err) || strings.ContainsAny(number, "xXpP") {
			return fmt.Sprintf("%q is not a number", text)
		}
	case "bool":
		switch strings.ToLower(plain) {
		case "true", "t", "1", "yes", "y", "false", "f", "0", "no", "n":
		default:
			return fmt.Sprintf("%q is neither true nor false", text)
		}
	case "choice":
		for _, c := range p.Choices {
			if c == text {
				return ""
			}
		}
		return fmt.Sprintf("%q is none of %s", text, strings.Join(p.Choices, ", "))
	case "JSON":
		if plain != "" && !json.Valid([]byte(plain)) && !pythonJSON.MatchString(plain) {
			return fmt.Sprintf("%q is not JSON", text)
		}
	}
	return ""
}

// pythonJSON lets through what only Python's JSON reader accepts.
var pythonJSON = regexp.MustCompile(`NaN|Infinity`)

// rangeOnly is true for a number that is too large for a float: Python reads it as infinite.
func rangeOnly(err error) bool {
	ne, ok := err.(*strconv.NumError)
	return ok && ne.Err == strconv.ErrRange
}
