package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func (r row) cells() []string {
	if r.editor != nil || r.spin != nil {
		return r.sampledCells()
	}
	ours := median(r.ours, wall)
	cells := []string{r.name, seconds(ours), "–", "–", "–", r.target}
	if len(r.theirs) > 0 {
		theirs := median(r.theirs, wall)
		cells[2] = seconds(theirs)
		if len(r.theirs) == 1 {
			cells[2] += " (1 run)"
		}
		cells[3] = fmt.Sprintf("%.1f times less", theirs/ours)
	}
	if r.tasks > 0 {
		rss := median(r.ours, func(s sample) float64 { return float64(s.maxRSS) / 1024 })
		cells[4] = fmt.Sprintf("%.2f ms a task, engine %.0f MB", ours*1000/float64(r.tasks), rss)
	}
	return cells
}

// sampledCells show the median, and where there are many samples what 95 of 100 don't exceed; for memory alone, that.
func (r row) sampledCells() []string {
	cells := []string{r.name, "", "–", "–", "–", r.target}
	show := func(list []sample) (string, float64) {
		if rss := list[0].maxRSS; list[0].wall == 0 {
			return fmt.Sprintf("%.0f MB", float64(rss)/1024), float64(rss)
		}
		p50 := quantile(list, 0.5)
		if len(list) < 8 {
			return seconds(p50), p50
		}
		return fmt.Sprintf("%s, p95 %s", seconds(p50), seconds(quantile(list, 0.95))), p50
	}
	text, ours := show(r.ours)
	cells[1] = text
	if len(r.theirs) > 0 {
		text, theirs := show(r.theirs)
		cells[2] = text + " (" + r.peerName + ")"
		cells[3] = fmt.Sprintf("%.1f times less", theirs/ours)
	}
	if n := len(r.ours); n > 1 {
		cells[4] = fmt.Sprintf("%d samples", n)
	}
	return cells
}

func seconds(s float64) string {
	if s < 0.1 {
		return fmt.Sprintf("%.1f ms", s*1000)
	}
	return fmt.Sprintf("%.2f s", s)
}

func (r row) text() string { return strings.Join(r.cells(), " | ") }

const tableHead = "| work | Spindle | metaflow (or the one named) | ratio | detail | wanted |\n|---|---|---|---|---|---|\n"

// write replaces what stands between the markers in the document and leaves the prose around it alone.
func (b *bench) write(path string) error {
	var t strings.Builder
	fmt.Fprintf(&t, "Measured %s on %s; medians of %d runs (fewer where said), the two sides in turn.\n\n", time.Now().Format("2006-01-02"), machine(b.peer), b.runs)
	t.WriteString(tableHead)
	for _, r := range b.rows {
		fmt.Fprintf(&t, "| %s |\n", strings.Join(r.cells(), " | "))
	}
	fmt.Fprintf(&t, "\nThe bare cost on the same machine in the same session (fork a loaded interpreter, write %d files of 300 bytes, one sync for 16 tasks): **%.2f ms a task**.\n",
		bareFiles, b.bare*1000)
	return replaceBetween(path, "<!-- bench:begin -->", "<!-- bench:end -->", t.String())
}

func machine(peer string) string {
	model := "unknown CPU"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for _, line := range strings.Split(string(b), "\n") {
			if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
				model = strings.TrimSpace(v)
				break
			}
		}
	}
	version, _ := exec.Command(peer, "-c", "import sys, metaflow; print('Python %d.%d.%d, metaflow %s' % (*sys.version_info[:3], metaflow.__version__))").Output()
	return fmt.Sprintf("%d cores of %s, %s/%s, %s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, runtime.Version(), strings.TrimSpace(string(version)))
}

func replaceBetween(path, begin, end, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(old), begin)
	if !ok {
		return fmt.Errorf("%s: no line %q", filepath.Base(path), begin)
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		return fmt.Errorf("%s: no line %q", filepath.Base(path), end)
	}
	return os.WriteFile(path, []byte(before+begin+"\n"+text+end+after), 0o644)
}
