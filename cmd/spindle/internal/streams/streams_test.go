package streams

import "testing"

func TestUnicodeLocale(t *testing.T) {
	t.Parallel()
	tests := []struct {
		env  map[string]string
		want bool
	}{
		{nil, true},
		{map[string]string{"LANG": "en_US.UTF-8"}, true},
		{map[string]string{"LANG": "C"}, false},
		{map[string]string{"LANG": "de_DE.ISO-8859-1"}, false},
		{map[string]string{"LC_ALL": "C.utf8", "LANG": "C"}, true},
		{map[string]string{"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, false},
	}
	for _, tt := range tests {
		if got := unicodeLocale(func(name string) string { return tt.env[name] }); got != tt.want {
			t.Errorf("%v: %v", tt.env, got)
		}
	}
}

func TestPalette(t *testing.T) {
	t.Parallel()
	if got := NewPalette(true).Red("x"); got != "\x1b[31mx\x1b[0m" {
		t.Errorf("%q", got)
	}
	if got := NewPalette(false).Red("x") + NewPalette(true).Bold(""); got != "x" {
		t.Errorf("%q", got)
	}
}

func TestSizeIsNeverZero(t *testing.T) {
	t.Parallel()
	io, _, _ := Test()
	if size := io.Size(); size != (Size{80, 24}) {
		t.Errorf("%v", size)
	}
}
