package python

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// encodingCookie is the declaration of an encoding in one of the first two lines.
var encodingCookie = regexp.MustCompile(`^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)`)

// decoded is a file as text: UTF-8, lines ended by \n alone, without byte order mark and NULs.
type decoded struct {
	text []byte
	// offset and problem tell the first place that Python would not accept, if problem is not empty.
	offset  int
	problem string
}

// Text decodes a Python file the way the reader sees it; positions of graph ranges are positions in this text.
func Text(data []byte) string { return string(decode(data).text) }

func decode(data []byte) decoded {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var d decoded
	switch name := declaredEncoding(data); {
	case strings.HasPrefix(name, "utf"), name == "":
		d.text = data
		d.checkUTF8(name != "")
	case strings.HasPrefix(name, "latin"), strings.HasPrefix(name, "iso-8859"), strings.HasPrefix(name, "cp125"):
		d.text = widen(data, func(b byte) rune { return rune(b) })
	default:
		// The characters do not matter for the graph, but they must count as one each and be allowed in names.
		d.text = widen(data, func(byte) rune { return 'é' })
	}
	d.finish()
	return d
}

// decodeText takes a text whose encoding an editor has dealt with.
func decodeText(data []byte) decoded {
	d := decoded{text: bytes.TrimPrefix(data, []byte("\ufeff"))}
	d.checkUTF8(false)
	d.finish()
	return d
}

func (d *decoded) finish() {
	d.text = normalizeLines(d.text)
	if i := bytes.IndexByte(d.text, 0); i >= 0 {
		d.fault(i, "source code cannot contain null bytes")
		d.text = bytes.ReplaceAll(d.text, []byte{0}, []byte{' '})
	}
}

func (d *decoded) fault(offset int, problem string) {
	if d.problem == "" || offset < d.offset {
		d.offset, d.problem = offset, problem
	}
}

func (d *decoded) checkUTF8(declared bool) {
	if utf8.Valid(d.text) {
		return
	}
	at := 0
	for at < len(d.text) {
		r, size := utf8.DecodeRune(d.text[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	problem := "the file is not UTF-8 here and declares no encoding"
	if declared {
		problem = "the file is not UTF-8 here, though it declares to be"
	}
	before := normalizeLines(d.text[:at])
	d.text = bytes.ToValidUTF8(d.text, []byte("\uFFFD"))
	d.fault(len(before), problem)
}

func declaredEncoding(data []byte) string {
	for range 2 {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		if m := encodingCookie.FindSubmatch(line); m != nil {
			return strings.ReplaceAll(strings.ToLower(string(m[1])), "_", "-")
		}
		if t := bytes.TrimLeft(line, " \t\f\r"); len(t) > 0 && t[0] != '#' {
			break // a second line counts only after a comment or an empty line
		}
		data = rest
	}
	return ""
}

func widen(data []byte, char func(byte) rune) []byte {
	out := make([]byte, 0, len(data)+len(data)/8)
	for _, b := range data {
		if b < utf8.RuneSelf {
			out = append(out, b)
		} else {
			out = utf8.AppendRune(out, char(b))
		}
	}
	return out
}

// normalizeLines makes every line end a single \n, as Python's reader does.
func normalizeLines(text []byte) []byte {
	if bytes.IndexByte(text, '\r') < 0 {
		return text
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte{'\n'})
	return bytes.ReplaceAll(text, []byte{'\r'}, []byte{'\n'})
}
