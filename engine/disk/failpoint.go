package disk

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// ErrInjected is what a failpoint set to "error" returns.
var ErrInjected = errors.New("injected failure")

// FailpointVariable is the environment variable that switches failpoints on.
const FailpointVariable = "SPINDLE_FAILPOINTS"

// points is the one table of the process: names are added by package variables, actions by EnableFailpoints before any work
// starts. Nothing but tests sets it.
var points struct {
	mu     sync.Mutex
	names  map[string]bool
	active atomic.Pointer[map[string]*failpoint]
}

// failpoint is what happens at one point.
type failpoint struct {
	action string
	at     int64 // only on this hit; 0 for every one
	hits   atomic.Int64
}

// Register adds a failpoint's name, dotted from package to place, and returns it; for package variables.
func Register(name string) string {
	points.mu.Lock()
	defer points.mu.Unlock()
	if points.names == nil {
		points.names = map[string]bool{}
	}
	points.names[name] = true
	return name
}

// Points lists all registered failpoints, sorted.
func Points() []string {
	points.mu.Lock()
	defer points.mu.Unlock()
	names := make([]string, 0, len(points.names))
	for name := range points.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// EnableFailpoints reads SPINDLE_FAILPOINTS: comma-separated "name=action" or "name=action@n" for the n-th hit only. Actions:
// "kill" ends the process with SIGKILL, "error" returns [ErrInjected], "enospc" returns a full disk. Without the variable nothing
// changes. Call it before work starts.
func EnableFailpoints(env func(string) string) error {
	text := env(FailpointVariable)
	if text == "" {
		return nil
	}
	known := Points()
	active := map[string]*failpoint{}
	for _, entry := range strings.Split(text, ",") {
		name, p, err := parseFailpoint(entry)
		if err != nil {
			return fmt.Errorf("read %s: %w", FailpointVariable, err)
		}
		if !slices.Contains(known, name) {
			return fmt.Errorf("read %s: no failpoint %q", FailpointVariable, name)
		}
		active[name] = p
	}
	points.active.Store(&active)
	return nil
}

func parseFailpoint(entry string) (string, *failpoint, error) {
	name, action, ok := strings.Cut(strings.TrimSpace(entry), "=")
	if !ok {
		return "", nil, fmt.Errorf("%q is not name=action", entry)
	}
	p := &failpoint{}
	action, at, counted := strings.Cut(action, "@")
	if counted {
		n, err := strconv.ParseInt(at, 10, 64)
		if err != nil || n < 1 {
			return "", nil, fmt.Errorf("%q: %q is not a count", entry, at)
		}
		p.at = n
	}
	if action != "kill" && action != "error" && action != "enospc" {
		return "", nil, fmt.Errorf("%q: no action %q", entry, action)
	}
	p.action = action
	return name, p, nil
}

// Fail does what the failpoint is set to, and nothing when failpoints are off.
func Fail(point string) error {
	active := points.active.Load()
	if active == nil {
		return nil
	}
	p := (*active)[point]
	if p == nil {
		return nil
	}
	if hit := p.hits.Add(1); p.at != 0 && hit != p.at {
		return nil
	}
	switch p.action {
	case "kill":
		_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
		select {} // until the signal arrives
	case "enospc":
		return fmt.Errorf("failpoint %q: %w", point, syscall.ENOSPC)
	default:
		return fmt.Errorf("failpoint %q: %w", point, ErrInjected)
	}
}
