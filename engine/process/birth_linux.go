package process

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// Birth tells when a process was started, as text that no later process of the number has; empty where it can't be told.
func Birth(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The name, in parentheses, may hold anything; the 20th field after it is the start in ticks since the machine was booted.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil || len(fields) < 20 {
		return ""
	}
	return fields[19] + "@" + strings.TrimSpace(string(boot))
}
