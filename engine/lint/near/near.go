// Package near finds the word that was probably meant.
package near

import "strings"

// Word returns the candidate most like a word, empty where none is alike enough to be what was meant. Case, dashes and underscores don't matter;
// among equals the first in the alphabet is taken.
func Word(word string, candidates []string) string {
	limit := max(2, len(word)/3)
	if len(word) < 4 {
		limit = 1
	}
	return Within(limit, word, candidates)
}

// Within is [Word] for a given number of letters to insert, drop, change or swap.
func Within(limit int, word string, candidates []string) string {
	plain := normal(word)
	best, least := "", limit+1
	for _, c := range candidates {
		if d := Distance(plain, normal(c)); d < least || d == least && best != "" && c < best {
			best, least = c, d
		}
	}
	return best
}

// normal makes my_flag, my-flag and MY-FLAG the same word.
func normal(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }

// Distance counts the letters to insert, drop, change or swap with their neighbour to get from one word to another.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	older, prev, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			change := prev[j]
			if x[i] != y[j] {
				change++
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, change)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, prev, row = prev, row, older
	}
	return prev[len(y)]
}
