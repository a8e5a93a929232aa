package processes

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

func find(pid int) (process, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	p := process{pid: pid}
	// The name before, in parentheses, may hold anything.
	_, err = fmt.Sscanf(string(stat[bytes.LastIndexByte(stat, ')')+1:]), " %c %d %d", &p.state, &p.parent, &p.group)
	return p, err == nil
}

func all() ([]process, error) {
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var list []process
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		if p, ok := find(pid); ok { // else it has ended meanwhile
			list = append(list, p)
		}
	}
	return list, nil
}
