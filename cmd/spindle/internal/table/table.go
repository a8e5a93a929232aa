// Package table lays out columns for people: aligned to what a terminal shows on one, separated by tabs in a pipe.
package table

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// Table is rows of cells below a heading.
type Table struct {
	heads []string
	rows  [][]cell
}

type cell struct {
	text  string
	paint func(string) string
}

// New makes a table with these headings.
func New(heads ...string) *Table { return &Table{heads: heads} }

// Row adds a row.
func (t *Table) Row(cells ...string) {
	row := make([]cell, len(cells))
	for i, c := range cells {
		row[i] = cell{text: c}
	}
	t.rows = append(t.rows, row)
}

// Paint colours a cell of the last row.
func (t *Table) Paint(column int, paint func(string) string) {
	t.rows[len(t.rows)-1][column].paint = paint
}

// Len is the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Terminal is the table with a heading, aligned; rows are cut at width cells.
func (t *Table) Terminal(width int, head func(string) string) string {
	widths := make([]int, len(t.heads))
	for i, h := range t.heads {
		widths[i] = runewidth.StringWidth(h)
	}
	for _, row := range t.rows {
		for i, c := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(c.text))
		}
	}
	var b strings.Builder
	heads := make([]cell, len(t.heads))
	for i, h := range t.heads {
		heads[i] = cell{text: h, paint: head}
	}
	line(&b, heads, widths, width)
	for _, row := range t.rows {
		line(&b, row, widths, width)
	}
	return b.String()
}

func line(b *strings.Builder, row []cell, widths []int, width int) {
	used := 0
	for i, c := range row {
		if i > 0 {
			if used+2 >= width {
				break
			}
			b.WriteString("  ")
			used += 2
		}
		text := c.text
		if used+runewidth.StringWidth(text) > width {
			text = runewidth.Truncate(text, max(0, width-used), "…")
		}
		shown := runewidth.StringWidth(text)
		if c.paint != nil {
			text = c.paint(text)
		}
		b.WriteString(text)
		if i < len(row)-1 {
			pad := max(0, min(widths[i]-shown, width-used-shown))
			b.WriteString(strings.Repeat(" ", pad))
			shown += pad
		}
		used += shown
	}
	b.WriteByte('\n')
}

// Plain is the table for other programs: a row a line, tabs between cells, no heading.
func (t *Table) Plain() string {
	var b strings.Builder
	for _, row := range t.rows {
		for i, c := range row {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(c.text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Aligned is the table without a heading, aligned and never cut.
func (t *Table) Aligned() string {
	widths := make([]int, len(t.heads))
	for _, row := range t.rows {
		for i, c := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(c.text))
		}
	}
	var b strings.Builder
	for _, row := range t.rows {
		line(&b, row, widths, int(^uint(0)>>1))
	}
	return b.String()
}
