package lsp_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

// chain is a flow of n steps, one after the other; the last of them leads to a step that is not there.
func chain(name string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "from metaflow import FlowSpec, step\n\n\nclass %s(FlowSpec):\n    @step\n    def start(self):\n        self.x = 0\n        self.next(self.s0)\n", name)
	for i := range n {
		fmt.Fprintf(&b, "\n    @step\n    def s%d(self):\n        self.x = self.x + %d\n        self.next(self.s%d)\n", i, i, i+1)
	}
	return b.String() + "\n    @step\n    def end(self):\n        print(self.x)\n"
}

// TestMemoryReturns: what a thousand documents took is given back when they are closed, that of the syntax trees outside of Go's heap too. It
// is not parallel, so that nothing else takes memory meanwhile.
func TestMemoryReturns(t *testing.T) {
	const documents = manyDocuments
	before := runtime.NumGoroutine()
	e := editor.Start(t, t.TempDir(), editor.Options{})
	name := func(i int) string { return fmt.Sprintf("flow%d.py", i) }
	heap, resident := memory(t)
	for i := range documents {
		e.OpenText(name(i), chain("Chain", 10))
	}
	for i := range documents {
		e.Findings(name(i), e.Type(name(i), span(6, 17, 18), "1\n        # edited"))
	}
	heapFull, residentFull := memory(t)
	for i := range documents {
		e.Close(name(i))
	}
	for i := range documents {
		e.UntilFindings(name(i), func(list []protocol.Diagnostic) bool { return len(list) == 0 })
	}
	const mb = 1 << 20
	for { // memory is given back beside the conversation; the test's time ends it
		heapNow, residentNow := memory(t)
		if heapNow < heap+8*mb && residentNow < resident+(residentFull-resident)/2+16*mb {
			t.Logf("heap %d, %d, %d; resident %d, %d, %d", heap, heapFull, heapNow, resident, residentFull, residentNow)
			break
		}
	}
	e.Ask(protocol.MethodShutdown, nil, nil)
	e.Tell(protocol.MethodExit, nil)
	if err := e.Wait(); err != nil {
		t.Error(err)
	}
	_ = e.Conn.Close()
	for runtime.NumGoroutine() > before { // the test's time ends it
		runtime.Gosched()
	}
}

// memory is what Go's heap holds, and all that the process has of the machine's memory.
func memory(t *testing.T) (heap, resident int) {
	t.Helper()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return int(m.HeapAlloc), 0
	}
	var size, pages int
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return int(m.HeapAlloc), pages * os.Getpagesize()
}
