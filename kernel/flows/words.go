package flows

import (
	"errors"
	"strings"
)

// fields splits the arguments of a magic as a shell would: quotes keep blanks together, a backslash takes the next character as it is.
func fields(text string) ([]string, error) {
	var (
		list   []string
		word   strings.Builder
		quote  rune
		inside bool
	)
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		c := runes[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(runes):
			i++
			word.WriteRune(runes[i])
			inside = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, inside = c, true
		case quote == 0 && (c == ' ' || c == '\t'):
			if inside {
				list = append(list, word.String())
				word.Reset()
				inside = false
			}
		default:
			word.WriteRune(c)
			inside = true
		}
	}
	if quote != 0 {
		return nil, errors.New("a quote is not closed")
	}
	if inside {
		list = append(list, word.String())
	}
	return list, nil
}
