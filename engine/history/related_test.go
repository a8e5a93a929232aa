package history

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// shape is a run's tasks in the order they ran; relations are the pairs of parent and child there should be.
type shape struct {
	name      string
	graph     string   // step>next,next
	tasks     []string // spec, in words: step/task frames... #round >next,next *foreach !crashed
	relations string   // parent>child
}

var shapes = []shape{
	{
		"linear",
		"start>a a>end end>",
		[]string{"start/1 >a", "a/2 >end", "end/3"},
		"1>2 2>3",
	}, {
		"static split",
		"start>a,b a>join b>join join>end end>",
		[]string{"start/1 >a,b", "a/2 >join", "b/3 >join", "join/4 >end", "end/5"},
		"1>2 1>3 2>4 3>4 4>5",
	}, {
		"nested foreach with indices above nine",
		"start>body body>inner inner>in in>out out>",
		[]string{
			"start/1 >body *xs", "body/2 body:1 >inner *ys", "body/3 body:10 >inner *ys",
			"inner/4 body:1 inner:0 >in", "inner/5 body:1 inner:1 >in", "inner/6 body:10 inner:0 >in",
			"in/7 body:1 >out", "in/8 body:10 >out", "out/9",
		},
		"1>2 1>3 2>4 2>5 3>6 4>7 5>7 6>8 7>9 8>9",
	}, {
		"split inside a foreach",
		"start>body body>a,b a>j b>j j>out out>",
		[]string{
			"start/1 >body *xs", "body/2 body:0 >a,b", "body/3 body:1 >a,b", "a/4 body:0 >j", "a/5 body:1 >j",
			"b/6 body:0 >j", "b/7 body:1 >j", "j/8 body:0 >out", "j/9 body:1 >out", "out/10",
		},
		"1>2 1>3 2>4 2>6 3>5 3>7 4>8 5>9 6>8 7>9 8>10 9>10",
	}, {
		"switch inside a foreach, both cases meeting at the join",
		"start>sw sw>even,odd even>join odd>join join>",
		[]string{"start/1 >sw *xs", "sw/2 sw:0 >even", "sw/3 sw:1 >odd", "even/4 sw:0 >join", "odd/5 sw:1 >join", "join/6"},
		"1>2 1>3 2>4 3>5 4>6 5>6",
	}, {
		"loop",
		"start>loop loop>loop,end end>",
		[]string{"start/1 >loop", "loop/2 #0 >loop", "loop/3 #1 >loop", "loop/4 #2 >end", "end/5"},
		"1>2 2>3 3>4 4>5",
	}, {
		"loop after a loop, in a foreach",
		"start>a a>a,b b>b,join join>",
		[]string{
			"start/1 >a *xs", "a/2 a:0 #0 >a", "a/3 a:1 #0 >b", "a/4 a:0 #1 >b", "b/5 a:0 #0 >join", "b/6 a:1 #0 >b", "b/7 a:1 #1 >join", "join/8",
		},
		"1>2 1>3 2>4 3>6 4>5 5>8 6>7 7>8",
	}, {
		"loop whose last round crashed",
		"start>loop loop>loop,end end>",
		[]string{"start/1 >loop", "loop/2 #0 >loop", "loop/3 #1 >loop", "loop/4 !crashed"},
		"1>2 2>3 3>4",
	}, {
		"foreach with a task that crashed",
		"start>body body>join join>",
		[]string{"start/1 >body *xs", "body/2 body:0 >join", "body/3 body:1 !crashed"},
		"1>2 1>3",
	}, {
		"parallel nodes",
		"start>node node>join join>",
		[]string{"start/1 >node *_parallel_ubf_iter", "node/2 node:0 >join", "node/2_node_1 node:1 >join", "join/3"},
		"1>2 1>2_node_1 2>3 2_node_1>3",
	},
}

