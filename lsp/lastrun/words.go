package lastrun

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/engine/history"
)

// Sign is a letter for a state.
func Sign(s history.State) string {
	switch s {
	case history.Done:
		return "✓"
	case history.Failed:
		return "✗"
	case history.Running:
		return "▸"
	}
	return "–"
}

// Words say what became of a step: ✓ done, 3 tasks, 5.2 s.
func (s *Step) Words() string {
	out := Sign(s.State) + " " + string(s.State)
	switch {
	case s.Tasks > 1 && s.Done < s.Tasks:
		out += fmt.Sprintf(", %d of %d tasks", s.Done, s.Tasks)
	case s.Tasks > 1:
		out += fmt.Sprintf(", %d tasks", s.Tasks)
	}
	if s.Duration > 0 {
		out += ", " + Duration(s.Duration)
	}
	return out
}

// Duration writes how long something took in two parts at most: 850 ms, 5.2 s, 3 min 20 s, 2 h 5 min.
func Duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// Ago writes how long ago something was.
func Ago(now, then time.Time) string {
	d := now.Sub(then)
	switch {
	case then.IsZero():
		return ""
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// Size writes a number of bytes.
func Size(n int64) string {
	const step = 1000
	if n < step {
		return fmt.Sprintf("%d B", n)
	}
	units := []string{"kB", "MB", "GB", "TB", "PB"}
	v := float64(n) / step
	for v >= step && len(units) > 1 {
		v, units = v/step, units[1:]
	}
	if v < 10 {
		return fmt.Sprintf("%.1f %s", v, units[0])
	}
	return fmt.Sprintf("%.0f %s", v, units[0])
}
