package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// Choice says which rules count, and how much. The zero value lets all count as they are.
type Choice struct {
	// Select and Ignore hold codes or beginnings of codes (SP2). Without Select every rule counts that is not ignored. Where both
	// name a rule the longer one decides.
	Select, Ignore []string
	// Off are rules that never count here, whatever Select says.
	Off []string
	// Severity changes how bad a rule's findings are.
	Severity map[string]lint.Severity
}

// Over returns the choice with another one beneath it, as a command line stands over a settings file: its Select replaces what
// is beneath, its Ignore alone adds to it.
func (c Choice) Over(base Choice) Choice {
	out := Choice{Select: c.Select, Ignore: c.Ignore, Off: slices.Concat(base.Off, c.Off), Severity: maps.Clone(base.Severity)}
	if len(c.Select) == 0 {
		out.Select, out.Ignore = base.Select, slices.Concat(base.Ignore, c.Ignore)
	}
	if out.Severity == nil {
		out.Severity = map[string]lint.Severity{}
	}
	maps.Copy(out.Severity, c.Severity)
	return out
}

// always are the rules about files that can't be read as flows: what can't be read can't be judged by any other rule.
func always(code string) bool { return code == "SP100" || code == "SP143" }

// Counts reports whether findings of a rule are wanted.
func (c Choice) Counts(code string) bool {
	if always(code) {
		return true
	}
	if longest(c.Off, code) > 0 {
		return false
	}
	selected, ignored := longest(c.Select, code), longest(c.Ignore, code)
	if len(c.Select) == 0 {
		return ignored == 0
	}
	return selected > ignored
}

// Judge returns a finding as bad as the choice says, and whether it is wanted at all.
func (c Choice) Judge(d lint.Diagnostic) (lint.Diagnostic, bool) {
	if s, ok := c.Severity[d.Code]; ok {
		d.Severity = s
	}
	return d, c.Counts(d.Code)
}

// longest is the length of the longest prefix that a code has, 0 for none.
func longest(prefixes []string, code string) int {
	n := 0
	for _, p := range prefixes {
		if strings.HasPrefix(code, p) {
			n = max(n, len(p))
		}
	}
	return n
}

// Known reports whether a word is the code of a rule or the beginning of one.
func Known(word string) bool {
	return len(word) >= 2 && slices.ContainsFunc(All(), func(r lint.Rule) bool { return strings.HasPrefix(r.Code, word) })
}

// ByCode returns a rule of the table.
func ByCode(code string) (lint.Rule, bool) {
	list := All()
	i := slices.IndexFunc(list, func(r lint.Rule) bool { return r.Code == code })
	if i < 0 {
		return lint.Rule{}, false
	}
	return list[i], true
}

// Nearest returns the code most like a word that is none, empty where none is alike.
func Nearest(word string) string {
	var codes []string
	for _, r := range All() {
		codes = append(codes, r.Code)
	}
	return near.Within(1, strings.TrimSpace(word), codes)
}
