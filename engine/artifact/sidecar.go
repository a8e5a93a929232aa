package artifact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// form is how a blob holds its value.
type form int

const (
	packed form = iota // gzip
	raw
)

func (f form) other() form { return 1 - f }

// sidecarText is the sidecar of a blob of this form, to the byte as Metaflow writes it.
func (f form) sidecarText() []byte {
	if f == raw {
		return []byte(`{"cas_raw": true, "cas_version": 1}`)
	}
	return []byte(`{"cas_raw": false, "cas_version": 1}`)
}

// readSidecar says what form the blob is said to have. No sidecar means packed. exact is true for a sidecar that is there and in
// order. An error means the sidecar cannot be understood; the form is then the one to try first.
func readSidecar(path string) (f form, exact bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return packed, false, nil
	}
	if err != nil {
		return packed, false, err
	}
	if bytes.Equal(text, packed.sidecarText()) {
		return packed, true, nil
	}
	return parseSidecar(text)
}

func parseSidecar(text []byte) (f form, exact bool, err error) {
	var side struct {
		Raw     bool     `json:"cas_raw"`
		Version *float64 `json:"cas_version"`
	}
	if err := json.Unmarshal(text, &side); err != nil {
		return packed, false, fmt.Errorf("sidecar: %w", err)
	}
	switch {
	case side.Raw:
		return raw, true, nil
	case side.Version == nil:
		return packed, false, errors.New("sidecar names no encoding version")
	case *side.Version != 1:
		return packed, false, fmt.Errorf("encoding version %v is unknown, a newer release may read it", *side.Version)
	}
	return packed, true, nil
}
