package cases

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/engine/lint"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// Updating reports whether the cases are being rewritten, so that no other test may read them.
func Updating() bool { return *update }

// Suite is the cases of one group of rules.
type Suite struct {
	// Judge applies the group's rules to a case.
	Judge func(t testing.TB, c *Case) []lint.Diagnostic
	Rules []lint.Rule
	// Untold are rules that no case can show, each with the reason.
	Untold map[string]string
	// Fixable are rules of which some case must offer a fix.
	Fixable []string
}

// Run runs all tests of the suite.
func (s Suite) Run(t *testing.T) {
	t.Run("want", s.wants)
	t.Run("names", s.names)
	t.Run("rules", s.rules)
	t.Run("fixes", s.fixes)
}

func (s Suite) wants(t *testing.T) {
	if !*update { // while rewriting, the other tests wait
		t.Parallel()
	}
	Each(t, func(t *testing.T, c *Case) {
		got := c.render(s.Judge(t, c))
		if *update {
			if err := os.WriteFile(c.Path, txtar.Format(c.with("want", got).archive), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		if diff := cmp.Diff(c.File("want"), got); diff != "" {
			t.Errorf("findings differ (-want +got), -update rewrites them:\n%s", diff)
		}
	})
}

// names holds the names of cases to what they show.
func (s Suite) names(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, c *Case) {
		found := s.Judge(t, c)
		code, ok := caseCode(c.Name)
		if ok && len(found) == 0 {
			t.Errorf("no finding, want %s", code)
		}
		for _, d := range found {
			switch {
			case ok && d.Code != code:
				t.Errorf("want nothing but %s, got %+v", code, d)
			case strings.HasPrefix(c.Name, "right_") && d.Severity != lint.Info:
				t.Errorf("a right flow has %+v", d)
			}
		}
	})
}

var coded = regexp.MustCompile(`^sp\d{3}_`)

// caseCode is the rule that a case is named after.
func caseCode(name string) (string, bool) {
	code := strings.TrimSuffix(coded.FindString(name), "_")
	return strings.ToUpper(code), code != ""
}

// rules fails when a rule is added without a case.
func (s Suite) rules(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for _, c := range All(t) {
		if code, ok := caseCode(c.Name); ok {
			told[code] = true
		}
	}
	for _, rule := range s.Rules {
		reason, untold := s.Untold[rule.Code]
		switch {
		case !told[rule.Code] && !untold:
			t.Errorf("%s has no case in testdata", rule.Code)
		case told[rule.Code] && untold:
			t.Errorf("%s has a case, and is listed as one that can't have any: %s", rule.Code, reason)
		}
	}
}
