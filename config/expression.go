package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/lint/decorators/cron"
	"github.com/spindle-flow/spindle/engine/lint/targets"
)

// right reports whether the expression is one.
func (s *Schedule) right() bool {
	if slices.Contains(words(), s.Cron.Text) {
		return true
	}
	_, problem := cron.Parse(s.Cron.Text)
	return problem == nil
}

// Expression is the schedule as a target takes it: AWS's six fields for step-functions, crontab's five for the others. An expression of the target's own
// kind stays as it is.
func (s *Schedule) Expression(target string) (string, error) {
	text := s.Cron.Text
	if slices.Contains(words(), text) {
		text = "@" + text
	}
	e, problem := cron.Parse(text)
	switch {
	case problem != nil:
		return "", errors.New(problem.Message)
	case e.Name != "":
		e, _ = cron.Parse(fields(e.Name))
	}
	if target == targets.StepFunctions {
		return amazon(e)
	}
	if len(e.Fields) == 6 {
		return s.Cron.Text, nil
	}
	return written(e), nil
}

// fields are those of a schedule that has a name.
func fields(name string) string {
	return map[string]string{
		"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
		"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
	}[name]
}

func written(e cron.Expression) string {
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Text)
	}
	return strings.Join(out, " ")
}

// amazon writes crontab's five fields as the six of AWS, where one of the days must be left open and days of the week are counted from 1.
func amazon(e cron.Expression) (string, error) {
	day, week := e.Fields[cron.DayOfMonth].Text, e.Fields[cron.DayOfWeek].Text
	if len(e.Fields) == 6 {
		if (day == "?") == (week == "?") {
			return "", errors.New("of day of month and day of week one must be ? on Step Functions")
		}
		return written(e), nil
	}
	switch {
	case week == "*" || week == "?":
		week = "?"
		if day == "?" {
			day = "*"
		}
	case day == "*" || day == "?":
		names, ok := weekdays(week)
		if !ok {
			return "", fmt.Errorf("%q can't be told to Step Functions with five fields", week)
		}
		day, week = "?", names
	default:
		return "", errors.New("a day of the month and a day of the week can't both be given on Step Functions")
	}
	return strings.Join([]string{e.Fields[0].Text, e.Fields[1].Text, day, e.Fields[3].Text, week, "*"}, " "), nil
}

func dayNames() []string { return []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"} }

// weekdays names the days of crontab's last field, each once: crontab and AWS count them from different ones.
func weekdays(field string) (string, bool) {
	on := map[int]bool{}
	for item := range strings.SplitSeq(strings.ToUpper(field), ",") {
		base, step, _ := strings.Cut(item, "/")
		every := 1
		if step != "" {
			n, err := strconv.Atoi(step)
			if err != nil || n < 1 {
				return "", false
			}
			every = n
		}
		from, to, ranged := strings.Cut(base, "-")
		low, ok := weekday(from)
		high, also := weekday(to)
		switch {
		case base == "*":
			low, high, ok, also = 0, 6, true, true
		case !ranged && step != "":
			high, also = 6, ok
		case !ranged:
			high, also = low, ok
		case to == "0" || to == "7" || to == "SUN":
			high = 7
		}
		if !ok || !also {
			return "", false
		}
		if high < low {
			high += 7
		}
		for d := low; d <= high; d += every {
			on[d%7] = true
		}
	}
	var out []string
	for i, name := range dayNames() {
		if on[i] {
			out = append(out, name)
		}
	}
	return strings.Join(out, ","), len(out) > 0
}

func weekday(text string) (int, bool) {
	if i := slices.Index(dayNames(), text); i >= 0 {
		return i, true
	}
	n, err := strconv.Atoi(text)
	return n % 7, err == nil && n >= 0 && n <= 7
}
