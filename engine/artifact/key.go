package artifact

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Key names a value: 40 hex digits of the sha1 of its raw bytes.
type Key string

// KeyOf is the key of a value's raw bytes.
func KeyOf(raw []byte) Key { return keyFromSum(sha1.Sum(raw)) }

func keyFromSum(sum [sha1.Size]byte) Key { return Key(hex.EncodeToString(sum[:])) }

// sum is the key in binary; an error if it is not one, so that no other text ever becomes part of a path.
func (k Key) sum() (sum [sha1.Size]byte, err error) {
	if len(k) != 2*sha1.Size || strings.ToLower(string(k)) != string(k) {
		return sum, fmt.Errorf("%q is not an artifact key", string(k))
	}
	if _, err := hex.Decode(sum[:], []byte(k)); err != nil {
		return sum, fmt.Errorf("%q is not an artifact key", string(k))
	}
	return sum, nil
}

// ParseKey reads a key that comes from elsewhere.
func ParseKey(text string) (Key, error) {
	key := Key(text)
	_, err := key.sum()
	return key, err
}

// Info is what a task's table says of an artifact besides its key.
type Info struct {
	Size     int64  // of the raw bytes
	Type     string // Python's str(type(value)): <class 'int'>
	Encoding string // pickle-v4 and the like
	// Serializer is the JSON text of serializer_info; empty stands for Metaflow's own pickling.
	Serializer string
}

// Ref is one artifact of a task.
type Ref struct {
	Key Key
	Info
}

// Objects are a task's artifacts by name.
type Objects map[string]Ref

// LegacyEncoding is the encoding of artifacts whose table does not name one.
const LegacyEncoding = "gzip+pickle-v2"

var (
	// ErrMissing is a blob, table or log that is not there.
	ErrMissing = errors.New("not in the datastore")
	// ErrCorrupt is matched by every [CorruptError].
	ErrCorrupt = errors.New("corrupt")
	// ErrUnfinished is a task whose latest attempt is not done.
	ErrUnfinished = errors.New("no completed attempt")
	// ErrTooLarge is a value too large for [Store.Bytes].
	ErrTooLarge = errors.New("value too large to hold in memory")
	// ErrNoRoot is returned by [FindLocalRoot] when there is no datastore and none was to be made.
	ErrNoRoot = errors.New("no local datastore")
)

// CorruptError is a file of the store that is not what it should be.
type CorruptError struct {
	Flow   string
	Key    Key    // empty for a task's file
	Path   string // the damaged file
	Reason string
}

// Error names the file and what is wrong with it.
func (e *CorruptError) Error() string {
	if e.Key == "" {
		return fmt.Sprintf("file %q is corrupt: %s", e.Path, e.Reason)
	}
	return fmt.Sprintf("artifact %s of flow %q is corrupt: file %q: %s", e.Key, e.Flow, e.Path, e.Reason)
}

// Is makes errors.Is(err, ErrCorrupt) true.
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }
