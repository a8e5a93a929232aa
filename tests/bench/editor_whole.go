package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// memory opens 50 flows and looks at what the server then holds.
func (b *bench) memory(ctx context.Context) (row, error) {
	return b.servers(ctx, 50, 50, func(ctx context.Context, argv []string, n int) ([]sample, error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		c, err := dial(ctx, b.editorDir(), argv)
		if err != nil {
			return nil, err
		}
		defer c.close()
		for i := range n {
			d, err := c.open(ctx, fmt.Sprintf("open%d.py", i))
			if err != nil {
				return nil, err
			}
			if err := d.found(ctx, 1); err != nil {
				return nil, err
			}
		}
		kib, err := resident(c.cmd.Process.Pid)
		return []sample{{maxRSS: kib}}, err
	})
}

// resident is the memory of a process in KiB.
func resident(pid int) (int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		}
	}
	return 0, fmt.Errorf("process %d has no VmRSS", pid)
}

// lintOne compares the whole commands on one file.
func (b *bench) lintOne(ctx context.Context) (row, error) {
	r := row{peerName: "metaflow"}
	file := filepath.Join(b.editorDir(), "sound.py")
	for range b.runs {
		s, err := b.exec(ctx, side{"spindle", []string{b.spindle, "lint"}}, b.dir, []string{file}, nil)
		if err != nil {
			return r, err
		}
		r.ours = append(r.ours, s)
		if s, err = b.exec(ctx, b.peerSide(), b.dir, []string{file, "--no-pylint", "check"}, nil); err != nil {
			return r, err
		}
		r.theirs = append(r.theirs, s)
	}
	return r, nil
}

// lintMany lints a folder; the peer, which checks one file a command, checks a few of them.
func (b *bench) lintMany(ctx context.Context) (row, error) {
	const files, few = 200, 4
	r := row{peerName: fmt.Sprintf("metaflow, of %d, times %d", few, files/few)}
	for range b.runs {
		s, err := b.exec(ctx, side{"spindle", []string{b.spindle, "lint"}}, b.dir, []string{filepath.Join(b.editorDir(), "many")}, nil)
		if err != nil {
			return r, err
		}
		r.ours = append(r.ours, s)
	}
	var all sample
	for i := range few {
		s, err := b.exec(ctx, b.peerSide(), b.dir, []string{filepath.Join(b.editorDir(), fmt.Sprintf("many/flow%d.py", i)), "--no-pylint", "check"}, nil)
		if err != nil {
			return r, err
		}
		all.wall += s.wall * files / few
	}
	r.theirs = []sample{all}
	return r, nil
}
