//go:build e2e && linux

package remote

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/engine/run"
)

// A step that takes more memory than the container has is killed by the kernel, and the run says why and what to do. The container is a control group of
// its own, which it sees where a container sees it.
func TestOutOfMemory(t *testing.T) {
	group, mount := controlGroup(t, 200<<20)
	b := newBench(t, bucket(t), "ends.py")
	b.cloud.argv = func(argv []string) []string {
		script := fmt.Sprintf("echo $$ > %[1]s/cgroup.procs && mount --bind %[1]s %[2]s && exec \"$@\"", group, mount)
		return append([]string{"/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "container"}, argv...)
	}
	_, _, err := b.run(context.Background(), how("hoard"))
	end := b.cloud.last("start")
	var failed *run.StepError
	if !errors.As(err, &failed) || !strings.Contains(failed.Reason, "memory ran out: the container may use 200 MB; ask for more with @resources(memory=…)") {
		t.Errorf("error = %v\n%s", err, end.output)
	}
	if o := end.outcome; o == nil || !o.OutOfMemory || o.Signal != int(syscall.SIGKILL) || o.Host.MemoryLimit != 200<<20 || o.MaxRSS < 50<<20 {
		t.Errorf("outcome %+v", o)
	}
}

// controlGroup makes a control group with a limit, of whichever version there is, and returns it with the place where a container sees its own.
func controlGroup(t *testing.T, limit int) (group, mount string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root makes control groups")
	}
	mount, file := "/sys/fs/cgroup", "memory.max"
	if _, err := os.Stat("/sys/fs/cgroup/memory"); err == nil {
		mount, file = "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
	}
	group = filepath.Join(mount, "spindle-test-"+strconv.Itoa(os.Getpid()))
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Skipf("no control groups here: %v", err)
	}
	t.Cleanup(func() { _ = os.Remove(group) })
	if err := os.WriteFile(filepath.Join(group, file), []byte(strconv.Itoa(limit)), 0o644); err != nil {
		t.Skipf("no memory limits here: %v", err)
	}
	return group, mount
}
