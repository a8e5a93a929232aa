package gobinary

import "strings"

// Target is the architecture of Linux machines, as Go names it: amd64, arm64. A binary for a target needs nothing of the machine it runs on, no C library and no
// loader, and the same code makes the same binary wherever it is built.
type Target string

// env makes the go command build for the target.
func (t Target) env() []string {
	if t == "" {
		return nil
	}
	return []string{"GOOS=linux", "GOARCH=" + string(t), "CGO_ENABLED=0"}
}

// flags leave out what differs from machine to machine, and what only a debugger reads.
func (t Target) flags(env []string) []string {
	if t == "" {
		return nil
	}
	flags := []string{"-trimpath"}
	if !strings.Contains(variable(env, "GOFLAGS"), "-ldflags") {
		flags = append(flags, "-ldflags=-s -w")
	}
	return flags
}
