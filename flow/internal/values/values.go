// Package values reads the bytes of artifacts in all the forms that the store has of them.
package values

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"fmt"
	"reflect"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
)

// Encodings of artifacts that only Go can read.
const (
	Gob    = "go-gob"
	Binary = "go-binary"
)

var unmarshalerType = reflect.TypeFor[encoding.BinaryUnmarshaler]()

// Decode reads bytes of the encoding into a value, which must be settable.
func Decode(d *pickle.Decoder, b []byte, encodedAs string, into reflect.Value) error {
	switch encodedAs {
	case Gob:
		return gob.NewDecoder(bytes.NewReader(b)).DecodeValue(into)
	case Binary:
		return decodeBinary(b, into)
	case "", "pickle-v2", pickle.Encoding, "gzip+pickle-v2", "gzip+pickle-v4":
		return d.Decode(b, into)
	default:
		return fmt.Errorf("it is encoded as %q, which this version does not know", encodedAs)
	}
}

func decodeBinary(b []byte, into reflect.Value) error {
	if into.Kind() == reflect.Pointer && into.Type().Implements(unmarshalerType) {
		into.Set(reflect.New(into.Type().Elem()))
	} else {
		into = into.Addr()
	}
	u, ok := into.Interface().(encoding.BinaryUnmarshaler)
	if !ok {
		return fmt.Errorf("it is encoded by a Go type's MarshalBinary, and a %s has no UnmarshalBinary", into.Type().Elem())
	}
	return u.UnmarshalBinary(b)
}
