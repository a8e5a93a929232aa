package planout

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/golden"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

func text(s string) *string { return &s }

// plan has all that a plan can have.
func plan() *deploy.Plan {
	at := graph.Range{File: "spindle.yaml", Start: graph.Pos{Line: 12, Column: 1}}
	wanted := &deploy.Wanted{Flow: "flows/demand.py"}
	p := &deploy.Plan{Project: "demand", Environment: "prod", Against: "live"}
	add := func(c *deploy.Change) {
		c.Target, c.Name = "step-functions", "demand.prod."+c.Variant
		p.Changes = append(p.Changes, c)
	}
	add(&deploy.Change{Variant: "new", Action: deploy.Create, Wanted: wanted, Settings: []deploy.Difference{{Name: "flow", After: text(`"flows/demand.py"`)}, {Name: "queue", After: text(`"fast"`)}}})
	add(&deploy.Change{Variant: "newest", Action: deploy.Create, Wanted: wanted})
	add(&deploy.Change{Variant: "taken", Action: deploy.Create, Wanted: wanted, Owner: "bob"})
	add(&deploy.Change{Variant: "impossible", Action: deploy.Create, Wanted: &deploy.Wanted{Flow: "f.py", Problems: []lint.Diagnostic{{Severity: lint.Error}}}})
	for _, v := range []string{"us-east", "us-west", "eu-central"} {
		add(&deploy.Change{
			Variant: v, Action: deploy.Update, Wanted: wanted, Applied: &deploy.Applied{Target: "step-functions", Name: "demand.prod." + v},
			Settings: []deploy.Difference{
				{Name: "config.cfg.optimizer.lr", Before: text("0.1"), After: text("0.05"), At: at},
				{Name: "config.cfg.genres", Before: text(`["Crime","Thriller","Horror"]`), After: text(`["Crime","Thriller","Science Fiction"]`), At: at},
				{Name: "config.cfg.query", Before: text(`"select title, gross from films where year > 1990"`), After: text(`"select title, gross, votes\nfrom films where year > 1990 and gross is not null"`), At: at},
				{Name: "resources.train.gpu", Before: text("1")},
				{Name: "tags.0", After: text(`"team demand"`), At: at},
			},
			Files: []deploy.FileDifference{{Name: "features.py", Change: "changed"}, {Name: "old.py", Change: "removed"}},
		})
	}
	add(&deploy.Change{Variant: "moved", Action: deploy.Update, Wanted: wanted, Applied: &deploy.Applied{Target: "step-functions", Name: "old-name"}})
	add(&deploy.Change{Variant: "drifted", Action: deploy.Repair, Wanted: wanted, Applied: &deploy.Applied{Target: "step-functions", Name: "demand.prod.drifted"}, Drift: []deploy.Drift{
		{Kind: "state-machine", Name: "x", What: "changed", Values: []deploy.Difference{{Name: "States.train.Parameters.JobQueue", Before: text(`"fast"`), After: text(`"slow"`)}}},
		{Kind: "rule", Name: "x", What: "gone"},
	}})
	add(&deploy.Change{Variant: "begun", Action: deploy.Finish, Wanted: wanted, Applied: &deploy.Applied{Target: "step-functions", Name: "demand.prod.begun"}})
	add(&deploy.Change{Variant: "kept", Action: deploy.Keep, Wanted: wanted})
	add(&deploy.Change{Variant: "left", Action: deploy.Remove})
	return p
}

func TestText(t *testing.T) {
	t.Parallel()
	place := func(d deploy.Difference) string {
		if d.At.File == "" {
			return ""
		}
		return fmt.Sprintf("%s:%d", d.At.File, d.At.Start.Line)
	}
	for name, o := range map[string]Options{
		"40":    {Width: 40, Unicode: true},
		"80":    {Width: 80, Unicode: true, Palette: streams.NewPalette(true)},
		"200":   {Width: 200, Unicode: true},
		"pipe":  {},
		"full":  {Width: 80, Unicode: true, Full: true},
		"prune": {Width: 80, Unicode: true, Prune: true},
	} {
		o.Place = place
		golden.Compare(t, filepath.Join("testdata", name+".txt"), []byte(Text(plan(), o)))
	}
	golden.Compare(t, filepath.Join("testdata", "plan.md"), []byte(Markdown(plan(), Options{})))
	if got := Text(&deploy.Plan{}, Options{}); got != "Plan: there are no variants\n" {
		t.Errorf("%q", got)
	}
}

func TestResults(t *testing.T) {
	t.Parallel()
	changes := plan().Changes
	results := []deploy.Result{
		{Change: changes[0], Applied: true}, {Change: changes[4], Begun: true, Err: errors.New("no | queue\n\"fast\"")}, {Change: changes[5], Err: errors.New("interrupted")}, {Change: changes[len(changes)-2]}, {Change: changes[len(changes)-1]},
	}
	if got := Count(results); got != (Tally{1, 1, 1, 1, 1}) {
		t.Errorf("%+v", got)
	}
	golden.Compare(t, filepath.Join("testdata", "results.md"), []byte(ResultsMarkdown("Project demand", results)))
}

func TestItems(t *testing.T) {
	t.Parallel()
	for _, tt := range [][3]string{
		{`["a long element","b","c"]`, `["a long element","c","d"]`, "+d -b"},
		{`["a","b"]`, `["b"]`, ""}, // short lists are shown whole
		{`["a long element","a long element","b"]`, `["a long element","b"]`, `-"a long element"`},
		{`["a long element","b"]`, `["b","a long element"]`, ""}, // another order
		{`"a long text that is none"`, `"a long text that is none"`, ""},
	} {
		if got := items(deploy.Difference{Before: &tt[0], After: &tt[1]}); got != tt[2] {
			t.Errorf("%s, %s: %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	for _, tt := range [][2]string{{`"fast"`, "fast"}, {`"two words"`, `"two words"`}, {`"1"`, `"1"`}, {`"true"`, `"true"`}, {`""`, `""`}, {"0.1", "0.1"}, {`{"a": 1}`, `{"a": 1}`}} {
		if got := value(tt[0]); got != tt[1] || !json.Valid([]byte(tt[0])) {
			t.Errorf("%s: %s, want %s", tt[0], got, tt[1])
		}
	}
	if s := Summary(plan(), true); !strings.Contains(s, "1 to remove,") {
		t.Error(s)
	}
}
