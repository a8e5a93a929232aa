package golang

import "github.com/spindle-flow/spindle/engine/graph"

// record goes over the function once more, now that the state at each point is known, and notes what is read and done there.
func (s *solver) record(exits []int) {
	for i, block := range s.blocks {
		if !block.Live || len(s.events[i]) == 0 || !s.in[i].reached {
			continue
		}
		conditional, looped := s.skippable(i, exits), s.reach[i][i]
		st := s.in[i].clone()
		for k := range s.events[i] {
			ev := &s.events[i][k]
			s.note(&st, ev, conditional, looped)
			s.step(&st, ev)
		}
	}
}

func (s *solver) note(st *state, ev *event, conditional, looped bool) {
	switch {
	case ev.use != nil:
		u := *ev.use
		u.Conditional = conditional
		s.use(st, u)
	case ev.write >= 0:
		w := &s.b.Writes[ev.write]
		w.Conditional, w.Looped = conditional, looped
		if w.Kind != graph.Assign {
			s.markRead(st, w.ID)
		}
	case ev.place != nil:
		p := *ev.place
		p.Conditional, p.Merged = conditional, st.maybeMerged != 0
		s.b.Places = append(s.b.Places, p)
	case ev.merge >= 0:
		s.merge(st, &s.b.Merges[ev.merge], conditional)
	case ev.open != nil:
		if s.b.Open == nil {
			s.b.Open = ev.open
		}
	case ev.called != nil:
		s.called(st, ev, conditional, looped)
	}
}

func (s *solver) merge(st *state, m *graph.Merge, conditional bool) {
	m.Assigned.Union(st.must)
	m.MaybeAssigned.Union(st.may)
	m.Conditional = m.Conditional || conditional
	m.Open = m.Open || st.open
}

func (s *solver) use(st *state, u graph.Use) {
	if u.Via == graph.ViaSelf {
		switch {
		case st.must.Has(u.ID):
			u.Assigned = graph.Yes
		case st.may.Has(u.ID):
			u.Assigned = max(u.Assigned, graph.Maybe)
		}
		u.Merged |= st.merged
		u.MaybeMerged |= st.maybeMerged
		s.markRead(st, u.ID)
		if st.open && u.Assigned != graph.Yes {
			return
		}
	}
	s.b.Uses = append(s.b.Uses, u)
}

// markRead notes that the values an artifact may have here are read.
func (s *solver) markRead(st *state, id int) {
	for _, d := range st.defs {
		if w := &s.b.Writes[d]; w.ID == id {
			w.Read = true
		}
	}
}

// called notes what a called function reads and does.
func (s *solver) called(st *state, ev *event, conditional, looped bool) {
	from := ev.called
	at := func(own graph.Range) graph.Range {
		if ev.at.File == "" {
			return own
		}
		return ev.at
	}
	if from.Open != nil && s.b.Open == nil {
		s.b.Open = &graph.Dynamic{Range: at(from.Open.Range), Reason: from.Open.Reason}
	}
	for i := range from.Writes {
		w := &s.b.Writes[ev.writes+i]
		w.Conditional, w.Looped = w.Conditional || conditional, w.Looped || looped
		if from.Writes[i].Kind != graph.Assign {
			s.markRead(st, w.ID)
		}
	}
	for i := range from.Merges {
		s.merge(st, &s.b.Merges[ev.merges+i], conditional)
	}
	for _, p := range from.Places {
		p.At = at(p.At)
		p.Conditional = p.Conditional || conditional || ev.loose
		s.b.Places = append(s.b.Places, p)
	}
	for _, u := range from.Uses {
		if u.Via == graph.ViaSelf && u.Assigned == graph.Yes {
			continue
		}
		u.At = at(u.At)
		u.Conditional = u.Conditional || conditional || ev.loose
		u.Merged <<= ev.merges
		u.MaybeMerged <<= ev.merges
		if ev.loose && u.Via == graph.ViaSelf && u.Assigned == graph.No { // it may run behind anything else in the body
			for i := range s.b.Writes {
				if s.b.Writes[i].ID == u.ID {
					u.Assigned = graph.Maybe
				}
			}
		}
		s.use(st, u)
	}
}
