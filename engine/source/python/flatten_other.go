//go:build !linux

package python

import ts "github.com/tree-sitter/go-tree-sitter"

func flattenFast(*ts.Node, []flatNode, uint16, uint16) (int, bool) { return 0, false }

func childrenFast(*ts.Node, []ts.Node, uint16, uint16) (int, bool) { return 0, false }
