package table_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
)

func sample() *table.Table {
	t := table.New("RUN", "STATE", "TAGS")
	t.Row("Demand/17", "done", "nightly")
	t.Row("映画/2", "failed", "")
	t.Paint(1, strings.ToUpper)
	return t
}

func TestTerminal(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{
		80: "run        state   tags\nDemand/17  done    nightly\n映画/2     FAILED  \n",
		21: "run        state   t…\nDemand/17  done    n…\n映画/2     FAILED  \n",
		12: "run        …\nDemand/17  …\n映画/2     …\n",
	} {
		if diff := cmp.Diff(want, sample().Terminal(width, strings.ToLower)); diff != "" {
			t.Errorf("width %d: %s", width, diff)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff("Demand/17\tdone\tnightly\n映画/2\tfailed\t\n", sample().Plain()); diff != "" {
		t.Error(diff)
	}
}

func TestAligned(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff("Demand/17  done    nightly\n映画/2     FAILED  \n", sample().Aligned()); diff != "" {
		t.Error(diff)
	}
}
