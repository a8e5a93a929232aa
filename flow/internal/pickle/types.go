package pickle

import (
	"math/big"
	"reflect"
	"time"
)

// Knows tells whether a type has a form of its own in a pickle, whatever methods it has.
func Knows(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return own(t) != nil
}

// TypeName is the Python type that a value is written as, in Python's words: <class 'list'>.
func TypeName(v reflect.Value) string { return "<class '" + pythonType(v) + "'>" }

func pythonType(v reflect.Value) string {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}
	if !v.IsValid() {
		return "NoneType"
	}
	switch o := v.Interface().(type) {
	case Object:
		return o.Module + "." + o.Name
	case Tuple:
		return "tuple"
	case Dict:
		return "dict"
	case time.Time:
		return "datetime.datetime"
	case time.Duration:
		return "datetime.timedelta"
	case big.Int:
		return "int"
	}
	return kindName(v.Type())
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.Complex64, reflect.Complex128:
		return "complex"
	case reflect.String:
		return "str"
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "list"
	case reflect.Map:
		if t.Elem().Kind() == reflect.Struct && t.Elem().NumField() == 0 {
			return "set"
		}
		return "dict"
	case reflect.Struct:
		return "dict"
	default:
		return "int"
	}
}
