// Command values is a flow with artifacts of every kind, for the tests.
package main

import (
	"fmt"
	"log/slog"
	"math/big"
	"net/netip"
	"time"

	"github.com/spindle-flow/spindle/flow"
)

// Point is a plain struct.
type Point struct {
	X, Y  float64
	Label string `artifact:"name"`
}

// Shape is what only Go understands.
type Shape interface{ Area() float64 }

// Values is a flow whose artifacts are of every kind.
type Values struct {
	flow.Flow
	Alpha  float64          `param:"alpha" default:"0.5" help:"a number"`
	Names  []string         `param:"names" separator:"," default:"a,b"`
	Sizes  []int            `param:"size" default:"1,2"`
	Wait   time.Duration    `param:"wait" default:"90s"`
	Deep   map[string]any   `param:"deep" default:"{\"a\": [1, 2.5]}"`
	Colour string           `param:"colour" choices:"red,green" default:"red"`
	Note   flow.File        `param:"note"`
	Cfg    map[string]Point `config:"cfg" value:"{\"home\": {\"x\": 1, \"name\": \"here\"}}"`

	Bool    bool
	Int     int
	Large   *big.Int
	Float   float64
	Text    string
	Raw     []byte
	Floats  []float64
	Matrix  [][]float64
	Point   Point
	Points  []Point
	Maybe   *Point
	Index   map[string]int
	Set     map[string]struct{}
	When    time.Time
	Took    time.Duration
	Any     any
	Late    flow.Lazy[[]int]
	Address netip.Addr
	Model   map[string]Point `artifact:"model,gob"`
	Zero    int
	Seen    []string
	Why     *flow.Failure
	Scratch func() `artifact:"-"`
}

// Start sets all there is.
func (v *Values) Start(ctx flow.Context) (flow.Next, error) {
	slog.Info("starting", "run", ctx.RunID)
	v.Bool, v.Int, v.Float, v.Text, v.Raw = true, -7, 2.5, "äöü", []byte{0, 255}
	v.Large = new(big.Int).Lsh(big.NewInt(1), 100)
	v.Floats, v.Matrix = []float64{1, 2.5}, [][]float64{{1}, {2, 3}}
	v.Point, v.Points = Point{1, 2, "p"}, []Point{{X: 1}, {Y: 2}, {Label: "z"}}
	v.Index, v.Set = map[string]int{"a": 1}, map[string]struct{}{"x": {}}
	v.When, v.Took = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), time.Minute
	v.Any = []any{1, "two", map[string]any{"three": 3.0}}
	v.Address, v.Model = netip.MustParseAddr("10.0.0.1"), map[string]Point{"m": {X: 3}}
	v.Late.Set([]int{1, 2, 3})
	return flow.Foreach(v.Each, v.Points), nil
}

// Each is the body.
func (v *Values) Each(ctx flow.Context, p Point) (flow.Next, error) {
	v.Seen = []string{fmt.Sprint(ctx.Index(), p)}
	return flow.To(v.After), nil
}

// After comes after the body.
func (v *Values) After(ctx flow.Context) (flow.Next, error) {
	p, err := flow.Item[Point](ctx)
	v.Seen = append(v.Seen, p.Label)
	return flow.Join(v.Together), err
}

// Together joins.
func (v *Values) Together(_ flow.Context, in []*Values) (flow.Next, error) {
	for _, one := range in {
		v.Seen = append(v.Seen, one.Seen...)
	}
	return flow.To(v.Broken), flow.Merge(v, in)
}

// Broken panics, and is caught.
func (v *Values) Broken(flow.Context) (flow.Next, error) {
	var nothing []int
	return flow.To(v.End), fmt.Errorf("not reached: %d", nothing[v.Int+7])
}

// End checks.
func (v *Values) End(ctx flow.Context) (flow.Next, error) {
	late, err := v.Late.Get()
	fmt.Println(v.Why.Type, v.Why.Message, late, v.Address, v.Model["m"].X, v.When, v.Cfg["home"].Label, v.Wait, v.Names, v.Sizes, v.Deep["a"], v.Large, v.Seen, ctx.Pathspec)
	return flow.End(), err
}

func main() {
	flow.Main(&Values{}, flow.Step((*Values).Broken, flow.Catch{Field: "Why"}, flow.Retry{Times: 1}), flow.EveryStep(flow.Timeout(time.Minute)))
}
