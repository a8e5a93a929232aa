package comments

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const text = `// Package main.
//a
package main //b

type T struct {
	//c
	flow.Flow
	X map[string]int // d é
}

//e
func (t *T) Start(
	ctx flow.Context,
) (flow.Next, error) { //f
	//g
	return flow.Split(t.A, //h
		//i
		func() { x(); y() },
		[]int{1,
			2}), nil //j
} //k

var s = ` + "`//no\n`" + ` //l
//m
`

// TestOf: each comment has the lines of the statement it stands in, behind or above.
func TestOf(t *testing.T) {
	var got []string
	for _, c := range Of(text) {
		got = append(got, fmt.Sprintf("%d:%d-%d %s alone=%v blanks=%d: %d to %d, %d before", c.Start.Line, c.Start.Column, c.End.Column, c.Text, c.Alone, c.Blanks, c.First, c.Last, c.Index))
	}
	want := []string{
		"1:1-17 // Package main. alone=true blanks=0: 3 to 3, 0 before",
		"2:1-4 //a alone=true blanks=0: 3 to 3, 0 before",
		"3:14-17 //b alone=false blanks=1: 3 to 3, 0 before",
		"6:2-5 //c alone=true blanks=1: 7 to 7, 2 before",
		"8:19-25 // d é alone=false blanks=1: 8 to 8, 3 before",
		"11:1-4 //e alone=true blanks=0: 12 to 14, 5 before",
		"14:24-27 //f alone=false blanks=1: 12 to 14, 5 before",
		"15:2-5 //g alone=true blanks=1: 16 to 20, 6 before",
		"16:25-28 //h alone=false blanks=1: 16 to 20, 6 before",
		"17:3-6 //i alone=true blanks=2: 16 to 20, 6 before",
		"20:13-16 //j alone=false blanks=1: 16 to 20, 6 before",
		"21:3-6 //k alone=false blanks=1: 21 to 21, 7 before",
		"24:3-6 //l alone=false blanks=1: 23 to 24, 8 before",
		"25:1-4 //m alone=true blanks=0: 0 to 0, 9 before",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestBroken: what is no Go is read as far as it goes.
func TestBroken(t *testing.T) {
	for _, broken := range []string{"", "//", "package", "func {{{ ( //x", "}}} ) //x\n//y", "\"\n//x", "'", "/* //", "\x00//x", strings.Repeat("(", 1000) + "//x"} {
		for _, c := range Of(broken) {
			if !strings.HasPrefix(c.Text, "//") {
				t.Errorf("%q has a comment %q", broken, c.Text)
			}
		}
	}
}
