package config_test

import (
	"testing"

	"github.com/spindle-flow/spindle/config"
)

func TestExpression(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, target, want string }{
		{"0 6 * * *", "step-functions", "0 6 * * ? *"},
		{"*/15 9-17 * * 1-5", "step-functions", "*/15 9-17 ? * MON,TUE,WED,THU,FRI *"},
		{"0 6 * * 5-7", "step-functions", "0 6 ? * SUN,FRI,SAT *"},
		{"0 6 * * FRI-MON", "step-functions", "0 6 ? * SUN,MON,FRI,SAT *"},
		{"0 6 * * */2", "step-functions", "0 6 ? * SUN,TUE,THU,SAT *"},
		{"0 6 * * 7", "step-functions", "0 6 ? * SUN *"},
		{"0 6 1,15 * *", "step-functions", "0 6 1,15 * ? *"},
		{"0 6 ? * MON#2 2030", "step-functions", "0 6 ? * MON#2 2030"},
		{"hourly", "step-functions", "0 * * * ? *"},
		{"daily", "step-functions", "0 0 * * ? *"},
		{"weekly", "step-functions", "0 0 ? * SUN *"},
		{"@monthly", "step-functions", "0 0 1 * ? *"},
		{"daily", "argo", "0 0 * * *"},
		{"0 6 * * 1", "argo", "0 6 * * 1"},
		{"0 6 1 * 1", "step-functions", ""},
		{"0 6 1 * 1 *", "step-functions", ""},
		{"0 6 * * MON#2", "step-functions", ""},
		{"nonsense", "step-functions", ""},
	} {
		s := &config.Schedule{Cron: config.Word{Text: c.text}}
		got, err := s.Expression(c.target)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q on %s: %q, %v; want %q", c.text, c.target, got, err, c.want)
		}
	}
}
