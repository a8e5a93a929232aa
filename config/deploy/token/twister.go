package token

// twister is the Mersenne Twister MT19937, as far as Python's random needs it here.
type twister struct {
	state [size]uint32
	at    int
}

const (
	size   = 624
	middle = 397
)

// newTwister seeds as Python does with a number of one word: by an array of that word.
func newTwister(seed uint32) *twister {
	t := &twister{at: size}
	s := &t.state
	s[0] = 19650218
	for i := 1; i < size; i++ {
		s[i] = 1812433253*(s[i-1]^s[i-1]>>30) + uint32(i)
	}
	i := 1
	step := func(factor, plus, minus uint32) {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*factor) + plus - minus
		if i++; i >= size {
			s[0], i = s[size-1], 1
		}
	}
	for range size {
		step(1664525, seed, 0)
	}
	for range size - 1 {
		step(1566083941, 0, uint32(i))
	}
	s[0] = 0x80000000
	return t
}

// next is the next 32 random bits.
func (t *twister) next() uint32 {
	if t.at >= size {
		t.twist()
	}
	y := t.state[t.at]
	t.at++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (t *twister) twist() {
	s := &t.state
	for i := range size {
		y := s[i]&0x80000000 | s[(i+1)%size]&0x7fffffff
		s[i] = s[(i+middle)%size] ^ y>>1
		if y&1 != 0 {
			s[i] ^= 0x9908b0df
		}
	}
	t.at = 0
}
