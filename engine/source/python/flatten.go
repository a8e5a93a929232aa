package python

import (
	"slices"
	"sort"

	ts "github.com/tree-sitter/go-tree-sitter"
)

// Each question to the parser's tree is a call of C, and reading a flow asks a great many. Files are therefore read from a copy
// of the tree in one array.

// flatNode is a named node of a file's tree, comments left out. The nodes below it follow it in the array, in the order of the source.
type flatNode struct {
	start, end   uint32
	self, parent int32 // places in the file's array
	size         int32 // nodes of the tree below, itself included
	kind         uint16
	field        uint16 // what the node is to its parent, 0 for nothing
	operator     uint16 // of an arithmetic expression: the kind of its operator, a token
}

func (n *flatNode) StartByte() uint { return uint(n.start) }

func (n *flatNode) EndByte() uint { return uint(n.end) }

func (n *flatNode) ByteRange() (start, end uint) { return uint(n.start), uint(n.end) }

// node is an index into a flat tree; none is no node.
type node = int32

const none node = -1

// flatTree is a part of a file's tree.
type flatTree struct {
	*file
	nodes []flatNode
}

// field is a named part of a node, by a number that is the same for every grammar.
type field uint8

const (
	fieldAlias field = iota
	fieldAlternative
	fieldArgument
	fieldArguments
	fieldAttribute
	fieldBody
	fieldCondition
	fieldConsequence
	fieldDefinition
	fieldFunction
	fieldGuard
	fieldKey
	fieldLeft
	fieldModuleName
	fieldName
	fieldObject
	fieldParameters
	fieldRight
	fieldSubject
	fieldSubscript
	fieldSuperclasses
	fieldValue
	fieldCount
)

var fieldNames = [fieldCount]string{
	fieldAlias:        "alias",
	fieldAlternative:  "alternative",
	fieldArgument:     "argument",
	fieldArguments:    "arguments",
	fieldAttribute:    "attribute",
	fieldBody:         "body",
	fieldCondition:    "condition",
	fieldConsequence:  "consequence",
	fieldDefinition:   "definition",
	fieldFunction:     "function",
	fieldGuard:        "guard",
	fieldKey:          "key",
	fieldLeft:         "left",
	fieldModuleName:   "module_name",
	fieldName:         "name",
	fieldObject:       "object",
	fieldParameters:   "parameters",
	fieldRight:        "right",
	fieldSubject:      "subject",
	fieldSubscript:    "subscript",
	fieldSuperclasses: "superclasses",
	fieldValue:        "value",
}

// flatten is the tree below a node.
func (f *file) flatten(n *flatNode) *flatTree {
	return &flatTree{file: f, nodes: f.nodes[n.self : n.self+n.size]}
}

// older is the copy of an older version of a tree, of a text that is the same before lo and, moved by shift, behind hi.
type older struct {
	nodes  []flatNode
	lo, hi uint
	shift  int
}

// find returns the place of a node in the older copy, none where it may be another one.
func (o older) find(x flatNode) node {
	by := 0
	if len(o.nodes) == 0 {
		return none
	} else if uint(x.start) > o.hi {
		by = o.shift
	} else if uint(x.end) >= o.lo {
		return none
	}
	x.start, x.end = uint32(int(x.start)-by), uint32(int(x.end)-by)
	at := sort.Search(len(o.nodes), func(i int) bool { return o.nodes[i].start >= x.start })
	for ; at < len(o.nodes) && o.nodes[at].start == x.start; at++ {
		if n := o.nodes[at]; n.end == x.end && n.kind == x.kind && n.field == x.field {
			return node(at)
		}
	}
	return none
}

