package flow

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"reflect"
	"strings"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/values"
)

// codec turns the values of fields into bytes and back.
type codec struct {
	encoder pickle.Encoder
	decoder pickle.Decoder
	// file makes the values of parameters that are files.
	file func(descriptor map[string]any) File
}

// encoded is a value as it is stored. Its bytes are valid until the next one.
type encoded struct {
	bytes              []byte
	encoding, typeName string
}

var (
	binaryMarshalerType   = reflect.TypeFor[encoding.BinaryMarshaler]()
	binaryUnmarshalerType = reflect.TypeFor[encoding.BinaryUnmarshaler]()
)

// form says how the values of a type are stored.
func (f *field) form(t reflect.Type) string {
	switch {
	case f.Gob:
		return values.Gob
	case pickle.Knows(t):
		return pickle.Encoding
	case reflect.PointerTo(t).Implements(binaryUnmarshalerType) && reflect.PointerTo(t).Implements(binaryMarshalerType):
		return values.Binary
	case t.Kind() == reflect.Pointer && t.Implements(binaryUnmarshalerType) && t.Implements(binaryMarshalerType) && !pickle.Knows(t.Elem()):
		return values.Binary
	default:
		return pickle.Encoding
	}
}

// encode appends the bytes of a field's value to the buffer.
func (c *codec) encode(f *field, v reflect.Value, buffer []byte) (encoded, error) {
	switch form := f.form(v.Type()); {
	case form == values.Gob:
		out := bytes.NewBuffer(buffer)
		err := gob.NewEncoder(out).EncodeValue(v)
		return encoded{out.Bytes(), form, goType(v.Type())}, err
	case form == values.Binary && !isNil(v):
		if v.Kind() != reflect.Pointer {
			v = addressable(v).Addr()
		}
		m, _ := v.Interface().(encoding.BinaryMarshaler)
		b, err := m.MarshalBinary()
		return encoded{b, form, goType(v.Type().Elem())}, err
	case v.Type() == failureType:
		return c.encodeAny(failureObject(v.Interface().(*Failure)), buffer) //nolint:forcetypeassert // that is its type
	default:
		b, err := c.encoder.Append(buffer, v)
		return encoded{b, pickle.Encoding, pickle.TypeName(v)}, err
	}
}

// encodeAny is encode for values that are no fields.
func (c *codec) encodeAny(v any, buffer []byte) (encoded, error) {
	b, err := c.encoder.Append(buffer, reflect.ValueOf(v))
	return encoded{b, pickle.Encoding, pickle.TypeName(reflect.ValueOf(v))}, err
}

func isNil(v reflect.Value) bool { return v.Kind() == reflect.Pointer && v.IsNil() }

func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	p := reflect.New(v.Type()).Elem()
	p.Set(v)
	return p
}

// goType is a Go type in the store's words.
func goType(t reflect.Type) string {
	if t.PkgPath() == "" || strings.Contains(t.String(), "[") {
		return t.String()
	}
	return t.PkgPath() + "." + t.Name()
}

// decode reads bytes into a field's value, or into what a lazy field holds.
func (c *codec) decode(b []byte, encodedAs string, into reflect.Value) error {
	if into.Type() != failureType && into.Type() != fileType {
		return values.Decode(&c.decoder, b, encodedAs, into)
	}
	var o *pickle.Object
	if err := c.decoder.Decode(b, reflect.ValueOf(&o).Elem()); err != nil || o == nil {
		return err
	}
	if into.Type() == fileType {
		descriptor, err := descriptorOf(o)
		if err == nil {
			into.Set(reflect.ValueOf(c.file(descriptor)))
		}
		return err
	}
	f, err := failureOf(o)
	if err == nil {
		into.Set(reflect.ValueOf(f))
	}
	return err
}
