package suggest

// Kind is what an item completes.
type Kind string

// The kinds of item.
const (
	Artifact  Kind = "artifact"
	Parameter Kind = "parameter"
	Config    Kind = "config"
	Constant  Kind = "constant"
	Frame     Kind = "frame" // what a foreach gives a step
	Step      Kind = "step"
	Key       Kind = "key"
	Decorator Kind = "decorator"
	Argument  Kind = "argument"
	Value     Kind = "value"
)

// Item is one way to complete what is typed.
type Item struct {
	Kind   Kind
	Label  string
	Detail string // a few words behind the label
	// Insert is what is typed for it, Label where empty. In a Snippet it has places to fill in.
	Insert  string
	Snippet string
	// Rank orders the items: a lower one comes first.
	Rank int
	// Of names what the item stands for, where that is not the label: the decorator of an argument, the keys that lead to one.
	Of string
}

// List is what can stand from Start to End.
type List struct {
	Items      []Item
	Start, End int
	// Flow is the name of the flow that the items are of.
	Flow string
}

func (l *List) add(i Item) { l.Items = append(l.Items, i) }

// without drops the items with some labels.
func (l *List) without(labels map[string]bool) {
	kept := l.Items[:0]
	for _, i := range l.Items {
		if !labels[i.Label] {
			kept = append(kept, i)
		}
	}
	l.Items = kept
}
