package flowcmd_test

import (
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/flowcmd"
)

func TestPairs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"run f.py --config cfg c.json --x 1", "run f.py --config cfg=c.json --x 1"},
		{"run f.py --config cfg=a.json,b.json", "run f.py --config cfg=a.json,b.json"},
		{"run f.py --config=cfg c.json", "run f.py --config cfg=c.json"},
		{"--config-value cfg {\"a\":1} run f.py", "--config-value cfg={\"a\":1} run f.py"},
		{"--config-value cfg={\"a\":1} run f.py", "--config-value cfg={\"a\":1} run f.py"},
		{"--config-value cfg -3 run", "--config-value cfg=-3 run"},
		{"--config a b --config c d run f.py", "--config a=b --config c=d run f.py"},
		{"run f.py --config cfg --tag x", "run f.py --config cfg --tag x"},
		{"run f.py --config", "run f.py --config"},
		{"run f.py --set cfg.a=1 --configure x", "run f.py --set cfg.a=1 --configure x"},
		{"exec-flow -- f.py --config cfg c.json", "exec-flow -- f.py --config cfg c.json"},
	} {
		got := flowcmd.Pairs(strings.Fields(tt.in))
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.in, got, tt.want)
		}
		if again := flowcmd.Pairs(got); strings.Join(again, " ") != tt.want && !strings.Contains(tt.in, "--configure") {
			t.Errorf("%s, twice: %q", tt.in, again)
		}
	}
}
