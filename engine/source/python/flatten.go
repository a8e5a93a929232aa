package python

import (
	ts "github.com/tree-sitter/go-tree-sitter"
)

// A function's body is looked at many times over, and each question to the parser's tree is a call of C. The facts about
// artifacts are therefore read from a copy of the tree in one array.

// node is an index into a flat tree; none is no node.
type node = int32

const none node = -1

// flatNode is a named node. Its first child follows it, its next sibling stands at next.
type flatNode struct {
	start, end uint32
	next       int32 // behind the last node below this one
	kind       uint16
	field      uint16 // what the node is to its parent, 0 for nothing
}

// flatTree is a part of a file's tree without comments and tokens that have no name.
type flatTree struct {
	*file
	source string // the file's text
	nodes  []flatNode
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

// flattener copies parts of files. The arrays of small trees share their memory.
type flattener struct {
	room    []flatNode
	sources map[*file]string
}

// chunk is how many nodes are made room for at once.
const chunk = 4096

// flatten copies the tree below a node, in the order of the source.
func (x *flattener) flatten(f *file, n *ts.Node) *flatTree {
	source, known := x.sources[f]
	if !known {
		if x.sources == nil {
			x.sources = map[*file]string{}
		}
		source = string(f.text)
		x.sources[f] = source
	}
	t := &flatTree{file: f, source: source}
	comment, continuation := f.lang.extras[0], f.lang.extras[1]
	most := int(n.DescendantCount())
	if cap(x.room) < most {
		x.room = make([]flatNode, max(most, chunk))
	}
	if count, ok := flattenFast(n, x.room[:most], comment, continuation); ok {
		t.nodes = x.room[:count:count]
		x.room = x.room[count:]
		return t
	}
	t.nodes = flattenSlow(n, comment, continuation)
	return t
}

// flattenSlow is flatten on the binding's cursor.
func flattenSlow(root *ts.Node, comment, continuation uint16) []flatNode {
	c := root.Walk()
	defer c.Close()
	nodes := make([]flatNode, 0, root.DescendantCount())
	var open []int
	for {
		n := c.Node()
		if kind := n.KindId(); n.IsNamed() && kind != comment && kind != continuation {
			start, end := n.ByteRange()
			nodes = append(nodes, flatNode{uint32(start), uint32(end), int32(len(nodes) + 1), kind, c.FieldId()})
			if c.GotoFirstChild() {
				open = append(open, len(nodes)-1)
				continue
			}
		}
		for len(open) > 0 && !c.GotoNextSibling() {
			c.GotoParent()
			nodes[open[len(open)-1]].next = int32(len(nodes))
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			return nodes
		}
	}
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
	if n < 0 || n+1 >= t.nodes[n].next {
		return none
	}
	return n + 1
}

// after returns the child of parent that comes after one of its children.
func (t *flatTree) after(parent, child node) node {
	if next := t.nodes[child].next; next < t.nodes[parent].next {
		return next
	}
	return none
}

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
	return t.cut(t.nodes[n].start, t.nodes[n].end)
}

// cut guards against offsets beyond the text: the parser sees it with a final newline added.
func (t *flatTree) cut(start, end uint32) string {
	end = min(end, uint32(len(t.source)))
	return t.source[min(start, end):end]
}
