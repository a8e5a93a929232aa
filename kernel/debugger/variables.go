package debugger

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"unicode"
)

// source is the text of a file, or of what has none.
func (d *Debugger) source(ctx context.Context, r request) later {
	var args struct {
		Source struct {
			Path      string `json:"path"`
			Reference *int64 `json:"sourceReference"`
		} `json:"source"`
		Reference *int64 `json:"sourceReference"`
	}
	if err := r.read(&args); err != nil {
		return now(reply{err: err})
	}
	reference := args.Source.Reference
	if reference == nil || *reference == 0 {
		reference = args.Reference
	}
	if reference != nil && *reference > 0 {
		own := &arguments{Source: reference}
		p, err := d.owned(own)
		if err != nil {
			return now(reply{err: err})
		}
		return d.wait(ctx, p, p.send(r.Command, own))
	}
	text, err := os.ReadFile(args.Source.Path)
	if err != nil {
		return now(failed("source unavailable: %v", err))
	}
	return now(reply{body: map[string]any{"content": string(text), "mimeType": "text/x-python"}})
}

// ask asks the process of plain cells, while other requests are dealt with.
func (d *Debugger) ask(ctx context.Context, kind string, question any, use func(json.RawMessage) reply) later {
	python, err := d.opts.Python(ctx)
	if err != nil {
		return now(reply{err: err})
	}
	return func() reply {
		answer, err := python.Ask(ctx, kind, question)
		if err != nil {
			return reply{err: err}
		}
		return use(answer)
	}
}

// listed is a list of variables of a notebook in which nothing needs to be stopped.
func (d *Debugger) listed(answer json.RawMessage) reply {
	body, _ := d.numbers.translate(nil, answer).(map[string]any)
	return reply{body: withoutInternal(body)}
}

// withoutInternal leaves the user's variables.
func withoutInternal(body map[string]any) map[string]any {
	shown := []any{}
	list, _ := body["variables"].([]any)
	for _, item := range list {
		v, _ := item.(map[string]any)
		if name, _ := v["name"].(string); shownVariable(name) {
			shown = append(shown, item)
		}
	}
	return map[string]any{"variables": shown}
}

// inspect lists the variables of the notebook.
func (d *Debugger) inspect(ctx context.Context, _ request) later {
	d.numbers.forget(nil, true)
	return d.ask(ctx, "variables", struct{}{}, d.listed)
}

func (d *Debugger) variables(ctx context.Context, r request) later {
	args, err := r.arguments([]string{"variablesReference"})
	if err != nil {
		return now(reply{err: err})
	}
	if w, known := d.numbers.find("variablesReference", *args.Variables); known && w.of == nil {
		return d.ask(ctx, "children", map[string]any{"reference": w.n}, d.listed)
	}
	p, err := d.owned(args)
	if err != nil {
		return now(reply{err: err})
	}
	d.mu.Lock()
	scope := p.main && p.scopes[*args.Variables]
	d.mu.Unlock()
	finish := d.wait(ctx, p, p.send(r.Command, args))
	return func() reply {
		result := finish()
		if body, ok := result.body.(map[string]any); ok && scope {
			result.body = withoutInternal(body)
		}
		return result
	}
}

// rich shows a variable in the forms it has.
func (d *Debugger) rich(ctx context.Context, r request) later {
	var args struct {
		Name  string `json:"variableName"`
		Frame *int64 `json:"frameId"`
	}
	if err := r.read(&args); err != nil {
		return now(reply{err: err})
	}
	if !isName(args.Name) {
		return now(reply{body: map[string]any{"data": map[string]any{}, "metadata": map[string]any{}}}) // a heading among variables
	}
	if args.Frame == nil {
		return d.ask(ctx, "rich", map[string]any{"name": args.Name}, func(answer json.RawMessage) reply { return reply{body: answer} })
	}
	told := d.evaluate(ctx, *args.Frame, "rich("+args.Name+")")
	return func() reply {
		text, err := told()
		return reply{body: json.RawMessage(text), err: err}
	}
}

// evaluate has a function of ours say something of a variable of a frame, in a text.
func (d *Debugger) evaluate(ctx context.Context, frame int64, call string) func() (string, error) {
	expression, why := "__import__('spindle.kernel.told', fromlist=['rich'])."+call, "clipboard" // of which nothing is cut off
	args := &arguments{Frame: &frame, Expression: &expression, Context: &why}
	p, err := d.owned(args)
	if err != nil {
		return func() (string, error) { return "", err }
	}
	answer := p.send("evaluate", args)
	return func() (string, error) {
		body, err := await(ctx, answer)
		if err != nil {
			return "", err
		}
		var result struct {
			Result string `json:"result"`
		}
		if err := json.Unmarshal(body, &result); err != nil {
			return "", err
		}
		text, err := base64.StdEncoding.DecodeString(strings.Trim(result.Result, "'\""))
		return string(text), err
	}
}

// copyToGlobals gives cells a variable of a frame. That of a step is copied from its process to that of plain cells.
func (d *Debugger) copyToGlobals(ctx context.Context, r request) later {
	var args struct {
		To    string `json:"dstVariableName"`
		From  string `json:"srcVariableName"`
		Frame *int64 `json:"srcFrameId"`
	}
	if err := r.read(&args); err != nil {
		return now(reply{err: err})
	}
	if !isName(args.To) || !isName(args.From) || args.Frame == nil {
		return now(failed("copyToGlobals needs dstVariableName, srcVariableName, which are names, and srcFrameId"))
	}
	if w, known := d.numbers.find("frameId", *args.Frame); known && w.of != nil && w.of.main {
		expression := "globals()[" + strconv.Quote(args.To) + "]"
		p := w.of
		return d.wait(ctx, p, p.send("setExpression", &arguments{Frame: &w.n, Expression: &expression, Value: &args.From}))
	}
	kept := d.evaluate(ctx, *args.Frame, "kept("+args.From+")")
	return func() reply {
		value, err := kept()
		if err != nil {
			return reply{err: err}
		}
		question := map[string]any{"name": args.To, "value": base64.StdEncoding.EncodeToString([]byte(value))}
		return d.ask(ctx, "keep", question, func(answer json.RawMessage) reply { return reply{body: answer} })()
	}
}

// isName says whether a text is a name and nothing else.
func isName(text string) bool {
	for i, r := range text {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return text != ""
}

// modules are those of the process of plain cells, and files of the user's that run elsewhere.
func (d *Debugger) modules(ctx context.Context, r request) later {
	var args struct {
		Start int `json:"startModule"`
		Count int `json:"moduleCount"`
	}
	if err := r.read(&args); err != nil {
		return now(reply{err: err})
	}
	return d.ask(ctx, "modules", struct{}{}, func(answer json.RawMessage) reply {
		var list struct {
			Modules []map[string]any `json:"modules"`
		}
		if err := json.Unmarshal(answer, &list); err != nil {
			return reply{err: errors.Join(errors.New("modules of Python"), err)}
		}
		all := list.Modules
		if d.opts.Sources != nil {
			for _, file := range d.opts.Sources() {
				all = append(all, map[string]any{"id": len(all), "name": file[strings.LastIndexByte(file, '/')+1:], "path": file})
			}
		}
		from := min(max(args.Start, 0), len(all))
		to := len(all)
		if args.Count > 0 {
			to = min(from+args.Count, to)
		}
		return reply{body: map[string]any{"modules": all[from:to], "totalModules": len(all)}}
	})
}
