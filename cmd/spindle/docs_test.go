package main

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/lint"
)

func TestExitCodesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/exit-codes.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exitcode.Table() {
		if line := fmt.Sprintf("| %d | %s | %s |", e.Code, e.Name, e.Meaning); !strings.Contains(string(text), line) {
			t.Errorf("docs/exit-codes.md lacks the line\n%s", line)
		}
	}
}

// Each field that --json can write stands in the document, in its command's section.
func TestJSONFieldsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/json-output.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for section := range strings.SplitSeq(string(text), "\n## ") {
		name, body, _ := strings.Cut(section, "\n")
		sections[name] = body
	}
	for section, value := range map[string]any{
		"Failures": report.Failure{}, "check": checkJSON{}, "lint": lintJSON{}, "rule": rulesJSON{}, "show": showJSON{}, "dump": dumpJSON{}, "logs show": logsJSON{}, "tag list": tagsJSON{},
		"runs": runsJSON{}, "tasks": tasksJSON{}, "version": versionJSON{}, "doctor": doctorJSON{}, "configure": configureJSON{},
		"spin": spinJSON{}, "gc": gcJSON{}, "package list": packageJSON{}, "batch list": batchJSON{}, "workbench show": workbenchJSON{},
	} {
		body, ok := sections[section]
		if !ok {
			t.Errorf("docs/json-output.md has no section %q", section)
		}
		for _, field := range fields(reflect.TypeOf(value)) {
			if section == "doctor" && slices.Contains(fields(reflect.TypeFor[findingJSON]()), field) {
				continue // described with configure
			}
			if !strings.Contains(body, field) {
				t.Errorf("docs/json-output.md, %s: nothing about %q", section, field)
			}
		}
	}
}

// fields are the JSON names of a type's fields and of those below. Diagnostics are described once, with check.
func fields(of reflect.Type) []string {
	switch of.Kind() {
	case reflect.Slice, reflect.Pointer:
		return fields(of.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	if of == reflect.TypeFor[lint.Diagnostic]() {
		return nil
	}
	var names []string
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			names = append(names, name)
		}
		names = append(names, fields(of.Field(i).Type)...)
	}
	return names
}
