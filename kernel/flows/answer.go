package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/spin"
)

// Answer answers questions about what flows add to a cell; others are nil.
func (r *Runner) Answer(ctx context.Context, q cells.Question) (json.RawMessage, error) {
	if reply, err := r.answerGo(ctx, q); reply != nil || err != nil {
		return reply, err
	}
	code := []rune(q.Code)
	switch q.Kind {
	case "complete":
		if c := r.complete(ctx, code, q.Cursor); c != nil {
			return c.reply(q.Cursor)
		}
	case "inspect":
		if text := r.explain(ctx, code, q.Cursor); text != "" {
			return json.Marshal(map[string]any{"found": true, "data": map[string]any{"text/plain": text}, "metadata": map[string]any{}})
		}
	case "is_complete":
		if r.Claims(q.Code) && !strings.HasPrefix(strings.TrimSpace(q.Code), "%%") && !definesSteps(q.Code) {
			return json.RawMessage(`{"status":"complete"}`), nil
		}
	}
	return nil, nil
}

var dotted = regexp.MustCompile(`^(?:self\.)?\w+$`)

// explain says what the name at the cursor is; empty where flows have nothing to say.
func (r *Runner) explain(ctx context.Context, code []rune, cursor int) string {
	inside := func(c rune) bool { return c == '_' || c == '.' || unicode.IsLetter(c) || unicode.IsDigit(c) }
	from, to := cursor, cursor
	for from > 0 && inside(code[from-1]) {
		from--
	}
	for to < len(code) && inside(code[to]) && code[to] != '.' {
		to++
	}
	word := strings.Trim(string(code[from:to]), ".")
	if from > 0 && code[from-1] == '%' {
		if m, ok := magics()[word]; ok {
			return m.usage + "\n" + m.help
		}
		return ""
	}
	_, s := r.attached()
	if s == nil || !dotted.MatchString(word) {
		return ""
	}
	first, _ := cut(string(code))
	name, ofSelf := strings.CutPrefix(word, "self.")
	if !ofSelf && !strings.HasPrefix(first, "%") {
		return ""
	}
	standing, done, err := r.look(ctx)
	if err != nil {
		standing, done = &spin.Standing{}, func() {}
	}
	defer done()
	if text := r.explainArtifact(ctx, s, standing, name); text != "" {
		return text
	}
	return explainStep(s, standing, name)
}

func (r *Runner) explainArtifact(ctx context.Context, s *Source, standing *spin.Standing, name string) string {
	var lines []string
	for _, p := range s.Flow.Parameters {
		if p.Attr == name {
			lines = append(lines, fmt.Sprintf("%s %q of %s", p.Class, p.Name, s.Flow.Name))
			if p.Help != "" {
				lines = append(lines, p.Help)
			}
			if p.Default != "" {
				lines = append(lines, "Default: "+p.Default)
			}
		}
	}
	t, ref, ok := refOf(s, standing, name)
	if ok {
		lines = append(lines, fmt.Sprintf("self.%s: %s, %s", name, typeName(ref.Type), spin.SizeText(ref.Size)))
		if value := shortOf(ctx, t, s.Flow.Name, name); value != "" {
			lines = append(lines, "Value: "+value)
		}
		from := "From: " + t.Pathspec()
		if t.Seq > 0 {
			from += " (spun)"
		}
		lines = append(lines, from)
	}
	return strings.Join(lines, "\n")
}

func explainStep(s *Source, standing *spin.Standing, name string) string {
	step := s.Step(name)
	if step == nil {
		return ""
	}
	lines := []string{fmt.Sprintf("Step %q of %s", name, s.Flow.Name)}
	if doc := strings.TrimSpace(graph.CleanDoc(step.Doc)); doc != "" {
		lines = append(lines, doc)
	}
	if n := s.Graph.Node(name); n != nil {
		if len(n.In) > 0 {
			lines = append(lines, "After: "+strings.Join(n.In, ", "))
		}
		if len(n.Out) > 0 {
			lines = append(lines, "Before: "+strings.Join(n.Out, ", "))
		}
	}
	if tasks := standing.Steps[name]; len(tasks) > 0 {
		lines = append(lines, fmt.Sprintf("Tasks: %d, newest %s", len(tasks), tasks[len(tasks)-1].Pathspec()))
	}
	return strings.Join(lines, "\n")
}
