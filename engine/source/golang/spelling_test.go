package golang_test

import (
	"testing"

	"github.com/spindle-flow/spindle/engine/source/golang"
)

func TestSpelled(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Use @retry to retry.": "Use flow.Retry to retry.",
		"ask for more: @resources(memory=…) or @batch(memory=…)":   "ask for more: flow.Resources{MemoryMB: …} or flow.Batch{MemoryMB: …}",
		`give @batch(log_driver="awslogs", log_options=…), please`: `give flow.Batch{LogDriver: "awslogs", LogOptions: …}, please`,
		"raise it: @timeout(seconds=60)":                           "raise it: flow.Timeout",
		"ann@example.org has no @card":                             "ann@example.org has no @card",
	} {
		if got := golang.Spelled(text); got != want {
			t.Errorf("%q is spelled %q, want %q", text, got, want)
		}
	}
}
