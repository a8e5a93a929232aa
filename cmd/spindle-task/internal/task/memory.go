package task

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// memoryLimit is the container's, 0 for none. Both versions of control groups are looked at.
func memoryLimit(control string) int64 {
	for _, name := range []string{"memory.max", "memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(filepath.Join(control, name))
		if err != nil {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err != nil || n > 1<<60 { // "max", or the largest number there is
			return 0
		}
		return n
	}
	return 0
}

// memoryKills is how often the kernel has killed a process of the container for its memory.
func memoryKills(control string) int64 {
	for _, name := range []string{"memory.events", "memory/memory.oom_control"} {
		text, err := os.ReadFile(filepath.Join(control, name))
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		for lines.Scan() {
			if value, ok := strings.CutPrefix(lines.Text(), "oom_kill "); ok {
				n, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
				return n
			}
		}
	}
	return 0
}

// volunteer makes the kernel choose the step's process when memory runs out, and not the helper, who has to tell of it.
func volunteer(pid int) {
	_ = os.WriteFile(filepath.Join("/proc", strconv.Itoa(pid), "oom_score_adj"), []byte("500"), 0o644)
}
