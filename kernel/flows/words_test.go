package flows

import (
	"slices"
	"testing"
)

func TestFields(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"":                          nil,
		"train --index 2":           {"train", "--index", "2"},
		`train --set 'a=[1, 2]'`:    {"train", "--set", "a=[1, 2]"},
		`--set a="x \"y\"" b\ c ''`: {"--set", `a=x "y"`, "b c", ""},
	}
	for text, want := range cases {
		if got, err := fields(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	if _, err := fields("a 'b"); err == nil {
		t.Error("an open quote passed")
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	free, busy := New(nil, nil, ""), New(nil, nil, "")
	busy.book, busy.source = &pythonBook{}, &Source{}
	cases := []struct {
		code       string
		free, busy bool
	}{
		{"%flow train.py", true, true},
		{"# a word\n\n%graph", true, true},
		{"%%flow\nclass A: pass", true, true},
		{"@step\ndef a(self): pass", true, true},
		{"@retry\n@step\ndef a(self): pass", true, true},
		{"class A:\n    @step\n    def a(self): pass", false, false},
		{"%run", false, true},
		{"%run --alpha 1", false, true},
		{"%run script.py", false, false},
		{"%save", false, true},
		{"%save file 1-3", false, false},
		{"%timeit 1", false, false},
		{"%config cfg.json", true, true},
		{"%config model=cfg.yaml", true, true},
		{"%config InlineBackend.figure_format = 'svg'", false, false},
		{"%config", false, false},
		{"%promote --tag a", true, true},
		{"1 + 1", false, false},
	}
	for _, c := range cases {
		if got := free.Claims(c.code); got != c.free {
			t.Errorf("%q without a flow: %v", c.code, got)
		}
		if got := busy.Claims(c.code); got != c.busy {
			t.Errorf("%q with a flow: %v", c.code, got)
		}
	}
}
