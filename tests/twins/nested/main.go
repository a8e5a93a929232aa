// Command nested is a flow with a foreach within a foreach.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Nested is the twin of flow.py.
type Nested struct {
	flow.Flow
	Shelves    []string
	ShelfName  string
	Books      []string
	Title      string
	Number     int
	Numbers    []int
	Titles     []string
	AllNumbers [][]int
	ByShelf    map[string][]string
	Sums       [][]int
}

// Start has two shelves.
func (t *Nested) Start(ctx flow.Context) (flow.Next, error) {
	t.Shelves = []string{"top", "bottom"}
	return flow.Foreach(t.Shelf, t.Shelves), nil
}

// Shelf has three books.
func (t *Nested) Shelf(ctx flow.Context, name string) (flow.Next, error) {
	t.ShelfName = name
	t.Books = []string{name + " one", name + " two", name + " three"}
	return flow.Foreach(t.Book, t.Books), nil
}

// Book splits.
func (t *Nested) Book(ctx flow.Context, title string) (flow.Next, error) {
	t.Title = title
	return flow.Split(t.Count, t.Weigh), nil
}

// Count counts letters.
func (t *Nested) Count(ctx flow.Context) (flow.Next, error) {
	t.Number = len(t.Title)
	return flow.Join(t.BookDone), nil
}

// Weigh looks at the frames.
func (t *Nested) Weigh(ctx flow.Context) (flow.Next, error) {
	t.Number = len(ctx.Foreach) * 1000
	return flow.Join(t.BookDone), nil
}

// BookDone joins the split.
func (t *Nested) BookDone(ctx flow.Context, inputs []*Nested) (flow.Next, error) {
	for _, in := range inputs {
		t.Numbers = append(t.Numbers, in.Number)
	}
	if err := flow.Merge(t, inputs, flow.Include("Title", "ShelfName")); err != nil {
		return flow.Next{}, err
	}
	return flow.Join(t.ShelfDone), nil
}

// ShelfDone joins the books.
func (t *Nested) ShelfDone(ctx flow.Context, inputs []*Nested) (flow.Next, error) {
	for _, in := range inputs {
		t.Titles = append(t.Titles, in.Title)
		t.AllNumbers = append(t.AllNumbers, in.Numbers)
	}
	if err := flow.Merge(t, inputs, flow.Include("ShelfName")); err != nil {
		return flow.Next{}, err
	}
	return flow.Join(t.AllDone), nil
}

// AllDone joins the shelves.
func (t *Nested) AllDone(ctx flow.Context, inputs []*Nested) (flow.Next, error) {
	t.ByShelf = map[string][]string{}
	for _, in := range inputs {
		t.ByShelf[in.ShelfName] = in.Titles
		var sums []int
		for _, pair := range in.AllNumbers {
			sum := 0
			for _, n := range pair {
				sum += n
			}
			sums = append(sums, sum)
		}
		t.Sums = append(t.Sums, sums)
	}
	return flow.To(t.End), nil
}

// End prints one title.
func (t *Nested) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.ByShelf["bottom"][2])
	return flow.End(), nil
}

func main() { flow.Main(&Nested{}) }
