package python

// The Go binding of tree-sitter sends every allocation of the parser through Go and back to C, which takes a quarter of
// the time of a parse. The parser's own default is the same malloc without the detour. The symbol is weak because this package
// is linked on its own, without the parser, while it is being built.

/*
#include <stddef.h>

#ifdef __linux__
extern void ts_set_allocator(
	void *(*)(size_t), void *(*)(size_t, size_t), void *(*)(void *, size_t), void (*)(void *)
) __attribute__((weak));

static void spindle_default_allocator(void) {
	if (ts_set_allocator) ts_set_allocator(NULL, NULL, NULL, NULL);
}
#else
static void spindle_default_allocator(void) {}
#endif
*/
import "C"

// useDefaultAllocator must come before the first parse.
func useDefaultAllocator() { C.spindle_default_allocator() }
