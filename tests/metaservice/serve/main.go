// Command serve runs the tests' metadata service until its input ends: go run ./tests/metaservice/serve.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spindle-flow/spindle/tests/metaservice"
)

func main() {
	s, err := metaservice.Launch(metaservice.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("METAFLOW_SERVICE_URL=" + s.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // its end is what is waited for
	s.Stop()
}
