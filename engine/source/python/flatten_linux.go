package python

// Copying a tree through the binding's cursor takes five calls of C a node. This does it in one. The structs are those of
// tree-sitter's interface, which keeps them stable; the symbols are weak for the reason told in alloc.go.

/*
#include <stdint.h>
#include <stdbool.h>

typedef struct { uint32_t context[4]; const void *id; const void *tree; } flat_ts_node;
typedef struct { const void *tree; const void *id; uint32_t context[3]; } flat_ts_cursor;
typedef struct { uint32_t start, end; int32_t self, parent, size; uint16_t kind, field, operator; } flat_node;

#define WEAK __attribute__((weak))
extern flat_ts_cursor ts_tree_cursor_new(flat_ts_node) WEAK;
extern void ts_tree_cursor_delete(flat_ts_cursor *) WEAK;
extern flat_ts_node ts_tree_cursor_current_node(const flat_ts_cursor *) WEAK;
extern uint16_t ts_tree_cursor_current_field_id(const flat_ts_cursor *) WEAK;
extern bool ts_tree_cursor_goto_first_child(flat_ts_cursor *) WEAK;
extern bool ts_tree_cursor_goto_next_sibling(flat_ts_cursor *) WEAK;
extern bool ts_tree_cursor_goto_parent(flat_ts_cursor *) WEAK;
extern uint16_t ts_node_symbol(flat_ts_node) WEAK;
extern bool ts_node_is_named(flat_ts_node) WEAK;
extern uint32_t ts_node_start_byte(flat_ts_node) WEAK;
extern uint32_t ts_node_end_byte(flat_ts_node) WEAK;

// older is the copy of an older version of the text, which is the same before lo and, moved by shift, behind hi.
typedef struct { const flat_node *nodes; int32_t count; uint32_t lo, hi; int64_t shift; } flat_older;

// find_older returns the place of a node in the older copy, -1 where it may be another one.
static int32_t find_older(const flat_older *old, const flat_node *x) {
	int64_t by = 0;
	if (x->start > old->hi) by = old->shift;
	else if (x->end >= old->lo) return -1;
	uint32_t start = x->start - by, end = x->end - by;
	int32_t from = 0, to = old->count;
	while (from < to) {
		int32_t mid = from + (to - from) / 2;
		if (old->nodes[mid].start < start) from = mid + 1; else to = mid;
	}
	for (; from < old->count && old->nodes[from].start == start; from++) {
		const flat_node *o = &old->nodes[from];
		if (o->end == end && o->kind == x->kind && o->field == x->field) return from;
	}
	return -1;
}

// copy_older writes the nodes of the older copy's node at a place in the stead of x, which stands at out[n].
static int32_t copy_older(const flat_older *old, int32_t at, flat_node *out, int32_t n) {
	const flat_node *from = &old->nodes[at];
	flat_node x = out[n];
	uint32_t by = x.start - from->start;
	for (int32_t i = 0; i < from->size; i++) {
		flat_node *to = &out[n + i];
		*to = from[i];
		to->start += by, to->end += by, to->self += n - at, to->parent += n - at;
	}
	out[n].parent = x.parent;
	return from->size;
}

typedef struct { uint16_t skip1, skip2, unary, binary, operator; } flat_symbols;

// flatten_tree returns how many nodes it wrote, -1 where they are more than there is room for.
static int32_t flatten_tree(const void *root, flat_node *out, int32_t room, flat_symbols sym, flat_older old) {
	flat_ts_cursor c = ts_tree_cursor_new(*(const flat_ts_node *)root);
	int32_t n = 0, open = -1;
	for (;;) {
		flat_ts_node x = ts_tree_cursor_current_node(&c);
		uint16_t kind = ts_node_symbol(x);
		if (!ts_node_is_named(x)) {
			if (open >= 0 && (out[open].kind == sym.unary || out[open].kind == sym.binary) && out[open].operator == 0 &&
				ts_tree_cursor_current_field_id(&c) == sym.operator && ts_node_end_byte(x) > ts_node_start_byte(x)) {
				out[open].operator = kind;
			}
		} else if (kind != sym.skip1 && kind != sym.skip2) {
			if (n == room) { n = -1; break; }
			out[n] = (flat_node){ts_node_start_byte(x), ts_node_end_byte(x), n, open, 1, kind, ts_tree_cursor_current_field_id(&c), 0};
			int32_t at = old.count > 0 ? find_older(&old, &out[n]) : -1;
			if (at >= 0) {
				if (old.nodes[at].size > room - n) { n = -1; break; }
				n += copy_older(&old, at, out, n);
			} else {
				n++;
				if (ts_tree_cursor_goto_first_child(&c)) {
					open = n - 1;
					continue;
				}
			}
		}
		while (open >= 0 && !ts_tree_cursor_goto_next_sibling(&c)) {
			ts_tree_cursor_goto_parent(&c);
			out[open].size = n - open;
			open = out[open].parent;
		}
		if (open < 0) break;
	}
	ts_tree_cursor_delete(&c);
	return n;
}
*/
import "C"

import (
	"runtime"
	"unsafe"

	ts "github.com/tree-sitter/go-tree-sitter"
)

// flattenFast writes the nodes into room and returns how many they are. It is false where there is not enough of it, or the
// structs are not what they should be.
func flattenFast(n *ts.Node, room []flatNode, l *language, old older) (int, bool) {
	if len(room) == 0 || unsafe.Sizeof(*n) != unsafe.Sizeof(C.flat_ts_node{}) || unsafe.Sizeof(flatNode{}) != unsafe.Sizeof(C.flat_node{}) {
		return 0, false
	}
	symbols := C.flat_symbols{C.uint16_t(l.extras[0]), C.uint16_t(l.extras[1]), C.uint16_t(l.operations[0]), C.uint16_t(l.operations[1]), C.uint16_t(l.operator)}
	var from C.flat_older
	if len(old.nodes) > 0 {
		var pin runtime.Pinner
		defer pin.Unpin()
		pin.Pin(&old.nodes[0])
		from = C.flat_older{(*C.flat_node)(unsafe.Pointer(&old.nodes[0])), C.int32_t(len(old.nodes)), C.uint32_t(old.lo), C.uint32_t(old.hi), C.int64_t(old.shift)}
	}
	count := C.flatten_tree(unsafe.Pointer(n), (*C.flat_node)(unsafe.Pointer(&room[0])), C.int32_t(len(room)), symbols, from)
	return int(count), count >= 0
}
