// Command item_outside is wrong: the item of a foreach is asked for outside of one.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

type ItemOutside struct{ flow.Flow }

func (t *ItemOutside) Start(ctx flow.Context) (flow.Next, error) {
	item, err := flow.Item[int](ctx) // SP207
	fmt.Println(item)
	return flow.To(t.End), err
}

func (t *ItemOutside) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&ItemOutside{}) }
