package scheduled_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/scheduled"
)

// environment is what a container is told, over what every one is.
func environment(over map[string]string) func(string) string {
	env := map[string]string{scheduled.EnvDeployment: "s3://b/d.json", scheduled.EnvExecution: "one", scheduled.EnvStep: "train"}
	for name, value := range over {
		env[name] = value
	}
	return func(name string) string { return env[name] }
}

func TestFromEnvironment(t *testing.T) {
	base := scheduled.Coordinates{Deployment: "s3://b/d.json", Execution: "one", Step: "train"}
	for name, tc := range map[string]struct {
		env  map[string]string
		want func(c *scheduled.Coordinates)
		id   string
		err  string
	}{
		"plain":           {nil, func(*scheduled.Coordinates) {}, "t", ""},
		"in a foreach":    {map[string]string{"SPINDLE_PATH": "3-0", "SPINDLE_FROM": "fan"}, func(c *scheduled.Coordinates) { c.Path, c.From = "3-0", "fan" }, "t-3-0", ""},
		"leading dash":    {map[string]string{"SPINDLE_PATH": "-12"}, func(c *scheduled.Coordinates) { c.Path = "12" }, "t-12", ""},
		"first round":     {map[string]string{"SPINDLE_LOOP": "0"}, func(*scheduled.Coordinates) {}, "t", ""},
		"third round":     {map[string]string{"SPINDLE_LOOP": "2", "SPINDLE_PATH": "-3"}, func(c *scheduled.Coordinates) { c.Loop, c.Path = 2, "3" }, "t-3.2", ""},
		"no execution":    {map[string]string{"SPINDLE_EXECUTION": ""}, nil, "", "SPINDLE_EXECUTION is not set"},
		"no deployment":   {map[string]string{"SPINDLE_DEPLOYMENT": ""}, nil, "", "SPINDLE_DEPLOYMENT is not set"},
		"loop no count":   {map[string]string{"SPINDLE_LOOP": "x"}, nil, "", `SPINDLE_LOOP="x" is not a count`},
		"loop below 0":    {map[string]string{"SPINDLE_LOOP": "-1"}, nil, "", "is not a count"},
		"path no numbers": {map[string]string{"SPINDLE_PATH": "1-x"}, nil, "", `"x" is not an index`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := scheduled.FromEnvironment(environment(tc.env))
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("error %v, want %q", err, tc.err)
				}
				return
			}
			want := base
			tc.want(&want)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
			if got.TaskID() != tc.id {
				t.Errorf("task %q, want %q", got.TaskID(), tc.id)
			}
		})
	}
}

func TestTexts(t *testing.T) {
	for value, want := range map[string][]string{
		`"x"`: {"x"}, `""`: {""}, `null`: nil, `true`: {"true"}, `1e400`: {"1e400"}, `-3`: {"-3"}, `{"b":1,"a":"<ü>"}`: {`{"a":"<ü>","b":1}`}, `[1,"2"]`: {`[1,"2"]`},
	} {
		got, err := scheduled.Texts([]byte(value), false)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", value, err, diff)
		}
	}
	got, err := scheduled.Texts([]byte(`[1, "two", true]`), true)
	if diff := cmp.Diff([]string{"1", "two", "true"}, got); err != nil || diff != "" {
		t.Errorf("several: %v\n%s", err, diff)
	}
	if _, err := scheduled.Texts([]byte(`{`), false); err == nil {
		t.Error("half an object is taken")
	}
}
