package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// unstorable are functions whose results can't be pickled, with what they return.
var unstorable = map[string]string{
	"_thread.allocate_lock": "lock", "asyncio.Lock": "", "concurrent.futures.ProcessPoolExecutor": "executor",
	"concurrent.futures.ThreadPoolExecutor": "executor", "csv.reader": "CSV reader", "csv.writer": "CSV writer",
	"hashlib.md5": "hash", "hashlib.sha1": "hash", "hashlib.sha256": "hash", "hashlib.sha512": "hash", "io.open": "open file",
	"multiprocessing.Pool": "pool", "open": "open file", "os.scandir": "directory iterator", "queue.LifoQueue": "queue",
	"queue.PriorityQueue": "queue", "queue.Queue": "queue", "socket.socket": "socket", "sqlite3.connect": "database connection",
	"subprocess.Popen": "process", "tempfile.NamedTemporaryFile": "open file", "tempfile.TemporaryFile": "open file",
	"threading.Barrier": "lock", "threading.BoundedSemaphore": "lock", "threading.Condition": "lock", "threading.Event": "lock",
	"threading.Lock": "lock", "threading.RLock": "lock", "threading.Semaphore": "lock", "threading.Thread": "thread",
	"weakref.ref": "weak reference",
}

// content tells what is plainly visible of an expression's value.
func (w *walk) content(st *state, n node) graph.Content {
	n = w.t.bare(n)
	switch kind := w.t.kindOf(n); kind {
	case "none":
		return graph.Content{Kind: graph.ContentNone, Text: "None"}
	case "true", "false":
		return graph.Content{Kind: graph.ContentBool, Text: w.t.textOf(n)}
	case "integer", "float", "unary_operator":
		return w.number(n)
	case "string", "concatenated_string":
		return w.stringContent(n)
	case "list", "tuple", "set", "dictionary", "expression_list":
		return w.collection(st, n)
	case "list_comprehension":
		return graph.Content{Kind: graph.ContentList}
	case "set_comprehension":
		return graph.Content{Kind: graph.ContentSet}
	case "dictionary_comprehension":
		return graph.Content{Kind: graph.ContentDict}
	case "lambda":
		return graph.Content{Kind: graph.ContentFunction, Text: "lambda"}
	case "generator_expression":
		return graph.Content{Kind: graph.ContentUnstorable, Text: "generator"}
	case "identifier":
		return w.nameContent(st, n)
	case "call":
		return w.callContent(st, n)
	case "named_expression":
		return w.content(st, w.t.part(n, fieldValue))
	}
	return graph.Content{}
}

func (w *walk) number(n node) graph.Content {
	text := strings.ReplaceAll(w.t.textOf(n), "_", "")
	if w.t.isKind(n, "unary_operator") {
		inner := w.t.part(n, fieldArgument)
		if k := w.t.kindOf(inner); k != "integer" && k != "float" || !strings.HasPrefix(text, "-") {
			return graph.Content{}
		}
	}
	return graph.Content{Kind: graph.ContentNumber, Text: text}
}

func (w *walk) stringContent(n node) graph.Content {
	if text, _, ok := w.literal(n); ok {
		return graph.Content{Kind: graph.ContentString, Text: text}
	}
	return graph.Content{}
}

// collection is a display. What can't be stored makes all of it so; unlike on its own, a function in it can't be either.
func (w *walk) collection(st *state, n node) graph.Content {
	kinds := map[string]graph.ContentKind{
		"list": graph.ContentList, "tuple": graph.ContentTuple, "expression_list": graph.ContentTuple, "set": graph.ContentSet,
		"dictionary": graph.ContentDict,
	}
	for c := w.t.first(n); c != none; c = w.t.after(n, c) {
		e := c
		if w.t.isKind(c, "pair") {
			e = w.t.part(c, fieldValue)
		}
		if w.t.isKind(e, "list_splat") || w.t.isKind(e, "dictionary_splat") {
			continue
		}
		switch inner := w.content(st, e); {
		case inner.Kind == graph.ContentUnstorable:
			return inner
		case inner.Kind == graph.ContentFunction && inner.Text != "function":
			return graph.Content{Kind: graph.ContentUnstorable, Text: inner.Text}
		}
	}
	return graph.Content{Kind: kinds[w.t.kindOf(n)], Text: strings.Join(strings.Fields(w.t.textOf(n)), "")}
}

func (w *walk) nameContent(st *state, n node) graph.Content {
	name := w.t.textOf(n)
	if v, bound := st.lookup(name); bound {
		if v == nil {
			return graph.Content{}
		}
		return v.content
	}
	switch b := w.fn.mod.bindings[name]; b.kind {
	case bindModule:
		return graph.Content{Kind: graph.ContentUnstorable, Text: "module"}
	case bindFunc:
		if b.node != nil && !decorated(b.node, w.fn.mod) {
			return graph.Content{Kind: graph.ContentFunction, Text: "function"}
		}
	}
	return graph.Content{}
}

func (w *walk) callContent(st *state, n node) graph.Content {
	fn, args := w.t.bare(w.t.part(n, fieldFunction)), w.t.part(n, fieldArguments)
	if v := w.peek(st, fn); v.is(localClass) {
		return graph.Content{Kind: graph.ContentUnstorable, Text: "instance of a class defined in a function"}
	}
	path := w.dotted(st, fn)
	if what := unstorable[path]; what != "" {
		return graph.Content{Kind: graph.ContentUnstorable, Text: what}
	}
	switch path {
	case "collections.defaultdict", "functools.partial":
		if first := w.t.first(args); first != none && w.t.isKind(args, "argument_list") {
			if c := w.content(st, first); c.Kind == graph.ContentFunction && c.Text != "function" {
				return graph.Content{Kind: graph.ContentUnstorable, Text: c.Text}
			}
		}
	}
	return graph.Content{}
}

// dotted is the full name of what is called: threading.Lock, also where it goes by an imported name. It is empty where that is
// not sure.
func (w *walk) dotted(st *state, n node) string {
	n = w.t.bare(n)
	switch w.t.kindOf(n) {
	case "attribute":
		if of := w.dotted(st, w.t.part(n, fieldObject)); of != "" {
			return of + "." + w.t.textOf(w.t.part(n, fieldAttribute))
		}
	case "identifier":
		name := w.t.textOf(n)
		if v, bound := st.lookup(name); bound {
			if v.is(aModule) || v.is(importedName) {
				return v.step
			}
			return ""
		}
		b, bound := w.fn.mod.bindings[name]
		switch {
		case !bound && len(w.fn.mod.stars) == 0 && name == "open":
			return name
		case b.kind == bindModule && b.ref.level == 0:
			return b.ref.path
		case b.kind == bindFrom && b.ref.level == 0:
			return b.ref.path + "." + b.name
		}
	}
	return ""
}
