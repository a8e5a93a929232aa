package filetarget

import (
	"testing"
	"time"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/conformance"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.Run(t, func(t *testing.T) *conformance.Subject {
		target := &Target{Dir: t.TempDir(), Now: time.Now}
		return &conformance.Subject{Target: target, Finish: func(t *testing.T, name, run string) {
			if err := target.End(t.Context(), name, run, deploy.Succeeded); err != nil {
				t.Fatal(err)
			}
		}}
	})
}
