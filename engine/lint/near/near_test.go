package near_test

import (
	"testing"

	"github.com/spindle-flow/spindle/engine/lint/near"
)

func TestWord(t *testing.T) {
	t.Parallel()
	names := []string{"select", "ignore", "per-file-ignores", "severity", "a"}
	for word, want := range map[string]string{
		"selct": "select", "Select": "select", "per_file_ignores": "per-file-ignores", "sveerity": "severity", "zzz": "", "b": "a", "": "a", "ab": "a",
		"per-file-ignore": "per-file-ignores", "unrelated": "",
	} {
		if got := near.Word(word, names); got != want {
			t.Errorf("Word(%q) = %q, want %q", word, got, want)
		}
	}
	if got := near.Within(1, "SP2O3", []string{"SP301", "SP203", "SP103"}); got != "SP203" {
		t.Errorf("got %q", got)
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"größe", "grosse", 3}} {
		if got := near.Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
