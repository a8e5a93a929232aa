// Package cron reads cron expressions as schedulers of flows take them: five fields as in crontab, six with the year as on AWS,
// or a name like @daily. It tells what is wrong with one, not when it fires.
package cron

import (
	"fmt"
	"strconv"
	"strings"
)

// Problem is what is wrong with an expression.
type Problem struct {
	Start, End int // the part of the expression, in bytes
	Message    string
}

// Expression is one that was read.
type Expression struct {
	Name   string // @daily and the like, empty for one with fields
	Fields []Field
}

// Field is one field of an expression.
type Field struct {
	Text       string
	Start, End int // in bytes
}

// The places of the fields that schedulers take differently.
const (
	DayOfMonth = 2
	DayOfWeek  = 4
)

// Parse reads an expression. The problem is nil for a right one.
func Parse(expression string) (Expression, *Problem) {
	fields := split(expression)
	if len(fields) == 1 && strings.HasPrefix(fields[0].Text, "@") {
		e := Expression{Name: fields[0].Text, Fields: nil}
		for _, name := range names() {
			if e.Name == name {
				return e, nil
			}
		}
		return e, &Problem{fields[0].Start, fields[0].End, fmt.Sprintf("there is no schedule %q", e.Name)}
	}
	e := Expression{Fields: fields}
	if len(fields) != 5 && len(fields) != 6 {
		return e, &Problem{0, len(expression), fmt.Sprintf("a cron expression has five fields, or six with the year, not %d", len(fields))}
	}
	for i, f := range fields {
		if message := kinds()[i].check(f.Text); message != "" {
			return e, &Problem{f.Start, f.End, message}
		}
	}
	return e, nil
}

func names() []string {
	return []string{"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"}
}

func split(expression string) []Field {
	var out []Field
	for at := 0; at < len(expression); {
		if expression[at] == ' ' || expression[at] == '\t' {
			at++
			continue
		}
		end := at
		for end < len(expression) && expression[end] != ' ' && expression[end] != '\t' {
			end++
		}
		out = append(out, Field{expression[at:end], at, end})
		at = end
	}
	return out
}

// kind is what a field can hold.
type kind struct {
	name     string
	min, max int
	words    []string // names for numbers, the first for first
	first    int
	special  func(item string) bool // forms that only this field has
}

func kinds() []kind {
	months := []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	days := []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
	return []kind{
		{name: "minute", max: 59},
		{name: "hour", max: 23},
		{name: "day of the month", min: 1, max: 31, special: monthDay},
		{name: "month", min: 1, max: 12, words: months, first: 1},
		{name: "day of the week", max: 7, words: days, special: weekDay},
		{name: "year", min: 1970, max: 2199},
	}
}

// monthDay takes the forms of AWS: none, the last day, so many before it, the weekday nearest to a day.
func monthDay(item string) bool {
	switch item {
	case "?", "L", "LW", "W":
		return true
	}
	if rest, ok := strings.CutSuffix(item, "W"); ok {
		return within(rest, 1, 31)
	}
	rest, ok := strings.CutPrefix(item, "L-")
	return ok && within(rest, 1, 30)
}

// weekDay takes the forms of AWS: none, the last of the month, the nth of the month.
func weekDay(item string) bool {
	if item == "?" || item == "L" {
		return true
	}
	if rest, ok := strings.CutSuffix(item, "L"); ok {
		return within(rest, 0, 7) || isDay(rest)
	}
	day, nth, ok := strings.Cut(item, "#")
	return ok && (within(day, 0, 7) || isDay(day)) && within(nth, 1, 5)
}

func isDay(word string) bool {
	_, ok := kinds()[DayOfWeek].number(word)
	return ok
}

func within(text string, low, high int) bool {
	v, err := strconv.Atoi(text)
	return err == nil && low <= v && v <= high
}

// check returns what is wrong with a field, empty for nothing.
func (k kind) check(text string) string {
	for item := range strings.SplitSeq(strings.ToUpper(text), ",") {
		if k.special != nil && k.special(item) {
			continue
		}
		base, step, stepped := strings.Cut(item, "/")
		if stepped && !within(step, 1, max(k.max, 1)) {
			return fmt.Sprintf("%q can't be a step of the %s", step, k.name)
		}
		if base == "*" {
			continue
		}
		from, to, ranged := strings.Cut(base, "-")
		if !ranged {
			to = from
		}
		for _, end := range []string{from, to} {
			if _, ok := k.number(end); !ok {
				return fmt.Sprintf("%q can't be the %s", item, k.name)
			}
		}
	}
	return ""
}

// number reads a number or the name of one.
func (k kind) number(text string) (int, bool) {
	for i, word := range k.words {
		if strings.EqualFold(word, text) {
			return k.first + i, true
		}
	}
	v, err := strconv.Atoi(text)
	return v, err == nil && k.min <= v && v <= k.max
}
