package streams

// Palette colours text, or leaves it as it is where colours are off.
type Palette struct {
	on bool
}

// NewPalette makes a palette that colours when on.
func NewPalette(on bool) Palette { return Palette{on: on} }

func (p Palette) paint(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// Red is for failures.
func (p Palette) Red(s string) string { return p.paint("31", s) }

// Green is for success and names of tasks.
func (p Palette) Green(s string) string { return p.paint("32", s) }

// Yellow is for warnings.
func (p Palette) Yellow(s string) string { return p.paint("33", s) }

// Blue is for places in files.
func (p Palette) Blue(s string) string { return p.paint("34", s) }

// Magenta is for times.
func (p Palette) Magenta(s string) string { return p.paint("35", s) }

// Bold is for what the eye should find first.
func (p Palette) Bold(s string) string { return p.paint("1", s) }

// Dim is for what can be skipped.
func (p Palette) Dim(s string) string { return p.paint("2", s) }

// On is true when the palette colours.
func (p Palette) On() bool { return p.on }
