package remote

import (
	"bytes"
	"compress/zlib"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Bootstrap is how a container becomes a helper.
type Bootstrap struct {
	// Job is the place of the job, or [Deployed].
	Job string
	// Helpers are the helper binaries by architecture as Go names it: amd64, arm64. The image has one of these.
	Helpers map[string]Blob
	// Endpoint is the URL of a store that is not AWS's own (METAFLOW_S3_ENDPOINT_URL), Region the bucket's region; empty for the container's own.
	Endpoint, Region string
	// Executable is the image's Python: a path or a name, options may follow; empty for python3, or else python.
	Executable string
}

// Deployed stands for the place of a job in containers of a deployment: which task they are is told by their variables (engine/scheduled).
const Deployed = "deployed"

// CommandLimit is what a command with its environment must not exceed, so that it fits what AWS Batch takes for both (8,192 bytes of overrides).
const CommandLimit = 6 << 10

//go:embed bootstrap.py
var program []byte

// Boot is the first argument of a helper that stands in the image, under the name spindle-task on its PATH: it fetches the helper that the job asks for and
// becomes it, as the program for Python does. Arguments of both are those of [Bootstrap.Command].
const Boot = "boot"

// shell finds a Python and becomes it, or else a helper. It is all that is asked of the image besides.
const (
	shell = `for p in %s; do command -v ${p%%%% *} >/dev/null 2>&1 && exec $p -c "$0" "$@"; done
command -v spindle-task >/dev/null 2>&1 && exec spindle-task ` + Boot + ` "$@"
echo "spindle: this image has no Python: %s ($PATH)" >&2; exit 72`
	usual = "neither python3 nor python is on its PATH"
)

// plainExecutable is what can stand in the shell's line as it is.
var plainExecutable = regexp.MustCompile(`^[\w./+@=:-]+( [\w./+@=:-]+)*$`)

// CheckExecutable says what is wrong with a [Bootstrap.Executable].
func CheckExecutable(text string) error {
	if text != "" && !plainExecutable.MatchString(text) {
		return fmt.Errorf("its executable %q is not the name or path of a Python, of letters, digits and _ . / + @ = : - only, with options after spaces", text)
	}
	return nil
}

func (b Bootstrap) shell() (string, error) {
	if b.Executable == "" {
		return fmt.Sprintf(shell, "python3 python", usual), nil
	}
	if err := CheckExecutable(b.Executable); err != nil {
		return "", err
	}
	return fmt.Sprintf(shell, "'"+b.Executable+"'", "there is no "+b.Executable+" on its PATH"), nil
}

// Command is the container's command: a shell, because it has to look for a Python, and its arguments.
func (b Bootstrap) Command() ([]string, error) {
	if len(b.Helpers) == 0 {
		return nil, errors.New("a remote task needs a helper binary, and there is none")
	}
	code, err := packed()
	if err != nil {
		return nil, err
	}
	script, err := b.shell()
	if err != nil {
		return nil, err
	}
	argv := []string{"/bin/sh", "-c", script, code, b.Job, b.Endpoint, b.Region}
	archs := make([]string, 0, len(b.Helpers))
	for arch := range b.Helpers {
		archs = append(archs, arch)
	}
	slices.Sort(archs)
	for _, arch := range archs {
		argv = append(argv, arch, b.Helpers[arch].Place, b.Helpers[arch].SHA256)
	}
	if n := len(strings.Join(argv, " ")); n > CommandLimit {
		return nil, fmt.Errorf("the container's command has %d bytes and may have %d: the datastore's root or the names in %q are too long", n, CommandLimit, b.Job)
	}
	return argv, nil
}

// packed is the program in a line that Python can execute.
func packed() (string, error) {
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(program); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return "import zlib,base64;exec(zlib.decompress(base64.b64decode('" + base64.StdEncoding.EncodeToString(b.Bytes()) + "')))", nil
}
