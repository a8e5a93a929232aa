//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// spinKills is how often a spin of a flow in Python is killed.
const spinKills = 60

// TestSpinKillNine kills spins at random instants, in Python warm and cold ones. Each time the origin must be as it was, also for the real client, the
// workbench must be readable and the next spin work, and no process of the killed one may be left.
func TestSpinKillNine(t *testing.T) {
	reader := startReader(t)
	for _, l := range languages() {
		t.Run(l.name, func(t *testing.T) { spinKillNine(t, l, reader) })
	}
}

func spinKillNine(t *testing.T, l language, reader *reader) {
	killed, kills := 0, spinKills
	places := []*spinPlace{newSpinPlace(t, l, "0")}
	if l.name == "python" {
		places = append(places, newSpinPlace(t, l, "5"))
	} else {
		kills = spinKills * 2 / 3 // no worker of a flow in Go waits for the next spin: there is one sort less
	}
	for seed := range kills {
		p := places[seed%len(places)]
		if p.kill(t, rand.New(rand.NewPCG(uint64(seed), 4))) {
			killed++
		}
		p.check(t, seed, reader)
	}
	t.Logf("spins killed: %d", killed)
	if killed < kills*2/3 {
		t.Errorf("only %d of %d spins were still running when they were to be killed", killed, kills)
	}
	for _, p := range places {
		// A spin with other items may have put some of them into the workbench.
		wantCode(t, p.spindle(t, "spin", "flow.py", "body", "--all", "--fresh"), 0)
		wantCode(t, p.spindle(t, "spin", "flow.py", "join"), 0)
		wantCode(t, p.spindle(t, "workbench", "promote", "flow.py"), 0)
		runs := p.runs(t, "Spun")
		if got := reader.read(t, filepath.Dir(p.store), "Spun", runs[len(runs)-1]); !got.Successful || got.Total != 14 || len(got.Errors) > 0 {
			t.Errorf("the promoted run: %+v", got)
		}
	}
}

// spinPlace is a place with a run to spin on.
type spinPlace struct {
	*place
	run    string
	origin map[string]string        // its files with their content
	takes  map[string]time.Duration // how long each kind of spin takes
}

func newSpinPlace(t *testing.T, l language, warmMinutes string) *spinPlace {
	t.Helper()
	p := &spinPlace{place: l.place(t, "spun"), takes: map[string]time.Duration{}}
	sockets, err := os.MkdirTemp("", "warm") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, "SPINDLE_WARM_MINUTES="+warmMinutes, "XDG_RUNTIME_DIR="+sockets)
	t.Cleanup(func() {
		p.spindle(t, "workbench", "stop", "flow.py")
		_ = os.RemoveAll(sockets)
	})
	wantCode(t, p.spindle(t, "run", "flow.py"), 0)
	p.run = p.runs(t, "Spun")[0]
	p.origin = p.content(t)
	// What kills leave is looked for where both kinds of values are.
	wantCode(t, p.spindle(t, "spin", "flow.py", "body", "--all"), 0)
	return p
}

// content is all there is in the store of the runs.
func (p *spinPlace) content(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(p.store, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var spinKinds = []string{
	"start", "body", "body --index 2", "body --all", "body --item 3 --persist", "join", "join --persist", "end", "end --fresh", "body --set items=[4,5,6,7] --all",
}

// kill starts a spin and kills it at an instant of its life that the generator chooses. It returns false when it had ended.
func (p *spinPlace) kill(t *testing.T, rng *rand.Rand) bool {
	t.Helper()
	kind := spinKinds[rng.IntN(len(spinKinds))]
	args := append([]string{"spin", "flow.py"}, strings.Fields(kind)...)
	if p.takes[kind] == 0 {
		begin := time.Now()
		p.spindle(t, args...) // also one that can't be spun yet has its time
		p.takes[kind] = time.Since(begin)
	}
	return killAt(t, p.command(t, args...), time.Duration(rng.Int64N(int64(p.takes[kind]))))
}

func (p *spinPlace) check(t *testing.T, seed int, reader *reader) {
	t.Helper()
	p.wantNobody(t)
	if now := p.content(t); !maps.Equal(now, p.origin) {
		t.Fatalf("seed %d: the origin was changed: %d files, were %d", seed, len(now), len(p.origin))
	}
	if got := reader.read(t, filepath.Dir(p.store), "Spun", p.run); !got.Successful || got.Total != 14 || len(got.Errors) > 0 {
		t.Fatalf("seed %d: the origin reads as %+v", seed, got)
	}
	shown := p.spindle(t, "workbench", "show", "flow.py", "--json")
	wantCode(t, shown, 0)
	var bench struct{ Tasks []struct{ Step string } }
	if err := json.Unmarshal([]byte(shown.stdout), &bench); err != nil || len(bench.Tasks) < 4 {
		t.Fatalf("seed %d: the workbench: %v\n%s", seed, err, shown.stdout)
	}
	// join reads what there is of all bodies.
	next := [][]string{{"body", "--index", "1"}, {"join"}}[seed/2%2]
	wantCode(t, p.spindle(t, append([]string{"spin", "flow.py"}, next...)...), 0)
}

// wantNobody waits until no process of a spin is left. Those that wait for the next one have no output.
func (p *spinPlace) wantNobody(t *testing.T) {
	t.Helper()
	var left []string
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if left = p.busy(t); len(left) == 0 {
			return
		}
	}
	t.Fatalf("processes of a killed spin are left: %s", strings.Join(left, "; "))
}

// busy are the processes started in this place whose output goes somewhere.
func (p *spinPlace) busy(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	mark := []byte("SIDE_EFFECTS=" + filepath.Join(p.dir, "side-effects"))
	var found []string
	for _, file := range files {
		env, err := os.ReadFile(file)
		if err != nil || !slices.ContainsFunc(bytes.Split(env, []byte{0}), func(v []byte) bool { return bytes.Equal(v, mark) }) {
			continue
		}
		if out, err := os.Readlink(filepath.Join(filepath.Dir(file), "fd", "1")); err != nil || out == os.DevNull {
			continue // it has ended, or waits
		}
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		found = append(found, fmt.Sprintf("%s %q", filepath.Base(filepath.Dir(file)), line))
	}
	return found
}
