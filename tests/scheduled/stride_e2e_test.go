//go:build e2e

package scheduled

// stride is 1: a container is killed at each of its changes.
const stride = 1
