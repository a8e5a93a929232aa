package stepfunctions

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/worker"
)

// Cron is a schedule as EventBridge has it, six fields with the year: from these, from five as crontab has them, or from hourly, daily, weekly.
func Cron(text string) (string, error) {
	switch text {
	case "hourly", "@hourly":
		return "0 * * * ? *", nil
	case "daily", "@daily", "@midnight":
		return "0 0 * * ? *", nil
	case "weekly", "@weekly":
		return "0 0 ? * SUN *", nil
	case "@monthly":
		return "0 0 1 * ? *", nil
	case "@yearly", "@annually":
		return "0 0 1 1 ? *", nil
	}
	f := strings.Fields(text)
	switch {
	case len(f) == 6:
		return strings.Join(f, " "), nil
	case len(f) != 5:
		return "", fmt.Errorf("the schedule %q has %d fields: five as in crontab, or six with the year", text, len(f))
	}
	day, weekday := f[2], f[4]
	switch {
	case day == "?" || weekday == "?":
	case weekday == "*":
		weekday = "?"
	case day == "*":
		day = "?"
	default:
		return "", fmt.Errorf("the schedule %q names days of the month and days of the week: EventBridge takes one of them", text)
	}
	weekday, err := weekdays(weekday)
	if err != nil {
		return "", fmt.Errorf("the schedule %q: %w", text, err)
	}
	return strings.Join([]string{f[0], f[1], day, f[3], weekday, "*"}, " "), nil
}

// names of the days as crontab counts them, Sunday twice.
var dayNames = [...]string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"}

// weekdays writes days of the week by name: crontab counts them from 0, EventBridge from 1.
func weekdays(field string) (string, error) {
	items := strings.Split(field, ",")
	for i, item := range items {
		days, step, stepped := strings.Cut(item, "/")
		ends := strings.Split(days, "-")
		for j, end := range ends {
			n, err := strconv.Atoi(end)
			if err != nil {
				continue // a name, * or ?
			}
			if n < 0 || n >= len(dayNames) {
				return "", fmt.Errorf("there is no day %d of the week", n)
			}
			ends[j] = dayNames[n]
		}
		items[i] = strings.Join(ends, "-")
		if stepped {
			items[i] += "/" + step
		}
	}
	return strings.Join(items, ","), nil
}

// ScheduleOf is what @schedule of a flow says: a schedule as EventBridge has it, empty for none, and a time zone.
func ScheduleOf(d *worker.Description) (schedule, timezone string, err error) {
	for _, deco := range d.Decorators {
		if deco.Name != "schedule" {
			continue
		}
		var a struct {
			Cron, Timezone        any
			Weekly, Hourly, Daily bool
		}
		if err := json.Unmarshal(deco.Attributes, &a); err != nil {
			return "", "", fmt.Errorf("@schedule: %w", err)
		}
		cron, word := given(a.Cron), ""
		switch {
		case cron != "":
			word = cron
		case a.Weekly:
			word = "weekly"
		case a.Hourly:
			word = "hourly"
		case a.Daily:
			word = "daily"
		default:
			return "", "", nil
		}
		schedule, err = Cron(word)
		return schedule, given(a.Timezone), err
	}
	return "", "", nil
}

// given is an attribute that is a text; None became its text in the description.
func given(v any) string {
	if text, ok := v.(string); ok && text != "None" {
		return text
	}
	return ""
}