// flatten copies a tree.
func flatten(root *ts.Node, l *language, old older) []flatNode {
	most := int(root.DescendantCount())
	rooms := []int{most}
	if size := len(old.nodes) + int(old.hi-old.lo) + 64; len(old.nodes) > 0 && size < most { // half of all nodes are tokens
		rooms = []int{size, most}
	}
	for _, size := range rooms {
		room := make([]flatNode, size)
		if count, ok := flattenFast(root, room, l, old); ok {
			return room[:count:count]
		}
	}
	return flattenSlow(root, l, old)
}

// flattenSlow is flatten on the binding's cursor.
func flattenSlow(root *ts.Node, l *language, old older) []flatNode {
	c := root.Walk()
	defer c.Close()
	nodes := make([]flatNode, 0, root.DescendantCount())
	open := none
	for {
		n := c.Node()
		start, end := n.ByteRange()
		switch kind := n.KindId(); {
		case !n.IsNamed():
			if open != none && slices.Contains(l.operations[:], nodes[open].kind) && nodes[open].operator == 0 && end > start && c.FieldId() == l.operator {
				nodes[open].operator = kind
			}
		case kind != l.extras[0] && kind != l.extras[1]:
			at := int32(len(nodes))
			x := flatNode{start: uint32(start), end: uint32(end), self: at, parent: open, size: 1, kind: kind, field: c.FieldId()}
			if from := old.find(x); from != none {
				nodes = old.copy(nodes, from, x)
				break
			}
			nodes = append(nodes, x)
			if c.GotoFirstChild() {
				open = at
				continue
			}
		}
		for open != none && !c.GotoNextSibling() {
			c.GotoParent()
			nodes[open].size = int32(len(nodes)) - open
			open = nodes[open].parent
		}
		if open == none {
			return nodes
		}
	}
}

// copy appends the nodes of the older copy's node at a place in the stead of x.
func (o older) copy(nodes []flatNode, at node, x flatNode) []flatNode {
	list := o.nodes[at : at+o.nodes[at].size]
	by := x.start - list[0].start
	for _, n := range list {
		n.start, n.end, n.self, n.parent = n.start+by, n.end+by, n.self+x.self-at, n.parent+x.self-at
		nodes = append(nodes, n)
	}
	nodes[x.self].parent = x.parent
	return nodes
}

func (t *flatTree) kindOf(n node) string {
	if n < 0 {
		return ""
	}
	if id := int(t.nodes[n].kind); id < len(t.lang.kinds) {
		return t.lang.kinds[id]
	}
	return "ERROR"
}

func (t *flatTree) isKind(n node, kind string) bool { return n >= 0 && t.kindOf(n) == kind }

// part returns the child that is a named part of its parent, none where there is no such part.
func (t *flatTree) part(n node, which field) node {
	if n < 0 {
		return none
	}
	want := t.lang.parts[which]
	for c := t.first(n); c != none; c = t.after(n, c) {
		if t.nodes[c].field == want {
			return c
		}
	}
	return none
}

// first returns a node's first child.
func (t *flatTree) first(n node) node {
	if n < 0 || t.nodes[n].size == 1 {
		return none
	}
	return n + 1
}

// after returns the child of parent that comes after one of its children.
func (t *flatTree) after(parent, child node) node {
	if next := t.behind(child); next < t.behind(parent) {
		return next
	}
	return none
}

// behind is the place behind the tree below a node.
func (t *flatTree) behind(n node) node { return n + t.nodes[n].size }

// kids lists a node's children.
func (t *flatTree) kids(n node) []node {
	var out []node
	for c := t.first(n); c != none; c = t.after(n, c) {
		out = append(out, c)
	}
	return out
}

// bare removes parentheses around an expression.
func (t *flatTree) bare(n node) node {
	for t.isKind(n, "parenthesized_expression") {
		inner := t.first(n)
		if inner == none || t.after(n, inner) != none {
			break
		}
		n = inner
	}
	return n
}

func (t *flatTree) textOf(n node) string {
	if n < 0 {
		return ""
	}
	return t.slice(int(t.nodes[n].start), int(t.nodes[n].end))
}
