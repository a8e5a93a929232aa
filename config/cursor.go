package config

import "strings"

// cursor is a place in the text of a file that is being typed, which need not be YAML yet.
type cursor struct {
	path  []string // the keys around it, outermost first
	lines []int    // where these stand, counted from 1
	key   bool     // a key is being typed, not a value
	start int      // in bytes, of the word that is being typed
}

// find tells where in the file a place is, by indentation and, within a line, by brackets.
func find(text string, offset int) cursor {
	type outer struct {
		indent, line int
		key          string
	}
	var open []outer
	begin, line := 0, 1
	for {
		end := strings.IndexByte(text[begin:offset], '\n')
		if end < 0 {
			break
		}
		indent, key := lineKey(text[begin : begin+end])
		if key != "" {
			for len(open) > 0 && open[len(open)-1].indent >= indent {
				open = open[:len(open)-1]
			}
			open = append(open, outer{indent, line, key})
		}
		begin, line = begin+end+1, line+1
	}
	current := text[begin:offset]
	indent := len(current) - len(strings.TrimLeft(current, " "))
	for len(open) > 0 && open[len(open)-1].indent >= indent {
		open = open[:len(open)-1]
	}
	c := cursor{}
	for _, o := range open {
		c.path, c.lines = append(c.path, o.key), append(c.lines, o.line)
	}
	c.within(current, begin, line)
	return c
}

// lineKey is the key at the beginning of a line, empty for none, with its indentation.
func lineKey(line string) (indent int, key string) {
	trimmed := strings.TrimLeft(line, " ")
	name, rest, ok := strings.Cut(trimmed, ":")
	if !ok || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "- ") || rest != "" && rest[0] != ' ' && rest[0] != '\r' || strings.ContainsAny(name, "{}[],") && !dynamic(name) {
		return 0, ""
	}
	return len(line) - len(trimmed), strings.Trim(strings.TrimSpace(name), `"'`)
}

// within goes through the current line up to the place. Brackets of references are letters.
func (c *cursor) within(line string, begin, number int) {
	var brackets []int // how many keys are open where each of {[ stands
	word, depth := 0, len(c.path)
	lists := []bool{false}
	c.key = true
	for i := 0; i < len(line); i++ {
		switch ch := line[i]; {
		case ch == '$' && strings.HasPrefix(line[i:], "${"):
			if end := strings.IndexByte(line[i:], '}'); end >= 0 {
				i += end
			}
		case ch == ':' && (i+1 == len(line) || line[i+1] == ' '):
			c.path = append(c.path, strings.Trim(strings.TrimSpace(line[word:i]), `"'`))
			c.lines = append(c.lines, number)
			word, c.key = i+1, false
		case ch == '{' || ch == '[':
			brackets, lists = append(brackets, len(c.path)), append(lists, ch == '[')
			word, c.key = i+1, ch == '{'
		case ch == ',' && len(brackets) > 0:
			c.cut(brackets[len(brackets)-1])
			word, c.key = i+1, !lists[len(lists)-1]
		case (ch == '}' || ch == ']') && len(brackets) > 0:
			c.cut(brackets[len(brackets)-1])
			brackets, lists = brackets[:len(brackets)-1], lists[:len(lists)-1]
			word, c.key = i+1, false
		case ch == '-' && strings.TrimSpace(line[:i]) == "" && strings.HasPrefix(line[i:], "- "):
			word, c.key = i+1, len(c.path) > depth
		}
	}
	rest := line[word:]
	c.start = begin + word + len(rest) - len(strings.TrimLeft(rest, ` "'`))
}

func (c *cursor) cut(n int) { c.path, c.lines = c.path[:n], c.lines[:n] }
