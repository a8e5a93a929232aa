package token

import (
	"fmt"
	"hash/adler32"
)

// sequence is how many tokens of a prefix are looked through for the one whose successor is wanted.
const sequence = 10_000

// First is the first token of a prefix.
func First(prefix string) string { return nth(prefix, 0) }

// Next is the one after a token of a prefix. It is false for a token that is none of the prefix's: somebody made it up.
func Next(prefix, token string) (string, bool) {
	for i := range sequence {
		if nth(prefix, i) == token {
			return nth(prefix, i+1), true
		}
	}
	return "", false
}

func nth(prefix string, i int) string {
	start := fmt.Sprintf("%s-%d-", prefix, i)
	return start + letters(adler32.Checksum([]byte(start)))
}

// letters are the four that Python's random.sample chooses of the alphabet, seeded with a number.
func letters(seed uint32) string {
	const alphabet, wanted = "abcdefghijklmnopqrstuvwxyz", 4
	r := newTwister(seed)
	var out []byte
	taken := map[uint32]bool{}
	for len(out) < wanted {
		j := r.next() >> 27 // five bits, as many as the alphabet's length has
		if int(j) >= len(alphabet) || taken[j] {
			continue
		}
		taken[j] = true
		out = append(out, alphabet[j])
	}
	return string(out)
}
