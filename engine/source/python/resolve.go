package python

import (
	"strings"
)

type symbolKind int

const (
	symUnknown   symbolKind = iota // bound to something the reader does not follow, or not bound
	symSDK                         // a name of the SDK
	symSDKModule                   // the SDK itself or a module of it
	symClass
	symFunc
	symModule
	symExternal // from a module that is not in the workspace
	symHarmless // from the standard library or built in: it can hold no steps
)

// symbol is what an expression stands for.
type symbol struct {
	kind  symbolKind
	name  string // for symSDK the name there; for symExternal the dotted name
	class *class
	mod   *module // for symFunc the module that defines it
	node  *flatNode
	place place
	bound bool // for symUnknown: there is such a name
}

// maxHops bounds how many imports and aliases a name is followed through.
const maxHops = 50

// resolve tells what an expression in a module stands for.
func (w *workspace) resolve(m *module, n *flatNode, hops int) symbol {
	if n = m.unwrap(n); n == nil || hops > maxHops {
		return symbol{}
	}
	switch m.kind(n) {
	case "identifier":
		return w.resolveName(m, m.source(n), hops+1)
	case "subscript": // Generic[T]
		return w.resolve(m, m.field(n, fieldValue), hops+1)
	case "attribute":
		return w.attribute(w.resolve(m, m.field(n, fieldObject), hops+1), m.source(m.field(n, fieldAttribute)), hops+1)
	}
	return symbol{bound: true}
}

func (w *workspace) resolveName(m *module, name string, hops int) symbol {
	if hops > maxHops {
		return symbol{}
	}
	b, bound := m.bindings[name]
	if !bound {
		return w.unbound(m, name, hops)
	}
	switch b.kind {
	case bindClass:
		return symbol{kind: symClass, class: b.class}
	case bindFunc:
		return symbol{kind: symFunc, name: name, mod: m, node: b.node}
	case bindModule:
		return w.imported(m, b.ref)
	case bindFrom:
		return w.attribute(w.imported(m, b.ref), b.name, hops+1)
	case bindExpr:
		return w.resolve(m, b.node, hops+1)
	}
	return symbol{bound: true}
}

// unbound looks for a name among star imports and what is built in.
func (w *workspace) unbound(m *module, name string, hops int) symbol {
	var fallback symbol
	for i := len(m.stars) - 1; i >= 0; i-- {
		from := w.imported(m, m.stars[i])
		switch from.kind {
		case symSDKModule:
			if fallback.kind == symUnknown {
				fallback = symbol{kind: symSDK, name: name}
			}
		case symModule:
			if s := w.exported(from.place.mod, name, hops+1); s.kind != symUnknown || s.bound {
				return s
			}
		case symExternal:
			if fallback.kind == symUnknown {
				fallback = symbol{kind: symExternal, name: from.name + "." + name}
			}
		}
	}
	if builtinBases[name] {
		return symbol{kind: symHarmless}
	}
	return fallback
}

// plainlyBuiltin reports whether a name that a star import of the SDK may bring is one that Python has everywhere, and the SDK has not.
func plainlyBuiltin(m *module, name string) bool {
	_, bound := m.bindings[name]
	return !bound && builtins[name]
}

// exported looks a name up in another module.
func (w *workspace) exported(m *module, name string, hops int) symbol {
	if m == nil || hops > maxHops {
		return symbol{}
	}
	return w.resolveName(m, name, hops+1)
}

func (w *workspace) imported(m *module, ref importRef) symbol {
	first, _, _ := strings.Cut(ref.path, ".")
	if ref.level == 0 && sdkPackage(ref.path) {
		return symbol{kind: symSDKModule}
	}
	at := w.locate(m, ref)
	if at.mod != nil {
		return symbol{kind: symModule, name: ref.path, place: at}
	}
	if ref.level == 0 && harmlessModules[first] {
		return symbol{kind: symHarmless}
	}
	// Without a module it may still be a folder of modules: attributes decide.
	return symbol{kind: symExternal, name: strings.Repeat(".", ref.level) + ref.path, place: at}
}

func (w *workspace) attribute(of symbol, name string, hops int) symbol {
	switch of.kind {
	case symSDKModule, symSDK:
		return symbol{kind: symSDK, name: name}
	case symHarmless:
		return of
	case symModule, symExternal:
		if of.place.mod != nil {
			if s := w.exported(of.place.mod, name, hops+1); s.kind != symUnknown || s.bound {
				return s
			}
		}
		if len(of.place.dirs) > 0 {
			if at := w.find(of.place.dirs, []string{name}); at.mod != nil {
				return symbol{kind: symModule, name: of.name + "." + name, place: at}
			} else if of.kind == symExternal {
				return symbol{kind: symExternal, name: of.name + "." + name, place: at}
			}
		}
		if of.kind == symModule {
			return symbol{} // the module has no such name
		}
		return symbol{kind: symExternal, name: of.name + "." + name}
	}
	return symbol{bound: true}
}

// sdkName returns the name of the SDK that a symbol stands for. A name that could not be followed but is spelled like one of
// the SDK's counts as one: companies re-export it from modules of their own.
func sdkName(s symbol, spelled string) string {
	switch s.kind {
	case symSDK:
		return s.name
	case symUnknown, symExternal:
		if s.kind == symExternal {
			spelled = s.name[strings.LastIndexByte(s.name, '.')+1:]
		}
		switch spelled {
		case "FlowSpec", "step", "Parameter", "IncludeFile", "Config":
			if !s.bound {
				return spelled
			}
		}
	}
	return ""
}

// lastName is the last part of a dotted expression.
func (f *file) lastName(n *flatNode) string {
	switch n = f.unwrap(n); {
	case f.is(n, "identifier"):
		return f.source(n)
	case f.is(n, "attribute"):
		return f.source(f.field(n, fieldAttribute))
	}
	return ""
}

// builtinBases are built-in classes that flows or mixins derive from.
var builtinBases = map[string]bool{
	"object": true, "dict": true, "list": true, "tuple": true, "set": true, "str": true, "int": true, "float": true,
	"type": true, "Exception": true, "BaseException": true,
}

// harmlessModules are modules, mostly of the standard library, whose classes have no steps.
var harmlessModules = map[string]bool{
	"abc": true, "argparse": true, "builtins": true, "collections": true, "contextlib": true, "csv": true,
	"dataclasses": true, "datetime": true, "decimal": true, "enum": true, "functools": true, "itertools": true,
	"json": true, "logging": true, "math": true, "multiprocessing": true, "os": true, "pathlib": true, "pickle": true,
	"random": true, "re": true, "shutil": true, "string": true, "subprocess": true, "sys": true, "tempfile": true,
	"threading": true, "time": true, "traceback": true, "types": true, "typing": true, "typing_extensions": true,
	"unittest": true, "uuid": true, "warnings": true,
}
