package python

// Copying a tree through the binding's cursor takes five calls of C a node. This does it in one. The structs are those of
// tree-sitter's interface, which keeps them stable; the symbols are weak for the reason told in alloc.go.

/*
#include <stdint.h>
#include <stdbool.h>

typedef struct { uint32_t context[4]; const void *id; const void *tree; } flat_ts_node;
typedef struct { const void *tree; const void *id; uint32_t context[3]; } flat_ts_cursor;
typedef struct { uint32_t start, end; int32_t next; uint16_t kind, field; } flat_node;

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

// flatten_tree returns how many nodes it wrote, -1 where they are more than there is room for. While a node is open, its
// next holds the node around it.
static int32_t flatten_tree(const void *root, flat_node *out, int32_t room, uint16_t skip1, uint16_t skip2) {
	flat_ts_cursor c = ts_tree_cursor_new(*(const flat_ts_node *)root);
	int32_t n = 0, open = -1;
	for (;;) {
		flat_ts_node x = ts_tree_cursor_current_node(&c);
		uint16_t kind = ts_node_symbol(x);
		if (kind != skip1 && kind != skip2 && ts_node_is_named(x)) {
			if (n == room) { n = -1; break; }
			out[n] = (flat_node){ts_node_start_byte(x), ts_node_end_byte(x), n + 1, kind, ts_tree_cursor_current_field_id(&c)};
			if (ts_tree_cursor_goto_first_child(&c)) {
				out[n].next = open;
				open = n++;
				continue;
			}
			n++;
		}
		while (open >= 0 && !ts_tree_cursor_goto_next_sibling(&c)) {
			int32_t around = out[open].next;
			ts_tree_cursor_goto_parent(&c);
			out[open].next = n;
			open = around;
		}
		if (open < 0) break;
	}
	ts_tree_cursor_delete(&c);
	return n;
}

// list_children writes the named children of a node that mean something, -1 where they are more than there is room for.
static int32_t list_children(const void *parent, void *room_for, int32_t room, uint16_t skip1, uint16_t skip2) {
	flat_ts_node *out = room_for;
	flat_ts_cursor c = ts_tree_cursor_new(*(const flat_ts_node *)parent);
	int32_t n = 0;
	for (bool more = ts_tree_cursor_goto_first_child(&c); more; more = ts_tree_cursor_goto_next_sibling(&c)) {
		flat_ts_node x = ts_tree_cursor_current_node(&c);
		if (!ts_node_is_named(x)) continue;
		uint16_t kind = ts_node_symbol(x);
		if (kind == skip1 || kind == skip2) continue;
		if (n == room) { n = -1; break; }
		out[n++] = x;
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
func flattenFast(n *ts.Node, room []flatNode, comment, continuation uint16) (int, bool) {
	if len(room) == 0 || unsafe.Sizeof(*n) != unsafe.Sizeof(C.flat_ts_node{}) || unsafe.Sizeof(flatNode{}) != unsafe.Sizeof(C.flat_node{}) {
		return 0, false
	}
	count := C.flatten_tree(unsafe.Pointer(n), (*C.flat_node)(unsafe.Pointer(&room[0])), C.int32_t(len(room)),
		C.uint16_t(comment), C.uint16_t(continuation))
	return int(count), count >= 0
}

// childrenFast writes the children of a node into room and returns how many they are, under the conditions of flattenFast.
func childrenFast(n *ts.Node, room []ts.Node, comment, continuation uint16) (int, bool) {
	if unsafe.Sizeof(*n) != unsafe.Sizeof(C.flat_ts_node{}) {
		return 0, false
	}
	count := C.list_children(unsafe.Pointer(n), unsafe.Pointer(&room[0]), C.int32_t(len(room)), C.uint16_t(comment), C.uint16_t(continuation))
	return int(count), count >= 0
}
