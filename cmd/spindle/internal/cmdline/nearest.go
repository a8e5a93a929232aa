package cmdline

import "strings"

// Nearest is the candidate most like word, empty when none is alike enough to be what was meant.
func Nearest(word string, candidates []string) string {
	plain := normal(word)
	best, bestDistance := "", 1+allowed(len(plain))
	for _, c := range candidates {
		d := distance(plain, normal(c))
		if d < bestDistance || d == bestDistance && best != "" && c < best {
			best, bestDistance = c, d
		}
	}
	if best != "" {
		return best
	}
	for _, c := range candidates {
		if len(plain) >= 3 && strings.HasPrefix(normal(c), plain) {
			return c
		}
	}
	return ""
}

// allowed is how many mistakes a word of that length may have.
func allowed(length int) int {
	if length < 4 {
		return 1
	}
	return max(2, length/3)
}

// normal makes my_flag, my-flag and MY-FLAG the same word.
func normal(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "_", "-")
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that lead from a to b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
