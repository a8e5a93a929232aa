package view

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
)

// State is what a drawing says of a step besides its name.
type State struct {
	// Kind is one of the words of [Kinds], empty for a step of which nothing is known.
	Kind string
	Note string // a few words below the name: 3/8, 1.2s
	// Room is how many letters what stands below the name may become: a drawing that changes in place should not move.
	Room int
}

// Kinds are the states that have a colour, in the order of the legend.
func Kinds() []string { return []string{"done", "spun", "edited", "running", "failed", "waiting"} }

// Sizes of a drawing, in pixels.
const (
	boxHeight = 44
	layerGap  = 46
	rowGap    = 16
	margin    = 12
	headline  = 20
	letter    = 7.6 // the width of one
)

// colour is fill, border and text; they can be read on light and dark ground.
func colour(kind string) (fill, line string) {
	switch kind {
	case "done":
		return "#d9f0dd", "#2e8b57"
	case "spun":
		return "#fde8c8", "#c77700"
	case "edited":
		return "#fff6bf", "#a08500"
	case "running":
		return "#d6e8fb", "#1f6fc4"
	case "failed":
		return "#fbd9d7", "#c0302b"
	}
	return "#f2f2f2", "#8a8a8a"
}

// SVG draws the graph from left to right, each step in a box coloured by its state, below a headline if there is one.
func SVG(g *graph.Graph, states map[string]State, head string) string {
	l := layOut(g, states, head)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="sans-serif" role="img" aria-label="%s">`,
		l.width, l.height, l.width, l.height, html.EscapeString(g.Flow.Name))
	b.WriteString(`<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#777"/></marker></defs>`)
	fmt.Fprintf(&b, `<rect width="%.0f" height="%.0f" fill="#ffffff" rx="6"/>`, l.width, l.height)
	if head != "" {
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="12" fill="#444">%s</text>`, margin, margin+10, html.EscapeString(head))
	}
	for _, name := range g.Order {
		n := g.Node(name)
		seen := map[string]bool{}
		for _, to := range n.Out {
			if !seen[to] {
				seen[to] = true
				l.edge(&b, name, to)
			}
		}
	}
	for _, name := range g.Order {
		l.node(&b, g.Node(name), states[name])
	}
	b.WriteString("</svg>")
	return b.String()
}

// rect is where a step is drawn.
type rect struct{ x, y, width float64 }

type layout struct {
	boxes         map[string]rect
	layers        map[string]int
	bottom        float64 // of the boxes
	width, height float64
}

// layOut puts each step into the layer behind the last of those before it, and the steps of a layer below one another in the order of those
// before them.
func layOut(g *graph.Graph, states map[string]State, head string) *layout {
	l := &layout{boxes: map[string]rect{}, layers: map[string]int{}}
	var columns [][]string
	for _, name := range g.Order {
		layer := 0
		for _, in := range g.Node(name).In {
			if at, ok := l.layers[in]; ok && in != name {
				layer = max(layer, at+1)
			}
		}
		l.layers[name] = layer
		for len(columns) <= layer {
			columns = append(columns, nil)
		}
		columns[layer] = append(columns[layer], name)
	}
	tallest := 0
	for _, column := range columns {
		tallest = max(tallest, len(column))
	}
	full := float64(tallest)*(boxHeight+rowGap) - rowGap
	x, top := float64(margin), float64(margin)
	if head != "" {
		top += headline
	}
	for _, column := range columns {
		width := 64.0
		for _, name := range column {
			small := max(states[name].Room, utf8.RuneCountInString(caption(g.Node(name), states[name])))
			width = max(width, letter*float64(utf8.RuneCountInString(name))+24, 5.6*float64(small)+20)
		}
		y := top + (full-(float64(len(column))*(boxHeight+rowGap)-rowGap))/2
		for _, name := range column {
			l.boxes[name] = rect{x, y, width}
			y += boxHeight + rowGap
		}
		x += width + layerGap
	}
	l.bottom = top + full
	l.width, l.height = max(x-layerGap, margin+6*float64(utf8.RuneCountInString(head)))+margin, l.bottom+margin
	for _, name := range g.Order {
		for _, to := range g.Node(name).Out {
			if l.layers[to] != l.layers[name]+1 {
				l.height = l.bottom + margin + 22 // room for the ways around
			}
		}
	}
	return l
}

// Room is how many letters a caption of a step has that says this of it; for [State].
func Room(n *graph.Node, s State) int { return utf8.RuneCountInString(caption(n, s)) }

// caption is the small text below a step's name.
func caption(n *graph.Node, s State) string {
	parts := []string{}
	switch n.Type {
	case graph.TypeForeach, graph.TypeParallel, graph.TypeSwitch, graph.TypeJoin: // others show by their lines
		parts = append(parts, kindWord(n.Type))
	}
	if s.Kind != "" {
		parts = append(parts, s.Kind)
	}
	if s.Note != "" {
		parts = append(parts, s.Note)
	}
	return strings.Join(parts, " · ")
}

func (l *layout) node(b *strings.Builder, n *graph.Node, s State) {
	at := l.boxes[n.Name]
	fill, line := colour(s.Kind)
	dash := ""
	if s.Kind == "" || s.Kind == "waiting" {
		dash = ` stroke-dasharray="4 3"`
	}
	fmt.Fprintf(b, `<g class="step" data-step="%s" data-state="%s"><title>%s</title>`, html.EscapeString(n.Name), html.EscapeString(s.Kind),
		html.EscapeString(strings.TrimSpace(graph.CleanDoc(n.Step.Doc))))
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%d" rx="7" fill="%s" stroke="%s" stroke-width="1.6"%s/>`, at.x, at.y, at.width, boxHeight, fill, line, dash)
	middle, small := at.x+at.width/2, caption(n, s)
	y := at.y + boxHeight/2 + 5
	if small != "" {
		y = at.y + 19
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle" font-size="13" font-weight="600" fill="#222">%s</text>`, middle, y, html.EscapeString(n.Name))
	if small != "" {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle" font-size="10" fill="#444">%s</text>`, middle, at.y+34, html.EscapeString(small))
	}
	b.WriteString("</g>")
}

// edge draws a line from one step to another; one that passes layers, or goes back, goes below the boxes.
func (l *layout) edge(b *strings.Builder, from, to string) {
	a, ok := l.boxes[from]
	z, known := l.boxes[to]
	if !ok || !known {
		return
	}
	x1, y1, x2, y2 := a.x+a.width, a.y+boxHeight/2, z.x, z.y+boxHeight/2
	path := fmt.Sprintf("M%.1f,%.1f C%.1f,%.1f %.1f,%.1f %.1f,%.1f", x1, y1, x1+layerGap/2, y1, x2-layerGap/2, y2, x2, y2)
	if l.layers[to] != l.layers[from]+1 {
		low := l.bottom + 14
		path = fmt.Sprintf("M%.1f,%.1f C%.1f,%.1f %.1f,%.1f %.1f,%.1f L%.1f,%.1f C%.1f,%.1f %.1f,%.1f %.1f,%.1f", x1, y1, x1+24, y1, x1+4, low, x1+30, low,
			x2-30, low, x2-4, low, x2-24, y2, x2, y2)
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="#777" stroke-width="1.4" marker-end="url(#arrow)"/>`, path)
}
