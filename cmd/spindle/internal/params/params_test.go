package params_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/params"
	"github.com/spindle-flow/spindle/engine/worker"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	choice := []string{"a", "b"}
	tests := []struct {
		kind, text string
		ok         bool
	}{
		{"int", "3", true}, {"int", "-3", true}, {"int", " 1_000 ", true}, {"int", "99999999999999999999", true},
		{"int", "3.0", false}, {"int", "abc", false}, {"int", "", false}, {"int", "1__0", false},
		{"float", "3", true}, {"float", "-.5e-3", true}, {"float", "nan", true}, {"float", "inf", true}, {"float", "1e999", true},
		{"float", "0x1p3", false}, {"float", "x", false},
		{"bool", "True", true}, {"bool", "no", true}, {"bool", "Y", true}, {"bool", "maybe", false},
		{"choice", "a", true}, {"choice", "c", false},
		{"JSON", `{"a": [1]}`, true}, {"JSON", `{"a": NaN}`, true}, {"JSON", `{a}`, false},
		{"str", "", true}, {"path", "x", true}, {"", "x", true},
	}
	for _, tt := range tests {
		if got := params.Check(worker.Parameter{Type: tt.kind, Choices: choice}, tt.text); (got == "") != tt.ok {
			t.Errorf("Check(%s, %q) = %q", tt.kind, tt.text, got)
		}
	}
}

func described() []worker.Parameter {
	return []worker.Parameter{
		{Name: "alpha", Type: "float", HasDefault: true, Default: json.RawMessage("0.5"), Help: "The rate"},
		{Name: "n", Type: "int", Required: true, Help: "How many"},
		{Name: "my_name", Type: "str", Required: true},
		{Name: "tags-of-it", Type: "str", Multiple: true},
		{Name: "flag", Type: "bool", HasDefault: true, Default: json.RawMessage("false")},
		{Name: "dry", Type: "bool", Flag: true},
		{Name: "cfg", Kind: "config", Required: true},
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		args     []string
		env      map[string]string
		values   map[string][]string
		problems []string
	}{
		{
			name:   "values",
			args:   []string{"--n", "-3", "--alpha=1e3", "--my_name", "", "--tags-of-it", "x", "--tags-of-it", "y z", "--flag", "yes"},
			values: map[string][]string{"n": {"-3"}, "alpha": {"1e3"}, "my_name": {""}, "tags-of-it": {"x", "y z"}, "flag": {"yes"}},
		},
		{
			name:   "environment",
			args:   []string{"--n", "1"},
			env:    map[string]string{"METAFLOW_RUN_MY_NAME": "ann", "METAFLOW_RUN_N": "7", "METAFLOW_RUN_TAGS_OF_IT": "a b"},
			values: map[string][]string{"n": {"1"}, "my_name": {"ann"}, "tags-of-it": {"a", "b"}},
		},
		{
			name:     "all missing at once",
			values:   map[string][]string{},
			problems: []string{"missing option --n: How many", "missing option --my_name"},
		},
		{
			name:   "all wrong at once",
			args:   []string{"--alpha", "x", "--flag", "maybe"},
			env:    map[string]string{"METAFLOW_RUN_N": "many", "METAFLOW_RUN_MY_NAME": "a"},
			values: map[string][]string{"n": {"many"}, "my_name": {"a"}, "alpha": {"x"}, "flag": {"maybe"}},
			problems: []string{`invalid value for --alpha: "x" is not a number`,
				`invalid value for --flag: "maybe" is neither true nor false`, `invalid value for --n: "many" is not an integer`},
		},
		{
			name:   "a flag takes no value",
			args:   []string{"--dry", "--n", "1", "--my_name", "a"},
			values: map[string][]string{"n": {"1"}, "my_name": {"a"}, "dry": {"true"}},
		},
		{
			name:   "the last one counts",
			args:   []string{"--n", "1", "--n", "2", "--my_name", "a"},
			values: map[string][]string{"n": {"2"}, "my_name": {"a"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
			set := params.Bind(flags, described())
			if err := flags.Parse(tt.args); err != nil {
				t.Fatal(err)
			}
			problems := set.Finish(func(name string) (string, bool) {
				v, ok := tt.env[name]
				return v, ok
			})
			if diff := cmp.Diff(tt.problems, problems); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.values, set.Values()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
