package live

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// screen is a small terminal: it understands what the view sends, scrolls, wraps, and knows wide characters.
type screen struct {
	width, height int
	rows          [][]rune // a wide character is followed by a 0
	scrolled      []string // rows that left at the top
	x, y          int
	cursorHidden  bool
	syncing       bool
	unknown       []string // sequences it does not understand
}

func newScreen(width, height int) *screen {
	return &screen{width: width, height: height, rows: make([][]rune, height)}
}

func (s *screen) Write(p []byte) (int, error) {
	for i := 0; i < len(p); {
		if p[i] == 0x1b {
			n, _ := escape(p[i:])
			s.control(string(p[i : i+n]))
			i += n
			continue
		}
		r, n := utf8.DecodeRune(p[i:])
		s.put(r)
		i += n
	}
	return len(p), nil
}

func (s *screen) put(r rune) {
	switch r {
	case '\n': // the line discipline makes it \r\n
		s.x = 0
		s.down()
	case '\r':
		s.x = 0
	default:
		s.print(r, runewidth.RuneWidth(r))
	}
}

func (s *screen) print(r rune, w int) {
	if s.x+w > s.width {
		s.x = 0
		s.down()
	}
	row := s.rows[s.y]
	for len(row) < s.x+w {
		row = append(row, ' ')
	}
	if w > 0 {
		row[s.x] = r
	}
	if w == 2 {
		row[s.x+1] = 0
	}
	s.rows[s.y] = row
	s.x += w
}

func (s *screen) down() {
	if s.y < s.height-1 {
		s.y++
		return
	}
	s.scrolled = append(s.scrolled, text(s.rows[0]))
	s.rows = append(s.rows[1:], nil)
}

func (s *screen) control(seq string) {
	switch {
	case seq == syncOn:
		s.syncing = true
	case seq == syncOff:
		s.syncing = false
	case seq == hideCursor:
		s.cursorHidden = true
	case seq == showCursor:
		s.cursorHidden = false
	case seq == eraseLine:
		s.eraseLine()
	case seq == eraseBelow:
		s.eraseLine()
		for y := s.y + 1; y < s.height; y++ {
			s.rows[y] = nil
		}
	case strings.HasSuffix(seq, "A"):
		n := 0
		for _, d := range strings.TrimSuffix(strings.TrimPrefix(seq, "\x1b["), "A") {
			n = n*10 + int(d-'0')
		}
		s.y = max(0, s.y-n)
	case strings.HasSuffix(seq, "m"):
	default:
		s.unknown = append(s.unknown, seq)
	}
}

func (s *screen) eraseLine() {
	if row := s.rows[s.y]; len(row) > s.x {
		s.rows[s.y] = row[:s.x]
	}
}

// resize makes the screen narrower or wider, wrapping its rows anew as most terminals do.
func (s *screen) resize(width int) {
	var rows [][]rune
	y := 0
	for i, row := range s.rows {
		if i == s.y {
			y = len(rows)
		}
		for len(row) > width {
			rows = append(rows, row[:width:width])
			row = row[width:]
		}
		rows = append(rows, row)
	}
	for len(rows) > s.height && len(rows[len(rows)-1]) == 0 {
		rows = rows[:len(rows)-1]
	}
	for len(rows) > s.height {
		s.scrolled = append(s.scrolled, text(rows[0]))
		rows, y = rows[1:], y-1
	}
	s.width, s.rows, s.y = width, rows, y
}

// visible is what stands on the screen, without empty rows at the end.
func (s *screen) visible() string {
	lines := make([]string, len(s.rows))
	for i, row := range s.rows {
		lines[i] = text(row)
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

// all is everything ever shown, what scrolled away first.
func (s *screen) all() string {
	return strings.Join(append(append([]string{}, s.scrolled...), s.visible()), "\n")
}

func text(row []rune) string {
	out := make([]rune, 0, len(row))
	for _, r := range row {
		if r != 0 {
			out = append(out, r)
		}
	}
	return strings.TrimRight(string(out), " ")
}
