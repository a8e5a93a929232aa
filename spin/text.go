package spin

import (
	"fmt"
	"strings"
	"time"
)

// Headline says how long a task took and what it is compared with.
func (t TaskResult) Headline() string {
	text := "spun in " + durationText(t.Took)
	if t.Before > 0 {
		text += ", " + durationText(t.Before) + " in the origin"
	}
	switch t.Against {
	case "origin":
		return text + "; against " + t.Of
	case "input":
		return text + "; the origin has no such task, so against its input " + t.Of
	}
	return text
}

func durationText(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// TypeText is the short name of the type, with the one before where it is another.
func (c Change) TypeText() string {
	short := func(t string) string { return t[strings.LastIndexByte(t, '.')+1:] }
	if c.BeforeType != "" && c.BeforeType != c.Type {
		return short(c.BeforeType) + "->" + short(c.Type)
	}
	return short(c.Type)
}

// SizeText is the size, with the one before where it is another.
func (c Change) SizeText() string {
	size := SizeText(c.Size)
	if c.Status == Changed && c.BeforeSize != c.Size {
		return SizeText(c.BeforeSize) + "->" + size
	}
	return size
}

// SizeText is a number of bytes for people.
func SizeText(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for f >= 1000 && i < len(units)-1 {
		f, i = f/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}

// ValueText is the short value, with the one before it where it has changed. Without unicode the arrow is ASCII.
func (c Change) ValueText(unicode bool) string {
	arrow := " -> "
	if unicode {
		arrow = " → "
	}
	text := c.Value
	switch c.Status {
	case Gone:
		text = "was " + c.Before
	case Changed:
		text = c.Before + arrow + c.Value
		if c.Before == "" || c.Before == c.Value {
			text = c.Value
		}
		if c.Difference != "" {
			text += " (" + c.Difference + ")"
		}
	}
	return text
}
