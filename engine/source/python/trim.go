package python

/*
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
static void spindle_trim(void) { malloc_trim(0); }
#else
static void spindle_trim(void) {}
#endif
*/
import "C"

// Trim gives the memory of released trees back to the machine. The allocator keeps it otherwise, in pieces between which nothing is free.
func Trim() { C.spindle_trim() }
