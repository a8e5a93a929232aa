package history

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// BenchmarkRuns lists 1,000 runs of three steps, without state files as Metaflow leaves them.
func BenchmarkRuns(b *testing.B) {
	s := newBench(b)
	for i := range 1000 {
		run := fmt.Sprint(i)
		s.run("F", run)
		s.task(run+"/_parameters/0", left{endpoint: "end"})
		s.task(run+"/start/1", left{next: []string{"middle"}})
		s.task(run+"/middle/2", left{next: []string{"end"}})
		s.task(run+"/end/3", left{failed: i > 0})
	}
	b.Run("summaries", func(b *testing.B) {
		for b.Loop() {
			if found, err := s.reader().Runs(context.Background(), "F", Filter{}); err != nil || len(found) != 1000 {
				b.Fatal(len(found), err)
			}
		}
	})
	b.Run("newest 10", func(b *testing.B) {
		for b.Loop() {
			if found, err := s.reader().Runs(context.Background(), "F", Filter{Limit: 10}); err != nil || len(found) != 10 {
				b.Fatal(len(found), err)
			}
		}
	})
	for call, args := range map[string]string{"children": `{"pathspec":"F","namespace":"user:ann"}`, "latest": `{"flow":"F","successful":true}`} {
		b.Run(call, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.reader().Serve(context.Background(), call, json.RawMessage(args)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWideRun reads a run with a foreach of 10,000.
func BenchmarkWideRun(b *testing.B) {
	const width = 10_000
	s := newBench(b)
	s.run("F", "1")
	start := s.task("1/start/1", left{next: []string{"body"}, foreach: "xs"})
	body := make([]metadata.TaskID, width)
	for i := range body {
		body[i] = s.task(fmt.Sprintf("1/body/%d", i+2), left{frames: []string{fmt.Sprintf("body:%d", i%256)}, next: []string{"join"}})
	}
	s.task(fmt.Sprintf("1/join/%d", width+2), left{})
	b.Run("summary", func(b *testing.B) {
		for b.Loop() {
			if found, err := s.reader().Run(context.Background(), "F", "1"); err != nil || found.Tasks != width+2 {
				b.Fatal(found, err)
			}
		}
	})
	b.Run("tasks", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.reader().Serve(context.Background(), "children", json.RawMessage(`{"pathspec":"F/1/body"}`)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("children of the split", func(b *testing.B) {
		for b.Loop() {
			if found, err := s.reader().Related(context.Background(), start, Children); err != nil || len(found) != width {
				b.Fatal(len(found), err)
			}
		}
	})
	b.Run("parents of each task in turn", func(b *testing.B) {
		r, i := s.reader(), 0
		for b.Loop() {
			if found, err := r.Related(context.Background(), body[i%width], Parents); err != nil || len(found) != 1 {
				b.Fatal(len(found), err)
			}
			i++
		}
	})
}
