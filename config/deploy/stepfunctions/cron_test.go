package stepfunctions

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/worker"
)

func TestCron(t *testing.T) {
	for text, want := range map[string]string{
		"0 10 * * ? *": "0 10 * * ? *", "hourly": "0 * * * ? *", "@daily": "0 0 * * ? *", "weekly": "0 0 ? * SUN *", "@yearly": "0 0 1 1 ? *",
		"0 6 * * *": "0 6 * * ? *", "0 6 1 * *": "0 6 1 * ? *", "0 6 * * 1-5": "0 6 ? * MON-FRI *", "*/5 * * * 0,6": "*/5 * ? * SUN,SAT *", "0 6 * * 7": "0 6 ? * SUN *",
		"0 6 * * MON": "0 6 ? * MON *", "0 6 ? * 2/2": "0 6 ? * TUE/2 *", "0 6 1 * ?": "0 6 1 * ? *",
	} {
		if got, err := Cron(text); got != want || err != nil {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	for text, why := range map[string]string{"0 6 1 * 1": "takes one of them", "0 6 * *": "has 4 fields", "0 6 * * 9": "no day 9"} {
		if got, err := Cron(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %q, %v; want %s", text, got, err, why)
		}
	}
}

func TestScheduleOf(t *testing.T) {
	for attributes, want := range map[string][2]string{
		`{"cron": "None", "weekly": false, "daily": true, "hourly": false, "timezone": "None"}`:        {"0 0 * * ? *", ""},
		`{"cron": "None", "weekly": false, "daily": true, "hourly": true, "timezone": "None"}`:         {"0 * * * ? *", ""},
		`{"cron": "0 6 * * *", "weekly": true, "daily": true, "hourly": false, "timezone": "Etc/UTC"}`: {"0 6 * * ? *", "Etc/UTC"},
		`{"cron": null, "weekly": false, "daily": false, "hourly": false, "timezone": null}`:           {"", ""},
	} {
		d := &worker.Description{Decorators: []worker.Decorator{{Name: "project", Attributes: json.RawMessage("{}")}, {Name: "schedule", Attributes: json.RawMessage(attributes)}}}
		schedule, zone, err := ScheduleOf(d)
		if err != nil || schedule != want[0] || zone != want[1] {
			t.Errorf("%s: %q, %q, %v", attributes, schedule, zone, err)
		}
	}
	if schedule, _, err := ScheduleOf(&worker.Description{}); schedule != "" || err != nil {
		t.Errorf("no @schedule: %q, %v", schedule, err)
	}
}
