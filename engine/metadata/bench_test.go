package metadata

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// keptDir is a folder that is not removed when the benchmark ends: ext4 looks for free inodes among those just removed one
// by one, so that each benchmark that cleans up makes the next one look ten times slower.
func keptDir(b *testing.B) string {
	b.Helper()
	base := os.Getenv("SPINDLE_BENCH_DIR")
	if base == "" {
		return b.TempDir()
	}
	dir, err := os.MkdirTemp(base, "metadata")
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkTask writes all metadata of one foreach task: 17 artifacts, 13 records, its own file.
func BenchmarkTask(b *testing.B) {
	ctx := context.Background()
	l := NewLocal(filepath.Join(keptDir(b), ".metaflow"), Options{User: "tester"})
	system := System{User: "tester", PythonVersion: "3.11.7", Version: "2.19.38+spindle(0.1.0)"}
	tags := Tags{System: SystemTags(system)}
	run, err := l.NewRun(ctx, "F", tags)
	if err != nil {
		b.Fatal(err)
	}
	arts := make([]ArtifactRecord, 17)
	for i := range arts {
		arts[i] = ArtifactRecord{Name: fmt.Sprint("artifact", i), Key: strings.Repeat("0", 40), ContentType: "pickle-v4"}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		t := TaskID{"F", run, "body", fmt.Sprint(i)}
		start := Start{DSType: "local", DSRoot: l.Root(), Script: "flow.py", System: system, Frames: []Frame{{"body", "items", "a", i}}}
		err := errors.Join(
			l.RegisterTask(ctx, t, tags),
			l.AddMetadata(ctx, t, start.Records()),
			l.AddArtifacts(ctx, t, 0, "local", RootLocation(l.Root()), tags, arts),
			l.AddMetadata(ctx, t, append(EndRecords(0, true), DoneRecords(0)...)))
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRuns lists a flow of 1,000 runs.
func BenchmarkRuns(b *testing.B) {
	ctx := context.Background()
	l := NewLocal(filepath.Join(keptDir(b), ".metaflow"), Options{User: "tester"})
	for range 1000 {
		if _, err := l.NewRun(ctx, "F", Tags{System: systemTags()}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if runs, err := l.Runs(ctx, "F"); err != nil || len(runs) != 1000 {
			b.Fatal(len(runs), err)
		}
	}
}
