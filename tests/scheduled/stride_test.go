//go:build !e2e

package scheduled

// stride is how many changes of a container are left out between those at which it is killed.
const stride = 6
