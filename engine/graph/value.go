package graph

// Value is a plain value as it stands in a file: in a config file, or as a literal of the source.
type Value struct {
	Kind  ValueKind
	Range Range
	// Text is a string's value, else the value as written.
	Text string
	// Inner is the range of a string's text where the text stands in the file letter by letter, else nothing.
	Inner   Range
	Entries []Entry  // of an object, in the order of the file
	Items   []*Value // of an array
	// Open is true for an object or array that has more in it than the file tells.
	Open bool
}

// Entry is one key of an object with its value.
type Entry struct {
	Key      string
	KeyRange Range
	Value    *Value
}

// ValueKind is what a value is.
type ValueKind string

// The kinds of value. A computed one is known only when the code runs.
const (
	ObjectKind   ValueKind = "object"
	ArrayKind    ValueKind = "array"
	StringKind   ValueKind = "string"
	IntegerKind  ValueKind = "integer"
	NumberKind   ValueKind = "number" // one that is not written as an integer
	BoolKind     ValueKind = "bool"
	NullKind     ValueKind = "null"
	ComputedKind ValueKind = "computed"
)

// InWords names the kind in a sentence: an object.
func (k ValueKind) InWords() string {
	switch k {
	case ObjectKind:
		return "an object"
	case ArrayKind:
		return "a list"
	case StringKind:
		return "a text"
	case IntegerKind:
		return "an integer"
	case NumberKind:
		return "a number"
	case BoolKind:
		return "true or false"
	case NullKind:
		return "null"
	}
	return "a value"
}

// Entry returns the entry of a key, the last one where it is there several times, and nil where it is not.
func (v *Value) Entry(key string) *Entry {
	if v == nil {
		return nil
	}
	for i := len(v.Entries) - 1; i >= 0; i-- {
		if v.Entries[i].Key == key {
			return &v.Entries[i]
		}
	}
	return nil
}

// Keys lists an object's keys, each once, in the order of the file.
func (v *Value) Keys() []string {
	var keys []string
	seen := map[string]bool{}
	for _, m := range v.Entries {
		if !seen[m.Key] {
			seen[m.Key] = true
			keys = append(keys, m.Key)
		}
	}
	return keys
}
