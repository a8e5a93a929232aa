//go:build !linux

package python

import ts "github.com/tree-sitter/go-tree-sitter"

func flattenFast(*ts.Node, uint16, uint16) ([]flatNode, bool) { return nil, false }
