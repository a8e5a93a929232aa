package cron_test

import (
	"testing"

	"github.com/spindle-flow/spindle/engine/lint/decorators/cron"
)

func TestRight(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"* * * * *", "0 0 * * ? *", "0 * * * ? *", "0 0 ? * SUN *", "*/15 9-17 * * MON-FRI", "0,30 10 1,15 jan-mar *", "0 10 L * ? *",
		"0 10 15W * ? 2026", "0 10 LW * ? *", "0 8 ? * 2#1 *", "0 8 ? * 6L *", "0 8 ? * FRI#2 2026-2030", "5/10 * * * *", "0 22 * * FRI-MON", "@daily",
		"  0  0 1 1 *  ", "0 0 * * 7", "0 10 L-3 * ? *", "0 8 ? * MONL *", "0 0 1/5 * ? 2020/2",
	} {
		if _, problem := cron.Parse(text); problem != nil {
			t.Errorf("%q: %+v", text, problem)
		}
	}
}

func TestWrong(t *testing.T) {
	t.Parallel()
	for text, part := range map[string]string{
		"": "", "daily": "daily", "* * * *": "* * * *", "0 0 12 * * ? *": "0 0 12 * * ? *", "60 * * * *": "60", "* 24 * * *": "24", "* * 0 * *": "0",
		"* * * 13 *": "13", "* * * * 8": "8", "0 0 12 * * ?": "?", "* * * * FOO": "FOO", "*/0 * * * *": "*/0", "? * * * *": "?", "@dayly": "@dayly",
		"a b c d e": "a", "1- * * * *": "1-", "* * 32W * *": "32W", "* * * * 2#6": "2#6", "1,,2 * * * *": "1,,2", "*/x * * * *": "*/x", "0 0 L-31 * *": "L-31",
	} {
		_, problem := cron.Parse(text)
		if problem == nil {
			t.Errorf("%q is taken", text)
		} else if got := text[problem.Start:problem.End]; got != part || problem.Message == "" {
			t.Errorf("%q: %q, %q", text, got, problem.Message)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("0 0 * * ? *")
	f.Add("@daily")
	f.Fuzz(func(t *testing.T, text string) {
		e, problem := cron.Parse(text)
		if problem != nil && (problem.Start < 0 || problem.End > len(text) || problem.Start > problem.End || problem.Message == "") {
			t.Errorf("%q: %+v", text, problem)
		}
		if problem == nil && e.Name == "" && len(e.Fields) != 5 && len(e.Fields) != 6 {
			t.Errorf("%q: %+v", text, e)
		}
	})
}
