package graph

import (
	"iter"
	"math/bits"
)

// IDs is a set of small numbers, like those of artifact names in [Data]. The zero value is empty.
type IDs []uint64

// Has reports whether the number is in the set.
func (s IDs) Has(id int) bool { return id>>6 < len(s) && s[id>>6]&(1<<(id&63)) != 0 }

// Add puts a number into the set.
func (s *IDs) Add(id int) {
	if missing := id>>6 + 1 - len(*s); missing > 0 {
		*s = append(*s, make([]uint64, missing)...)
	}
	(*s)[id>>6] |= 1 << (id & 63)
}

// Remove takes a number out of the set.
func (s IDs) Remove(id int) {
	if id>>6 < len(s) {
		s[id>>6] &^= 1 << (id & 63)
	}
}

// Union adds all of another set and reports whether that changed anything.
func (s *IDs) Union(other IDs) bool {
	if missing := len(other) - len(*s); missing > 0 {
		*s = append(*s, make([]uint64, missing)...)
	}
	changed := false
	for i, w := range other {
		if w&^(*s)[i] != 0 {
			(*s)[i] |= w
			changed = true
		}
	}
	return changed
}

// Intersect keeps what is in another set too and reports whether that changed anything.
func (s IDs) Intersect(other IDs) bool {
	changed := false
	for i, w := range s {
		var o uint64
		if i < len(other) {
			o = other[i]
		}
		if w&^o != 0 {
			s[i] = w & o
			changed = true
		}
	}
	return changed
}

// Empty reports whether the set has no numbers.
func (s IDs) Empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

// Clone returns a copy.
func (s IDs) Clone() IDs { return append(IDs(nil), s...) }

// All lists the numbers in order.
func (s IDs) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(i<<6 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}
