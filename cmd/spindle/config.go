package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/effective"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
	"github.com/spindle-flow/spindle/engine/worker"
)

func newConfig(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Look at a flow's configs", GroupID: groupFlow,
		Example: `  spindle config show flow.py
  spindle config show flow.py --config cfg base.json,us.json --set cfg.lr=0.1 --origin`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &fault.Usage{Message: fmt.Sprintf("config: %q is not show", args[0]), Command: cmd.CommandPath()}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigShow(a))
	return cmd
}

func newConfigShow(a *app) *cobra.Command {
	origin := false
	cmd := &cobra.Command{
		Use: "show FLOW", Short: "Print the values of a flow's configs",
		Long: text(`Print the values that a flow's configs have with the same options that ` + "`spindle run`" + ` takes: --config, --config-value and --set. With
--origin each value stands on a line of its own, with the file and line that gave it. The flow's file is imported, to learn which configs it has;
none of its steps is run.`),
		Example: `  spindle config show flow.py
  spindle config show flow.py --config cfg base.json,us.json --origin
  spindle config show flow.py --json`,
		Args: arguments(1, 1, "a flow: flow.py"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.showConfigs(cmd.Context(), args[0], origin) },
	}
	cmd.Flags().BoolVar(&origin, "origin", false, "say of each value which file gave it")
	a.bindJSON(cmd)
	return cmd
}

type configJSON struct {
	Name   string          `json:"name"`
	Value  json.RawMessage `json:"value"` // null for none; a text that a parser is given, as such
	Text   bool            `json:"text"`  // the value is a text that the flow's code makes something of
	Files  []string        `json:"files"` // the later over the earlier
	Values []leafJSON      `json:"values"`
}

type leafJSON struct {
	Path   string          `json:"path"`
	Value  json.RawMessage `json:"value"`
	File   string          `json:"file"` // or the option or variable that gave it
	Line   int             `json:"line,omitempty"`
	Column int             `json:"column,omitempty"`
}

func (a *app) showConfigs(ctx context.Context, spec string, origin bool) error {
	configs, err := a.effectiveConfigs(ctx, spec)
	if err != nil {
		return err
	}
	if a.json {
		report.WriteJSON(a.io.Out, configsJSON(configs))
		return nil
	}
	if len(configs) == 0 {
		a.say("%s has no configs", spec)
	}
	rows := table.New("KEY", "VALUE", "FROM")
	for _, c := range configs {
		if !origin {
			fmt.Fprintf(a.io.Out, "%s = %s\n", c.Declared.Name, indented(c))
			continue
		}
		for _, leaf := range c.Leaves() {
			rows.Row(leaf.Path, leaf.Value, a.place(leaf.At))
		}
	}
	switch {
	case rows.Len() == 0:
	case a.io.OutTTY:
		fmt.Fprint(a.io.Out, rows.Terminal(a.io.Size().Width, a.io.OutPalette().Bold))
	default:
		fmt.Fprint(a.io.Out, rows.Plain())
	}
	return nil
}

// effectiveConfigs asks the flow which configs it has and works out their values.
func (a *app) effectiveConfigs(ctx context.Context, spec string) ([]*effective.Config, error) {
	if err := a.ws.Prepare(); err != nil {
		return nil, err
	}
	flow, err := a.ws.ReadFlow(ctx, spec)
	if err != nil {
		return nil, err
	}
	program, err := a.program(ctx, flow)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	w, err := program.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	var found []*effective.Config
	enough := errors.New("the configs are known")
	request := worker.DescribeRequest{Source: flow.File, Class: flow.Class, With: []string{}, Options: map[string]any{}}
	request.Configs = func(_ context.Context, _ string, declared []worker.ConfigDeclaration) (map[string]worker.ConfigValue, error) {
		if found, err = a.ws.EffectiveConfigs(flow, a.ws.ConfigFlags(), declared); err != nil {
			return nil, err
		}
		return nil, enough
	}
	if _, err = workspace.DescribeFlow(ctx, w, spec, request); err == nil {
		return nil, workspace.NoConfigs(spec, a.ws.ConfigFlags())
	}
	if errors.Is(err, enough) {
		err = nil
	}
	return found, err
}

func configsJSON(configs []*effective.Config) []configJSON {
	out := []configJSON{}
	for _, c := range configs {
		one := configJSON{Name: c.Declared.Name, Value: json.RawMessage("null"), Text: c.Text != nil, Files: c.Files, Values: []leafJSON{}}
		if one.Files == nil {
			one.Files = []string{}
		}
		leaves := c.Leaves()
		if c.Value != nil {
			one.Value = strict(document.Encode(c.Value))
		} else {
			one.Value = strict(leaves[0].Value)
		}
		for _, l := range leaves {
			one.Values = append(one.Values, leafJSON{l.Path, strict(l.Value), l.At.File, l.At.Start.Line, l.At.Start.Column})
		}
		out = append(out, one)
	}
	return out
}

// strict is JSON that every reader takes: NaN and infinities, which only Python's has, become texts.
func strict(text string) json.RawMessage {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	v, fault := document.ReadJSON(graph.Range{}, []byte(text))
	if fault != nil {
		return json.RawMessage("null")
	}
	plain, err := json.Marshal(document.Plain(v))
	if err != nil {
		return json.RawMessage("null")
	}
	return plain
}

func indented(c *effective.Config) string {
	if c.Value == nil {
		return c.Leaves()[0].Value
	}
	return document.Indent(c.Value)
}

// place is where a value comes from, as text.
func (a *app) place(at graph.Range) string {
	switch {
	case at.File == "":
		return "nothing"
	case at.Start.Line == 0:
		return at.File
	}
	return fmt.Sprintf("%s:%d", a.printer(a.io.OutPalette()).Path(at.File), at.Start.Line)
}
