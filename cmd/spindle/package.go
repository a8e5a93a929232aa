package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/spin"
)

type packageJSON struct {
	Flow    string            `json:"flow"`   // file name of the flow
	Bytes   int64             `json:"bytes"`  // of the package, packed
	SHA256  string            `json:"sha256"` // of the package; empty for one that was read from a file
	Files   []packageFileJSON `json:"files"`
	Outside []string          `json:"outside"` // imported files that are not in the package
}

type packageFileJSON struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Kind string `json:"kind"` // user, sdk, package
}

func newPackage(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "package", Short: "See what code remote tasks get", GroupID: groupFlow,
		Long: text(`Remote tasks get the files of the flow's folder that end in .py, .R or .RDS, or in one of --package-suffixes, but for what .gitignore and
.spindleignore name, and the Python package of Spindle. A file that the flow imports is sent also where .gitignore names it.

Those of a flow in Go get its program instead, built for Linux on amd64 or what SPINDLE_GO_ARCH names (arm64, or amd64,arm64 for both), and its sources.`),
		Example: `  spindle package list flow.py
  spindle package save flow.py package.tgz`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPackageList(a), newPackageSave(a), newPackageHelper(a))
	return cmd
}

func newPackageList(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list FLOW|FILE.tgz", Short: "List the files of a flow's code package",
		Long: text(`List the files that a flow's remote tasks get, or those of a package that was saved (a name that ends in .tgz or .gz), by Spindle or by Metaflow.
Nothing is sent.`),
		Example: `  spindle package list flow.py
  spindle package list flow.py --package-suffixes .py,.csv
  spindle package list flow.py --json | jq '.files[] | select(.size > 1e6).name'`,
		Args: arguments(1, 1, "a flow: flow.py"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.packageList(cmd.Context(), args[0]) },
	}
	a.bindJSON(cmd)
	return cmd
}

func newPackageSave(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "save FLOW FILE", Short: "Write a flow's code package to a file",
		Long:    text(`Write the code package that a flow's remote tasks get to a file, a tar archive packed with gzip. The same code makes the same bytes.`),
		Example: `  spindle package save flow.py package.tgz && tar -tzf package.tgz`,
		Args:    arguments(2, 2, "a flow and a file: flow.py package.tgz"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.packageSave(cmd.Context(), args[0], args[1]) },
	}
}

// code makes the code package of a flow. The flow is imported, as it is for a run: what it imports is sent in any case.
func (a *app) code(ctx context.Context, spec string) (*codepackage.Package, error) {
	flow, _, err := a.usable(ctx, spec)
	if err != nil {
		return nil, err
	}
	d, program, err := a.described(ctx, flow)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	return program.Code(ctx, flow, d)
}

func (a *app) packageList(ctx context.Context, spec string) error {
	if strings.HasSuffix(spec, ".tgz") || strings.HasSuffix(spec, ".gz") {
		return a.packageRead(spec)
	}
	p, err := a.code(ctx, spec)
	if err != nil {
		return err
	}
	c, err := codepackage.Read(bytes.NewReader(p.Bytes))
	if err != nil {
		return err
	}
	a.printPackage(c, int64(len(p.Bytes)), p.SHA256, p.Outside)
	a.packageWarnings(p)
	return nil
}

// packageRead lists a package that was saved.
func (a *app) packageRead(file string) error {
	f, err := os.Open(a.ws.Abs(file))
	if err != nil {
		return fault.Usagef("%v", err)
	}
	defer f.Close()
	c, err := codepackage.Read(f)
	if err != nil {
		return fault.Usagef("%q: %v", file, err)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	a.printPackage(c, info.Size(), "", nil)
	return nil
}

func (a *app) printPackage(c *codepackage.Contents, size int64, sha string, outside []string) {
	if a.json {
		out := packageJSON{Flow: c.Script(), Bytes: size, SHA256: sha, Files: []packageFileJSON{}, Outside: append([]string{}, outside...)}
		for _, e := range c.Entries {
			out.Files = append(out.Files, packageFileJSON{e.Name, e.Size, string(e.Kind)})
		}
		report.WriteJSON(a.io.Out, out)
		return
	}
	t := table.New("FILE", "SIZE")
	user, others := 0, 0
	for _, e := range c.Entries {
		if e.Kind == codepackage.User {
			user++
			t.Row(e.Name, strconv.FormatInt(e.Size, 10))
		} else {
			others++
		}
	}
	if a.io.OutTTY {
		fmt.Fprint(a.io.Out, t.Terminal(a.io.Size().Width, a.io.OutPalette().Bold))
	} else {
		fmt.Fprint(a.io.Out, t.Plain())
	}
	a.say("%d files of the flow's and %d of the library, %s packed", user, others, spin.SizeText(size))
}

// packageWarnings say what is doubtful about a package.
func (a *app) packageWarnings(p *codepackage.Package) {
	for _, file := range p.Outside {
		a.say("%s the flow imports %s, which is not in its folder and is not sent", a.io.ErrPalette().Yellow("Note:"), file)
	}
	if warning := p.Warning(); warning != "" {
		a.say("%s %s", a.io.ErrPalette().Yellow("Warning:"), warning)
	}
}

func (a *app) packageSave(ctx context.Context, spec, file string) error {
	p, err := a.code(ctx, spec)
	if err != nil {
		return err
	}
	if err := disk.WriteFile(a.ws.Abs(file), p.Bytes, disk.Replace); err != nil {
		return fault.Usagef("write the package: %v", err)
	}
	a.say("Code package saved in %q: %d files, %s", file, len(p.Files), spin.SizeText(int64(len(p.Bytes))))
	a.packageWarnings(p)
	return nil
}
