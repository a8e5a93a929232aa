package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/compute/remote/helper"
)

// newPackageHelper returns the verb that gives the helper for images without Python.
func newPackageHelper(a *app) *cobra.Command {
	arch := "amd64"
	cmd := &cobra.Command{
		Use: "helper FILE", Short: "Write the program that starts Go flows' tasks in images without Python",
		Long: text(`A container of a remote task begins with Python, which fetches the program that runs the task. A flow in Go needs no Python for anything else: an
image without it will do that has this program as spindle-task on its PATH. Any version of it fetches the one that a task asks for.`),
		Example: `  spindle package helper spindle-task
  spindle package helper --arch arm64 spindle-task`,
		Args: arguments(1, 1, "a file: spindle-task"),
		RunE: func(_ *cobra.Command, args []string) error { return a.packageHelper(arch, args[0]) },
	}
	cmd.Flags().StringVar(&arch, "arch", arch, "architecture of the image's machines: amd64 or arm64")
	return cmd
}

func (a *app) packageHelper(arch, file string) error {
	binaries, err := helper.All()
	if err != nil {
		return err
	}
	var have []string
	for _, b := range binaries {
		if b.Arch != arch {
			have = append(have, b.Arch)
			continue
		}
		z, err := gzip.NewReader(bytes.NewReader(b.Packed))
		if err != nil {
			return fmt.Errorf("the helper for %s: %w", arch, err)
		}
		program, err := io.ReadAll(z)
		if err != nil {
			return fmt.Errorf("the helper for %s: %w", arch, err)
		}
		if err := os.WriteFile(a.ws.Abs(file), program, 0o755); err != nil {
			return fault.Usagef("write the helper: %v", err)
		}
		a.say("Helper for linux/%s saved in %q: put it into the image as /usr/local/bin/spindle-task", arch, file)
		return nil
	}
	return fault.Usagef("there is no helper for %q, only for %s", arch, strings.Join(have, " and "))
}
