package service

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/metaservice"
)

// TestVerbs uses every verb that reads or changes what is recorded.
func TestVerbs(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{Key: "secret"})
	p := newPlace(t, server).with("GATE=", "LOOK=1", "METAFLOW_SERVICE_AUTH_KEY=secret")
	if code, out := p.with("FAIL=1").run(t, binary, "run", "gated.py", "--tag", "first"); code != 1 {
		t.Fatal(out)
	}
	contains(t, p.spindle(t, "resume", "gated.py", "--tag", "second"), "own False ['second'] [0, 1, 4, 9, 16, 25]")
	contains(t, p.spindle(t, "runs", "Gated"), "Gated/1\tfailed", "Gated/2\tdone", "resumed from 1", "failed in join/t-9")
	contains(t, p.spindle(t, "tasks", "Gated/1"), "each/t-3\tdone", "join/t-9\tfailed")
	contains(t, p.spindle(t, "show", "gated.py"), "each")
	contains(t, p.spindle(t, "dump", "gated.py", "2/join"), "squares", "[0, 1, 4, 9, 16, 25]")
	contains(t, p.spindle(t, "logs", "gated.py", "2/end"), "squares [0, 1, 4, 9, 16, 25]")
	contains(t, p.spindle(t, "tag", "add", "--run-id", "2", "Gated", "kept"), "kept")
	contains(t, p.spindle(t, "tag", "replace", "--run-id", "2", "Gated", "--remove", "kept", "--add", "gone"), "gone")
	contains(t, p.spindle(t, "runs", "Gated", "--tag", "gone"), "Gated/2")
	contains(t, p.spindle(t, "tag", "list", "--run-id", "2", "Gated"), "second", "gone", "user:tester")
	contains(t, p.spindle(t, "spin", "gated.py", "join"), "squares", "same")
	code, out := p.run(t, binary, "tag", "remove", "--run-id", "2", "Gated", "user:tester")
	if code == 0 || !strings.Contains(out, "system tag") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	code, out = p.run(t, binary, "dump", "gated.py", "99/join")
	if code != 1 || !strings.Contains(out, "there is no run Gated/99 in service@") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	// From surroundings with local metadata a program turns to the service and back.
	script := `from metaflow import Flow, metadata, default_metadata, namespace
namespace(None)
print(metadata("service@` + server.URL + `"), Flow("Gated").latest_run.data.squares)
print(metadata("` + server.URL + `/"), default_metadata()[:6])`
	local := p.with("METAFLOW_DEFAULT_METADATA=local")
	contains(t, local.python(t, true, "-c", script), "service@"+server.URL+" [0, 1, 4, 9, 16, 25]", "local@")
}

// TestOption says where metadata goes on the command line, as Metaflow does.
func TestOption(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	p := newPlace(t, server).with("GATE=", "METAFLOW_DEFAULT_METADATA=")
	p.spindle(t, "run", "gated.py", "--metadata", "service")
	p.python(t, true, "gated.py", "--metadata=service", "run")
	p.spindle(t, "run", "gated.py")
	if runs := server.Runs("Gated"); len(runs) != 2 {
		t.Errorf("the service has %d runs", len(runs))
	}
}

