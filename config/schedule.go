package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators"
	"github.com/spindle-flow/spindle/engine/lint/decorators/cron"
)

// words are schedules that need no cron expression.
func words() []string { return []string{"hourly", "daily", "weekly"} }

// schedule reads when runs are started; nil for never.
func (r *resolver) schedule(v *graph.Value) *Schedule {
	if v == nil {
		return nil
	}
	s := &Schedule{}
	switch v.Kind {
	case graph.StringKind:
		s.Cron = word(v)
	case graph.ObjectKind:
		s.Cron, s.Timezone = text(v, "cron"), text(v, "timezone")
	}
	if s.Cron.Text == "" {
		return nil
	}
	r.cron(s.Cron)
	r.zone(s.Timezone)
	return s
}

func (r *resolver) cron(w Word) {
	if slices.Contains(words(), w.Text) {
		return
	}
	_, problem := cron.Parse(w.Text)
	if problem == nil {
		return
	}
	message, detail := problem.Message, "The fields are minute, hour, day of the month, month and day of the week: \"0 6 * * 1-5\". hourly, daily and weekly stand for themselves."
	if len(strings.Fields(w.Text)) == 1 {
		message = fmt.Sprintf("%q is no schedule", w.Text)
		detail = alike(w.Text, words(), "") + " Never is null."
	}
	r.malformed(w.part(problem.Start, problem.End), detail, "%s", message)
}

// part is the place of a part of a text, where that stands letter by letter in the file; else that of all of it.
func (w Word) part(start, end int) graph.Range {
	at := w.Range
	width := at.End.Column - at.Start.Column
	n := utf8.RuneCountInString(w.Text)
	if at.Start.Line != at.End.Line || start >= end || width != n && width != n+2 {
		return at
	}
	from := at.Start.Column + (width-n)/2
	at.Start.Column, at.End.Column = from+utf8.RuneCountInString(w.Text[:start]), from+utf8.RuneCountInString(w.Text[:end])
	return at
}

func (r *resolver) zone(w Word) {
	if w.Text == "" || decorators.Zone(w.Text) {
		return
	}
	detail := "Use a name as in IANA's list, like Europe/Paris."
	if meant := decorators.NearestZone(w.Text); meant != "" {
		detail = "Did you mean " + meant + "?"
	}
	r.malformed(w.Range, detail, "there is no time zone %q", w.Text)
}
