package stepfunctions

import (
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/worker"
)

// Names of the real metaflow 2.19.38.
func TestNameFlow(t *testing.T) {
	long := strings.Repeat("Long", 20)
	in := func(branch string) *worker.Project {
		return &worker.Project{Name: "demand", Branch: branch, FlowName: "demand." + branch + ".Fit"}
	}
	for _, c := range []struct {
		flow, given, prefix string
		project             *worker.Project
		want                FlowName
		wrong               string
	}{
		{flow: "Fit", want: FlowName{Machine: "Fit", Token: "fit"}},
		{flow: "Fit", given: "my.Fit-1", want: FlowName{Machine: "my.Fit-1", Token: "my.fit-1"}},
		{flow: "Fit", prefix: "Team", want: FlowName{Machine: "Team_Fit", Token: "team_fit"}},
		{flow: "TeamFit", prefix: "Team", want: FlowName{Machine: "TeamFit", Token: "teamfit"}},
		{flow: "Fit", given: "a b", wrong: "characters"},
		{flow: long, want: FlowName{Machine: long, Token: strings.ToLower(long)}},
		{flow: long + "x", wrong: "81 characters"},
		{flow: "Fit", project: in("user.ann"), want: FlowName{Machine: "demand.user.ann.Fit", Token: "mfprj-fmxewnc4cu5vbe4d", Project: true}},
		{flow: "Fit", project: in("user.ann"), given: "x", wrong: "--name"},
		{flow: "Fit", project: in("test." + strings.Repeat("b", 60)), want: FlowName{
			Machine: "demand.test.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-5hxtiok5w3xah2gp", Token: "mfprj-vx6allpxxeizk6fy", Project: true, Short: true,
		}},
	} {
		got, err := NameFlow(c.flow, c.project, c.given, c.prefix)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%+v: %+v, %v", c, got, err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
}
