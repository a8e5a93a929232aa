package cmdline_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
)

func arity(name string) cmdline.Arity {
	switch name {
	case "quiet", "help":
		return cmdline.Flag
	case "with", "python":
		return cmdline.Value
	}
	return cmdline.Unknown
}

func TestScan(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args       []string
		positional []string
		values     map[string][]string
	}{
		{[]string{"flow.py", "--alpha", "-3", "--quiet", "x"}, []string{"flow.py", "x"}, map[string][]string{"alpha": {"-3"}, "quiet": {"true"}}},
		{[]string{"--quiet", "flow.py"}, []string{"flow.py"}, map[string][]string{"quiet": {"true"}}},
		{[]string{"--with", "retry", "--with=catch:var=a=b", "flow.py"}, []string{"flow.py"}, map[string][]string{"with": {"retry", "catch:var=a=b"}}},
		{[]string{"--alpha", "0.5", "flow.py", "--", "--not"}, []string{"flow.py", "--not"}, map[string][]string{"alpha": {"0.5"}}},
		{[]string{"flow.py", "--alpha"}, []string{"flow.py"}, map[string][]string{}},
		{[]string{"flow.py", "-x"}, []string{"flow.py"}, map[string][]string{}},
		{nil, nil, map[string][]string{}},
	}
	for _, tt := range tests {
		got := cmdline.Scan(tt.args, arity)
		if diff := cmp.Diff(tt.positional, got.Positional); diff != "" {
			t.Errorf("%q: positional\n%s", tt.args, diff)
		}
		if diff := cmp.Diff(tt.values, got.Values); diff != "" {
			t.Errorf("%q: values\n%s", tt.args, diff)
		}
	}
}

func TestFlowSwallowedByATypo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "flow.py")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"--queit", file + ":Demand"}
	spec, i := cmdline.Flow(args, cmdline.Scan(args, arity))
	if spec != args[1] || i != 1 {
		t.Errorf("found %q at %d", spec, i)
	}
	args = []string{"--queit", "nothing.py"}
	if spec, i := cmdline.Flow(args, cmdline.Scan(args, arity)); i != -1 {
		t.Errorf("found %q", spec)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string][2]string{
		"flow.py": {"flow.py", ""}, "flow.py:Demand": {"flow.py", "Demand"}, "a:b/flow.py": {"a:b/flow.py", ""},
		"Demand": {"Demand", ""}, "a:b": {"a:b", ""}, "flow.py:": {"flow.py", ""},
	} {
		if file, class := cmdline.Split(spec); file != want[0] || class != want[1] {
			t.Errorf("Split(%q) = %q, %q", spec, file, class)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"alpha", "beta", "max-workers", "max-num-splits", "my_flag", "tag"}
	for word, want := range map[string]string{
		"alhpa": "alpha", "Alpha": "alpha", "max_workers": "max-workers", "my-flag": "my_flag", "tags": "tag",
		"max-w": "max-workers", "zzz": "", "a": "", "": "",
	} {
		if got := cmdline.Nearest(word, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
