package flow

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// describe says what the flow is, in the fields of docs/task-protocol.md.
func (p *program) describe(request wire.Describe) (map[string]any, error) {
	added, err := parseSpecs(request.With)
	if err != nil {
		return nil, err
	}
	project, err := p.settledProject(request.Options)
	if err != nil {
		return nil, err
	}
	parameters, err := p.describedParameters()
	if err != nil {
		return nil, err
	}
	configs, err := p.toldConfigs(request.Options)
	if err != nil {
		return nil, err
	}
	steps := []map[string]any{}
	for _, s := range p.steps {
		steps = append(steps, s.describe(p, added, request.Options))
	}
	file, line := p.place()
	told := map[string]any{
		"name": p.name, "file": file, "line": line, "doc": "", "steps": steps, "parameters": parameters, "constants": []any{},
		"decorators": p.flowDecorators(), "project": project, "system_tags": projectTags(project),
		"exit_hooks": map[string]any{"on_success": []string{}, "on_error": []string{}}, "warnings": []string{},
		"files": sources(request.Source), "isolation": map[string]any{"fork_safe": false, "reason": "a task of a flow in Go is a process of its own"},
	}
	if configs != nil {
		told["configs"] = configs
	}
	return told, nil
}

// place is where the flow's first method is.
func (p *program) place() (string, int) {
	if len(p.steps) == 0 {
		return "", 0
	}
	return p.steps[0].place()
}

func (s *step) describe(p *program, added []attached, options wire.Options) map[string]any {
	file, line := s.place()
	merged, decorators := s.decorators(p, added, options)
	user, handler := merged.retries()
	environment := merged.environment
	if environment == nil {
		environment = Environment{}
	}
	return map[string]any{
		"name": s.name, "file": file, "line": line, "end_line": max(line, s.lastLine(file)), "doc": "", "start": s.start, "end": s.end,
		"node_info": map[string]any{}, "decorators": decorators, "retries": map[string]int{"user": user, "error": handler},
		"timeout_seconds": merged.timeout.Seconds(), "environment": environment, "catch": merged.catch != nil, "parallel": false,
	}
}

// lastLine is the last line of the step's method that has code in the file.
func (s *step) lastLine(file string) int {
	pc := s.entry()
	of := runtime.FuncForPC(pc)
	last := 0
	for ; of != nil && runtime.FuncForPC(pc) == of; pc++ {
		if at, line := of.FileLine(pc); at == file {
			last = max(last, line)
		}
	}
	return last
}

func (p *program) flowDecorators() []map[string]any {
	told := []map[string]any{}
	if p.project != "" {
		told = append(told, decorator("project", map[string]any{"name": p.project, "branch": "None", "production": false}, true))
	}
	if s := p.schedule; s != nil {
		told = append(told, decorator("schedule", map[string]any{
			"cron": orNone(s.Cron), "weekly": s.Weekly, "daily": s.Daily || *s == Schedule{Timezone: s.Timezone}, "hourly": s.Hourly,
			"timezone": orNone(s.Timezone),
		}, true))
	}
	return told
}

func decorator(name string, attributes map[string]any, static bool) map[string]any {
	return map[string]any{"name": name, "attributes": attributes, "statically_defined": static, "inserted_by": nil}
}

// orNone is how an attribute without a value is told.
func orNone[T comparable](v T) any {
	var zero T
	if v == zero {
		return "None"
	}
	return v
}

// projectPattern is compiled when it is needed: tasks start without it.
var projectPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9_]{1,128}$`) })

// settledProject is the flow's project on the branch that was asked for.
func (p *program) settledProject(options wire.Options) (*wire.Project, error) {
	if p.project == "" {
		return nil, nil
	}
	for what, name := range map[string]string{"name": p.project, "branch": options.Branch} {
		if name != "" && !projectPattern().MatchString(name) {
			return nil, declaration("decorator", fmt.Errorf("the %s of the project can have lower-case letters, digits and underscores, at most 128 of them, unlike %q", what, name))
		}
	}
	branch := "user." + owner(options.User)
	switch {
	case options.Branch != "" && options.Production:
		branch = "prod." + options.Branch
	case options.Branch != "":
		branch = "test." + options.Branch
	case options.Production:
		branch = "prod"
	}
	return &wire.Project{
		Name: p.project, Branch: branch, FlowName: p.project + "." + branch + "." + p.name, Production: options.Production,
		UserBranch: options.Branch == "" && !options.Production,
	}, nil
}

func owner(user string) string {
	for _, name := range []string{os.Getenv("METAFLOW_OWNER"), user, os.Getenv("METAFLOW_USER"), os.Getenv("SUDO_USER"), os.Getenv("USERNAME"), os.Getenv("USER")} {
		if name != "" {
			return name
		}
	}
	return "unknown"
}

func projectTags(project *wire.Project) []string {
	if project == nil {
		return []string{}
	}
	return []string{"project:" + project.Name, "project_branch:" + project.Branch}
}

// rawJSON returns a value as JSON; values that are not to be had as such are their text.
func rawJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		b, err = json.Marshal(strings.TrimSpace(fmt.Sprint(v)))
	}
	if err != nil {
		return json.RawMessage("null")
	}
	return b
}
