package stepfunctions

import (
	"reflect"
	"strings"
)

// wire is a request of the SDK as it is sent: members begin with a small letter, and what is not given is left out.
func wire(v any) any { return wireValue(reflect.ValueOf(v)) }

func wireValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return wireValue(v.Elem())
	case reflect.Struct:
		return wireStruct(v)
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = wireValue(v.Index(i))
		}
		return list
	case reflect.Map:
		m := map[string]any{}
		for _, key := range v.MapKeys() {
			m[key.String()] = wireValue(v.MapIndex(key))
		}
		return m
	case reflect.String:
		return v.String()
	}
	return v.Interface()
}

func wireStruct(v reflect.Value) map[string]any {
	m := map[string]any{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || v.Field(i).IsZero() {
			continue
		}
		m[strings.ToLower(field.Name[:1])+field.Name[1:]] = wireValue(v.Field(i))
	}
	return m
}
