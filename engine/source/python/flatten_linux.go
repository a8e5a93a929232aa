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

// flatten_tree returns how many nodes it wrote, -1 where they are more than there is room for.
static int32_t flatten_tree(const void *root, flat_node *out, int32_t room, uint16_t skip1, uint16_t skip2, uint16_t operator) {
	flat_ts_cursor c = ts_tree_cursor_new(*(const flat_ts_node *)root);
	int32_t n = 0, open = -1;
	for (;;) {
		flat_ts_node x = ts_tree_cursor_current_node(&c);
		uint16_t kind = ts_node_symbol(x);
		if (!ts_node_is_named(x)) {
			if (open >= 0 && out[open].operator == 0 && ts_tree_cursor_current_field_id(&c) == operator && ts_node_end_byte(x) > ts_node_start_byte(x)) {
				out[open].operator = kind;
			}
		} else if (kind != skip1 && kind != skip2) {
			if (n == room) { n = -1; break; }
			out[n] = (flat_node){ts_node_start_byte(x), ts_node_end_byte(x), n, open, 1, kind, ts_tree_cursor_current_field_id(&c), 0};
			n++;
			if (ts_tree_cursor_goto_first_child(&c)) {
				open = n - 1;
				continue;
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
	"unsafe"

	ts "github.com/tree-sitter/go-tree-sitter"
)

// flattenFast writes the nodes into room and returns how many they are. It is false where there is not enough of it, or the
// structs are not what they should be.
func flattenFast(n *ts.Node, room []flatNode, l *language) (int, bool) {
	if len(room) == 0 || unsafe.Sizeof(*n) != unsafe.Sizeof(C.flat_ts_node{}) || unsafe.Sizeof(flatNode{}) != unsafe.Sizeof(C.flat_node{}) {
		return 0, false
	}
	count := C.flatten_tree(unsafe.Pointer(n), (*C.flat_node)(unsafe.Pointer(&room[0])), C.int32_t(len(room)),
		C.uint16_t(l.extras[0]), C.uint16_t(l.extras[1]), C.uint16_t(l.operator))
	return int(count), count >= 0
}
