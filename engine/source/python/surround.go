package python

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// surroundings are all that the reading of a step depends on besides the step itself. That is more than it can: all text around the steps, where an
// edit of a line is rare, counts as a whole.
type surroundings struct {
	search  []string
	members string // what the flow's classes bind
	texts   []around
	others  []other // known at the end of a reading
}

// around is the text of a file that has steps of the flow, without them.
type around struct {
	path string
	// gaps are the pieces between the steps. Those with imports have their line: a step says where its decorators are imported, which is all it says
	// of places outside of itself.
	gaps string
	// later is true where the file registers functions with atexit.
	later bool
}

// other is a file that was looked for besides: as it is, or missing.
type other struct {
	path    string
	data    []byte
	missing bool
}

func (s *surroundings) same(o *surroundings) bool {
	return slices.Equal(s.search, o.search) && s.members == o.members && slices.Equal(s.texts, o.texts)
}

// surround is not ok where the source is broken, or a function is a step twice: what is read is then not to be told from the text alone.
func (w *workspace) surround(l lineage, all []owned) (s surroundings, ok bool) {
	s.search = w.search
	var members strings.Builder
	spans := map[*module][]*flatNode{}
	for _, o := range all {
		o.sign(&members, l)
		if o.attr.kind == attrStep {
			spans[o.class.mod] = append(spans[o.class.mod], o.attr.def.whole)
		}
	}
	s.members = members.String()
	for _, c := range l.classes {
		m := c.mod
		if slices.ContainsFunc(s.texts, func(a around) bool { return a.path == m.path }) {
			continue
		}
		gaps, apart := m.gaps(spans[m])
		if !apart || m.flat || m.fault != nil || m.tree.RootNode().HasError() {
			return s, false
		}
		s.texts = append(s.texts, around{m.path, gaps, m.mentions("atexit") > 0})
	}
	return s, true
}

// sign writes what other steps can tell of a member, but for the text of its function or value.
func (o owned) sign(b *strings.Builder, l lineage) {
	flags := byte('0' + o.attr.kind*16)
	for i, flag := range [...]bool{o.unsure, o.attr.conditional, o.attr.def.node == nil, o.attr.kind == attrStep && isProperty(&member{owned: o})} {
		if flag {
			flags |= 1 << i
		}
	}
	b.WriteString(o.attr.name)
	b.WriteByte(0)
	b.WriteByte(flags)
	b.WriteString(strconv.Itoa(slices.Index(l.classes, o.class)))
	b.WriteByte('\n')
}

// gaps are the text without some stretches. They are not apart where two of these overlap.
func (m *module) gaps(spans []*flatNode) (text string, apart bool) {
	slices.SortFunc(spans, func(a, b *flatNode) int { return int(a.start) - int(b.start) })
	var b strings.Builder
	at := 0
	for _, n := range append(spans, nil) {
		end := len(m.text)
		if n != nil {
			if end = int(n.start); end < at {
				return "", false
			}
		}
		if gap := m.text[at:end]; len(bytes.TrimSpace(gap)) > 0 {
			if bytes.Contains(gap, []byte("import")) {
				b.WriteString(strconv.Itoa(m.line(at)))
			}
			b.Write(gap)
		}
		b.WriteByte(0) // which no text has
		if n != nil {
			at = m.inside(n.end)
		}
	}
	return b.String(), true
}

// others are the files that were looked for and have no steps of a flow.
func (w *workspace) others(texts []around) []other {
	var out []other
	for path := range w.modules {
		if slices.ContainsFunc(texts, func(a around) bool { return a.path == path }) {
			continue
		}
		data, found := w.sources[path]
		out = append(out, other{path, data, !found})
	}
	return out
}

// unchanged reports whether files are as they were, and those that were missing still are.
func (w *workspace) unchanged(list []other) bool {
	for _, o := range list {
		data, err := w.read(o.path)
		if (err != nil) != o.missing || !bytes.Equal(data, o.data) {
			return false
		}
	}
	return true
}
