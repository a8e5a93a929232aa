package warm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
)

// volatile are variables that differ from one terminal to the next and mean nothing to an import. A session gets them as they are; all others
// must be those the keeper was started with.
var volatile = []string{
	"PWD", "OLDPWD", "SHLVL", "_", "WINDOWID", "COLUMNS", "LINES", "TERM_SESSION_ID", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "GPG_TTY", "TMUX",
	"TMUX_PANE", "STY", "WT_SESSION", "SPINDLE_WARM_MINUTES",
	"JPY_PARENT_PID", "JPY_SESSION_NAME",
}

// volatileOf are the variables of env that a session gets, nil for those that are not set.
func volatileOf(env []string) map[string]*string {
	found := make(map[string]*string, len(volatile))
	for _, name := range volatile {
		found[name] = nil
	}
	for _, entry := range env {
		if name, value, _ := strings.Cut(entry, "="); slices.Contains(volatile, name) {
			found[name] = &value
		}
	}
	return found
}

// keyOf tells surroundings apart in which a process would be another: the environment, the programs, limits, and the container or job.
func keyOf(env []string, programs []string) string {
	sum := sha256.New()
	env = slices.Sorted(slices.Values(env))
	for _, entry := range env {
		if name, _, _ := strings.Cut(entry, "="); !slices.Contains(volatile, name) {
			fmt.Fprintf(sum, "%q\n", entry)
		}
	}
	for _, file := range programs {
		if info, err := os.Stat(file); err == nil {
			fmt.Fprintf(sum, "%q %d %d\n", file, info.ModTime().UnixNano(), info.Size())
		}
	}
	for _, name := range []string{"mnt", "pid", "net", "user", "uts", "ipc"} {
		link, _ := os.Readlink("/proc/self/ns/" + name)
		fmt.Fprintln(sum, link)
	}
	group, _ := os.ReadFile("/proc/self/cgroup")
	sum.Write(group)
	limits, _ := os.ReadFile("/proc/self/limits")
	sum.Write(limitsOf(limits))
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "Umask:") || strings.HasPrefix(line, "Groups:") || strings.HasPrefix(line, "Gid:") {
			sum.Write([]byte(line))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// limitsOf leaves out the limit of open files, whose soft value Go raises for itself.
func limitsOf(text []byte) []byte {
	var kept []byte
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "Max open files") {
			kept = append(kept, line...)
		}
	}
	return kept
}
