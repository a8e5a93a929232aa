// Command deploy measures deployments beside the peer: a plan of many variants in three environments against one `step-functions create --only-json` of
// Metaflow's; an apply of them against moto, which plays AWS, as a ratio to the same calls alone; the size of the state machine of a long flow.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/tests/motoserver"
)

// bench is what everything is measured with.
type bench struct {
	spindle, peer string
	dir           string
	moto          *motoserver.Server
	variants      int
}

func main() {
	b := &bench{}
	flag.IntVar(&b.variants, "variants", 50, "variants of the project, a multiple of 5")
	steps := flag.Int("steps", 60, "steps of the long flow")
	times := flag.Int("times", 5, "how often each is measured; the median counts")
	flag.StringVar(&b.spindle, "spindle", "bin/spindle", "the binary to measure")
	flag.StringVar(&b.peer, "peer", "build/peer/bin/python", "the Python with the real metaflow")
	scratch := flag.String("dir", "", "folder for files; the system's if empty")
	flag.Parse()
	if err := b.run(*scratch, *steps, *times); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(scratch string, steps, times int) (err error) {
	if b.dir, err = os.MkdirTemp(scratch, "spindle-bench-deploy-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	for _, path := range []*string{&b.spindle, &b.peer} {
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	if err := project(b.in("project"), b.variants); err != nil {
		return err
	}
	if err := write(b.in("long"), map[string]string{"flow.py": long(steps)}); err != nil {
		return err
	}
	if err := b.fresh(); err != nil {
		return err
	}
	defer func() { b.moto.Stop() }()
	for _, measure := range []func(int) error{b.plan, b.apply, b.machine} {
		if err := measure(times); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) in(name string) string { return filepath.Join(b.dir, name) }

// fresh starts a moto that knows nothing.
func (b *bench) fresh() (err error) {
	if b.moto != nil {
		b.moto.Stop()
	}
	if b.moto, err = motoserver.Launch(motoserver.Options{Dir: b.dir}); err != nil {
		return err
	}
	for _, e := range environments {
		if err := b.moto.Bucket("sales-" + e); err != nil {
			return err
		}
	}
	return b.moto.Bucket("long")
}

// env are the variables of a command; url is where AWS is.
func (b *bench) env(url string) []string {
	role := motoserver.Role
	return append(b.moto.Env(), "AWS_ENDPOINT_URL="+url, "METAFLOW_S3_ENDPOINT_URL="+url, "PATH="+filepath.Dir(b.peer)+":"+os.Getenv("PATH"), "HOME="+b.dir, "TMPDIR="+os.TempDir(),
		"METAFLOW_USER=tester", "METAFLOW_HOME="+b.in("home"), "METAFLOW_DATASTORE_SYSROOT_LOCAL="+b.in("runs"), "METAFLOW_DATASTORE_SYSROOT_S3=s3://long/root",
		"METAFLOW_DEFAULT_DATASTORE=s3", "METAFLOW_BATCH_JOB_QUEUE="+motoserver.Queue, "METAFLOW_ECS_S3_ACCESS_IAM_ROLE="+role, "METAFLOW_SFN_IAM_ROLE="+role,
		"METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE="+role, "METAFLOW_SFN_DYNAMO_DB_TABLE=table", "METAFLOW_DEFAULT_CONTAINER_IMAGE=python:3.11-slim", "SPINDLE_PYTHON="+b.peer, "SPINDLE_WARM_MINUTES=0")
}

// command runs a command and returns what it printed and how long it took.
func (b *bench) command(dir, url string, line ...string) (out string, took time.Duration, err error) {
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Dir, cmd.Env = b.in(dir), b.env(url)
	var errs strings.Builder
	cmd.Stderr = &errs
	begun := time.Now()
	text, err := cmd.Output()
	took = time.Since(begun)
	if err != nil {
		err = fmt.Errorf("%s: %w\n%.2000s%.2000s", strings.Join(line, " "), err, text, errs.String())
	}
	return string(text), took, err
}

// median measures a command some times.
func (b *bench) median(times int, dir, url string, line ...string) (time.Duration, error) {
	var all []time.Duration
	for range times {
		_, took, err := b.command(dir, url, line...)
		if err != nil {
			return 0, err
		}
		all = append(all, took)
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

// nowhere is an address at which nothing is: a plan must not need one.
const nowhere = "http://127.0.0.1:1"

// plan measures a plan of each environment, one after the other.
func (b *bench) plan(times int) error {
	var ours time.Duration
	for _, e := range environments {
		took, err := b.median(times, "project", nowhere, b.spindle, "deploy", "plan", "--env", e)
		if err != nil {
			return err
		}
		ours += took
	}
	fmt.Printf("plan of %d variants x %d environments, offline: %.3f s\n", b.variants, len(environments), ours.Seconds())
	theirs, err := b.median(min(times, 3), "project", b.moto.URL, b.peer, "flow.py", "--datastore=s3", "step-functions", "create", "--only-json")
	if err != nil {
		return err
	}
	n := b.variants * len(environments)
	fmt.Printf("the peer's create --only-json of one variant: %.2f s; of %d one after the other: %.0f s, %.0f times as much\n", theirs.Seconds(), n, theirs.Seconds()*float64(n),
		theirs.Seconds()*float64(n)/ours.Seconds())
	return nil
}

// apply measures three times against a moto that knows nothing, once more with what is sent written down, and that alone.
func (b *bench) apply(times int) error {
	line := []string{b.spindle, "deploy", "apply", "--env", "dev", "--yes"}
	if err := b.fresh(); err != nil {
		return err
	}
	r, err := record(b.moto.URL)
	if err != nil {
		return err
	}
	_, _, err = b.command("project", r.URL, line...)
	r.Close()
	if err != nil {
		return err
	}
	var ours, again, bare []time.Duration
	for range times {
		if err := os.RemoveAll(b.in("project/.spindle")); err != nil {
			return err
		}
		if err := b.fresh(); err != nil {
			return err
		}
		_, took, err := b.command("project", b.moto.URL, line...)
		if err != nil {
			return err
		}
		ours = append(ours, took)
		if _, took, err = b.command("project", b.moto.URL, append(line, "--against", "live")...); err != nil {
			return err
		}
		again = append(again, took)
		if err := b.fresh(); err != nil {
			return err
		}
		took, otherwise, err := replay(r.calls, b.moto.URL, 8)
		if err != nil {
			return err
		}
		if otherwise > len(r.calls)/20 {
			return fmt.Errorf("%d of %d calls were answered otherwise when they were sent alone", otherwise, len(r.calls))
		}
		bare = append(bare, took)
	}
	for _, all := range [][]time.Duration{ours, again, bare} {
		slices.Sort(all)
	}
	a, c := ours[len(ours)/2], bare[len(bare)/2]
	fmt.Printf("apply of %d variants against moto: %.2f s; its %d calls alone: %.2f s; ratio %.2f\n", b.variants, a.Seconds(), len(r.calls), c.Seconds(), a.Seconds()/c.Seconds())
	fmt.Printf("apply once more, against what is deployed, nothing to do: %.2f s\n", again[len(again)/2].Seconds())
	return nil
}

func (b *bench) machine(int) error {
	ours, _, err := b.command("long", b.moto.URL, b.spindle, "step-functions", "create", "flow.py", "--only-json")
	if err != nil {
		return err
	}
	theirs, _, err := b.command("long", b.moto.URL, b.peer, "flow.py", "--datastore=s3", "step-functions", "create", "--only-json")
	if err != nil {
		return err
	}
	at := max(0, strings.Index(theirs, "{"))
	fmt.Printf("the state machine of the long flow: %d bytes; the peer's: %d bytes\n", len(ours), len(theirs[at:]))
	return nil
}
