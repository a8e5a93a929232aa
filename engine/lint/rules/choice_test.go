package rules_test

import (
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

func TestChoice(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		choice  rules.Choice
		on, off []string
	}{
		"all":                {rules.Choice{}, []string{"SP001", "SP100", "SP203"}, nil},
		"select":             {rules.Choice{Select: []string{"SP2"}}, []string{"SP203", "SP100", "SP143"}, []string{"SP118", "SP001"}},
		"ignore":             {rules.Choice{Ignore: []string{"SP2", "SP1"}}, []string{"SP301", "SP100"}, []string{"SP203", "SP118"}},
		"the longer decides": {rules.Choice{Select: []string{"SP", "SP203"}, Ignore: []string{"SP2", "SP301"}}, []string{"SP203", "SP302"}, []string{"SP204", "SP301"}},
		"ignore wins a tie":  {rules.Choice{Select: []string{"SP203"}, Ignore: []string{"SP203"}}, nil, []string{"SP203"}},
		"off":                {rules.Choice{Select: []string{"SP203"}, Off: []string{"SP2"}}, nil, []string{"SP203"}},
		"over":               {rules.Choice{Ignore: []string{"SP3"}}.Over(rules.Choice{Select: []string{"SP1", "SP3"}}), []string{"SP118"}, []string{"SP301", "SP203"}},
		"over with select": {
			rules.Choice{Select: []string{"SP2"}}.Over(rules.Choice{Select: []string{"SP1"}, Ignore: []string{"SP204"}, Off: []string{"SP205"}}),
			[]string{"SP203", "SP204"}, []string{"SP118", "SP205"},
		},
	} {
		for _, code := range tt.on {
			if !tt.choice.Counts(code) {
				t.Errorf("%s: %s does not count", name, code)
			}
		}
		for _, code := range tt.off {
			if tt.choice.Counts(code) {
				t.Errorf("%s: %s counts", name, code)
			}
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	c := rules.Choice{Ignore: []string{"SP118"}, Severity: map[string]lint.Severity{"SP001": lint.Warning}}
	if d, wanted := c.Judge(lint.Diagnostic{Code: "SP001", Severity: lint.Info}); !wanted || d.Severity != lint.Warning {
		t.Errorf("got %+v, %v", d, wanted)
	}
	if d, wanted := c.Judge(lint.Diagnostic{Code: "SP118", Severity: lint.Error}); wanted || d.Severity != lint.Error {
		t.Errorf("got %+v, %v", d, wanted)
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]bool{"SP": true, "SP1": true, "SP118": true, "SP1188": false, "S": false, "": false, "sp118": false, "XX": false} {
		if rules.Known(word) != want {
			t.Errorf("Known(%q) is %v", word, !want)
		}
	}
	for word, want := range map[string]string{"sp118": "SP118", "SP18": "SP108", "SP1188": "SP118", " SP811": "SP111", "E501": ""} {
		if got := rules.Nearest(word); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	seen := map[string]bool{}
	for _, r := range rules.All() {
		if seen[r.Code] || r.Title == "" || r.Severity == "" {
			t.Errorf("%+v is twice in the table, or not whole", r)
		}
		seen[r.Code] = true
		if got, ok := rules.ByCode(r.Code); !ok || got != r {
			t.Errorf("ByCode(%q) = %+v", r.Code, got)
		}
	}
}
