package spin_test

import (
	"testing"

	"github.com/spindle-flow/spindle/spin"
)

func TestParseTarget(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		want spin.Target
		bad  bool
	}{
		"train":        {want: spin.Target{Step: "train"}},
		"17/train":     {want: spin.Target{Run: "17", Step: "train"}},
		"17/train/3":   {want: spin.Target{Run: "17", Step: "train", Task: "3"}},
		"F/17/train":   {want: spin.Target{Run: "17", Step: "train"}},
		"F/17/train/3": {want: spin.Target{Run: "17", Step: "train", Task: "3"}},
		"G/17/train/3": {bad: true},
		"":             {bad: true},
		"17/":          {bad: true},
		"/train":       {bad: true},
		"../x/train":   {bad: true},
		"a/b/c/d/e":    {bad: true},
	}
	for text, tt := range tests {
		got, err := spin.ParseTarget(text, "F")
		if got != tt.want || (err != nil) != tt.bad {
			t.Errorf("%q: %+v, %v; want %+v, an error: %v", text, got, err, tt.want, tt.bad)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	f.Add("F/1/train/3")
	f.Fuzz(func(t *testing.T, text string) {
		target, err := spin.ParseTarget(text, "F")
		if err == nil && target.Step == "" {
			t.Errorf("%q names no step", text)
		}
	})
}
