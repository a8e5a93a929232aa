// Command artifacts is a flow that keeps values of every plain kind.
package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/flow"
)

const numbers = 1000

// Point is a dictionary in Python.
type Point struct {
	X     float64
	Label string
	Inner struct{ Deep []int }
	Maybe *int
}

// Artifacts is the twin of flow.py.
type Artifacts struct {
	flow.Flow
	Yes, No                          bool
	Small, Negative, Middle, Big     int
	Half, Tiny, Infinite, NotANumber float64
	Whole                            float64
	Text, Long                       string
	Raw                              []byte
	Nothing                          *string
	EmptyList                        []int
	EmptyMap                         map[string]int
	EmptyText                        string
	Ints                             []int64
	Floats                           []float64
	Flags                            []bool
	Words                            []string
	Matrix                           [][]float64
	Mapping                          map[string]int
	ByNumber                         map[int]string
	Point                            Point
	Points                           []Point
	Maybe                            *int
	When                             time.Time
	Ranges                           map[string]map[string][]bool
	Lengths                          []int
	Sum                              float64
	Keys                             []string
	Odd                              []bool
	Year, Micros                     int
}

// Start makes them.
func (t *Artifacts) Start(ctx flow.Context) (flow.Next, error) {
	t.Yes, t.No = true, false
	t.Small, t.Negative, t.Middle, t.Big = 7, -1, 1<<31, 1<<62
	t.Half, t.Tiny, t.Infinite, t.NotANumber = 0.5, 5e-324, math.Inf(1), math.NaN()
	t.Whole = 3
	t.Text = "plain, ünïcode, 漢字, 🎈, \x00, \n"
	t.Long = strings.Repeat("long ", 1000)
	for i := range 256 {
		t.Raw = append(t.Raw, byte(i))
	}
	t.Nothing = nil
	t.EmptyList, t.EmptyMap, t.EmptyText = []int{}, map[string]int{}, ""
	t.Ints = []int64{-(1 << 40), -1, 0, 1, 255, 256, 65535, 65536, 1 << 40}
	for i := range numbers {
		t.Floats = append(t.Floats, float64(i)/8)
	}
	t.Flags = []bool{true, false, true}
	t.Words = []string{"a", "", "ü"}
	t.Matrix = [][]float64{{1.5, 2.5}, {}, {3.5}}
	t.Mapping = map[string]int{"b": 1, "a": -2}
	t.ByNumber = map[int]string{3: "three", -1: "minus one"}
	t.Point = Point{X: 1.25, Label: "here"}
	t.Point.Inner.Deep = []int{1, 2}
	t.Points = []Point{t.Point, t.Point}
	five := 5
	t.Maybe = &five
	t.When = time.Date(2024, 2, 29, 12, 30, 15, 123456000, time.UTC)
	t.Ranges = map[string]map[string][]bool{"outer": {"inner": {true, false}}}
	return flow.To(t.Check), nil
}

// Check reads them all.
func (t *Artifacts) Check(ctx flow.Context) (flow.Next, error) {
	if os.Getenv("TWIN_GO_ON") == "" {
		return flow.Next{}, errors.New("stop here")
	}
	t.Flags = append(t.Flags, t.Yes, t.No)
	t.Ints = append(t.Ints, int64(t.Small), int64(t.Negative), int64(t.Middle), int64(t.Big))
	t.Floats = append(t.Floats, t.Half, t.Tiny, t.Whole)
	t.Words = append(t.Words, t.Text, t.EmptyText)
	t.Lengths = []int{len(t.Long), len(t.Raw), len(t.EmptyList), len(t.EmptyMap), len(t.Matrix)}
	for _, f := range t.Floats {
		t.Sum += f
	}
	for name := range t.Mapping {
		t.Keys = append(t.Keys, name)
	}
	slices.Sort(t.Keys)
	t.Keys = append(t.Keys, t.ByNumber[3], t.Point.Label, t.Points[1].Label)
	t.Odd = []bool{math.IsInf(t.Infinite, 1), math.IsNaN(t.NotANumber), t.Nothing == nil, t.Ranges["outer"]["inner"][0]}
	six := *t.Maybe + 1
	t.Maybe = &six
	t.Year = t.When.Year()
	t.Micros = t.When.Nanosecond() / 1000
	return flow.To(t.End), nil
}

// End prints.
func (t *Artifacts) End(ctx flow.Context) (flow.Next, error) {
	fmt.Printf("%d ints, %d floats, year %d\n", len(t.Ints), len(t.Floats), t.Year)
	return flow.End(), nil
}

func main() { flow.Main(&Artifacts{}) }