// write writes the shape's tasks.
func (s shape) write(b *bench, withGraph bool) []metadata.TaskID {
	b.run("F", "1")
	next := map[string][]string{}
	for _, word := range strings.Fields(s.graph) {
		name, to, _ := strings.Cut(word, ">")
		next[name] = strings.FieldsFunc(to, func(r rune) bool { return r == ',' })
	}
	var out []metadata.TaskID
	for _, line := range s.tasks {
		var l left
		words := strings.Fields(line)
		for _, word := range words[1:] {
			switch word[0] {
			case '#':
				l.rounds = []int{number(word[1:])}
			case '>':
				l.next = strings.Split(word[1:], ",")
			case '*':
				l.foreach = word[1:]
			case '!':
				l.crashed = true
			default:
				l.frames = append(l.frames, word)
			}
		}
		if withGraph {
			l.values = map[string]any{"_graph_info": pickleGraph("end", next)}
		}
		out = append(out, b.task("1/"+words[0], l))
	}
	return out
}

func TestRelated(t *testing.T) {
	t.Parallel()
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for _, withGraph := range []bool{true, false} {
				b := newBench(t)
				tasks := s.write(b, withGraph)
				checkRelations(t, b.reader(), tasks, s.relations)
			}
		})
	}
}

func checkRelations(t *testing.T, r *Reader, tasks []metadata.TaskID, relations string) {
	t.Helper()
	want := map[string]bool{}
	for _, pair := range strings.Fields(relations) {
		want["parents "+pair], want["children "+pair] = true, true
	}
	got := map[string]bool{}
	for _, task := range tasks {
		for _, d := range []Direction{Parents, Children} {
			found, err := r.Related(context.Background(), task, d)
			if err != nil {
				t.Fatalf("%s of %s: %v", d, task, err)
			}
			for _, other := range found {
				from, to := other.Task, task.Task
				if d == Children {
					from, to = to, from
				}
				got[string(d)+" "+from+">"+to] = true
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("relations (-want +got):\n%s", diff)
	}
}

// TestRelatedWhileRunning asks the same reader again when the run has gone on.
func TestRelatedWhileRunning(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.reader()
	b.run("F", "1")
	start := b.task("1/start/1", left{next: []string{"body"}, foreach: "xs"})
	first := b.task("1/body/2", left{frames: []string{"body:0"}, crashed: true})
	checkRelations(t, r, []metadata.TaskID{start, first}, "1>2")
	b.task("1/body/2", left{frames: []string{"body:0"}, next: []string{"join"}, attempt: 1})
	second := b.task("1/body/3", left{frames: []string{"body:1"}, next: []string{"join"}})
	join := b.task("1/join/4", left{})
	checkRelations(t, r, []metadata.TaskID{start, first, second, join}, "1>2 1>3 2>4 3>4")
}

// TestRelatedOfCopies is about a resumed run: copied tasks have no record of their foreach, but what they left.
func TestRelatedOfCopies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run("F", "1")
	b.run("F", "2")
	tasks := []metadata.TaskID{
		b.task("2/start/1", left{next: []string{"body"}, foreach: "xs", origin: "1/1"}),
		b.task("2/body/2", left{frames: []string{"body:0"}, next: []string{"join"}, origin: "1/2"}),
		b.task("2/body/3", left{frames: []string{"body:1"}, next: []string{"join"}}),
		b.task("2/join/4", left{}),
	}
	checkRelations(t, b.reader(), tasks, "1>2 1>3 2>4 3>4")
}

// TestRelatedElsewhere has the values under another root than the metadata, which then says what the tasks' tables would.
func TestRelatedElsewhere(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tasks := shapes[2].write(b, false)
	copied := filepath.Join(t.TempDir(), ".metaflow")
	b.ok(os.CopyFS(copied, os.DirFS(b.root)))
	b.ok(os.RemoveAll(filepath.Join(copied, "F", "data")))
	for _, task := range tasks {
		b.ok(os.Remove(filepath.Join(copied, task.String(), "0.data.json")))
	}
	r := New(artifact.Open(copied, artifact.Options{}), metadata.NewLocal(copied, metadata.Options{}), Options{Dir: t.TempDir()})
	checkRelations(t, r, tasks, shapes[2].relations)
}