// TestDoctor asks services of all kinds.
func TestDoctor(t *testing.T) {
	t.Parallel()
	gone := metaservice.Start(t, metaservice.Options{})
	gone.Stop()
	page := metaservice.Start(t, metaservice.Options{})
	page.Faults(func(int, *http.Request) metaservice.Fault { return metaservice.WebPage })
	for name, c := range map[string]struct {
		server *metaservice.Server
		code   int
		want   []string
	}{
		"well":   {metaservice.Start(t, metaservice.Options{}), 0, []string{"answers, version 2.5.0"}},
		"silent": {metaservice.Start(t, metaservice.Options{Version: "-"}), 0, []string{"answers; it does not say its version"}},
		"keyed":  {metaservice.Start(t, metaservice.Options{Key: "k"}), 1, []string{"refuses the key (status 403)", "set METAFLOW_SERVICE_AUTH_KEY"}},
		"open":   {metaservice.Start(t, metaservice.Options{Key: "k", Open: true}), 1, []string{"refuses the key (status 403)", "set METAFLOW_SERVICE_AUTH_KEY"}},
		"gone":   {gone, 1, []string{"does not answer as it should", "problem: metadata:", "connection refused", "check METAFLOW_SERVICE_URL"}},
		"page":   {page, 1, []string{"is not a metadata service: it answers with a web page", "set METAFLOW_SERVICE_URL"}},
	} {
		code, out := newPlace(t, c.server).run(t, binary, "doctor")
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d", name, code, c.code)
		}
		contains(t, out, append(c.want, "service@"+c.server.URL)...)
	}
	var doc struct {
		Metadata string
		Service  struct {
			Answers bool
			Version string
		}
	}
	server := metaservice.Start(t, metaservice.Options{})
	if err := json.Unmarshal([]byte(newPlace(t, server).spindle(t, "doctor", "--json")), &doc); err != nil {
		t.Fatal(err)
	}
	if !doc.Service.Answers || doc.Service.Version != "2.5.0" || doc.Metadata != "service@"+server.URL {
		t.Errorf("%+v", doc)
	}
}

// TestSilent lists a run of another machine that has sent no heartbeat for long: its engine was killed.
func TestSilent(t *testing.T) {
	t.Parallel()
	var ago atomic.Int64
	server := metaservice.Start(t, metaservice.Options{Now: func() time.Time { return time.Now().Add(-time.Duration(ago.Load())) }})
	for _, c := range []struct {
		ago  time.Duration
		want string
	}{{0, "running"}, {time.Hour, "interrupted"}} {
		ago.Store(int64(c.ago))
		there := newPlace(t, server)
		cmd, out := there.command(t, binary, "run", "gated.py")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		there.reached(t, "waiting")
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		if err := os.Rename(there.dir+"/.metaflow", there.dir+"/moved"); err != nil {
			t.Fatal(err)
		}
		here := newPlace(t, server)
		runs := server.Runs("Gated")
		contains(t, here.spindle(t, "runs", "Gated", "--limit", "1"), "Gated/"+runs[len(runs)-1].ID+"\t"+c.want)
		if t.Failed() {
			t.Log(out)
		}
	}
}

// TestOtherMachine reads what only the service knows here: the values are on another machine.
func TestOtherMachine(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	there := newPlace(t, server).with("GATE=")
	there.spindle(t, "run", "gated.py")
	if code, out := there.with("FAIL=1").run(t, binary, "run", "gated.py"); code != 1 {
		t.Fatal(out)
	}
	here := newPlace(t, server)
	// The other's folder is not here: as if it were on a disk of its own.
	if err := os.Rename(there.dir+"/.metaflow", there.dir+"/moved"); err != nil {
		t.Fatal(err)
	}
	contains(t, here.spindle(t, "runs", "Gated"), "Gated/1\tdone", "Gated/2\tfailed")
	contains(t, here.spindle(t, "tasks", "Gated/1"), "each/t-3\tdone", "items=0", "end/t-10\tdone")
	contains(t, here.spindle(t, "tasks", "Gated/2/join"), "join/t-9\tfailed")
	contains(t, here.spindle(t, "tag", "add", "--run-id", "1", "Gated", "seen"), "seen")
	for _, line := range [][]string{{"dump", "gated.py", "1/join"}, {"logs", "gated.py", "1/join"}} {
		code, out := here.run(t, append([]string{binary}, line...)...)
		if code != 1 {
			t.Errorf("%v: exit code %d", line, code)
		}
		contains(t, out, "the values of run Gated/1 are not here: it was run with the datastore "+there.dir)
	}
	code, out := here.run(t, binary, "resume", "gated.py", "--origin-run-id", "2")
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	contains(t, out, `the values of run id "2" are not in `+here.dir, "on the machine where it was run")
}
