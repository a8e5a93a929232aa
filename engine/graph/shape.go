package graph

// Shape is what values can be read into a type, as the source of a language with types shows it. Null is read into all.
type Shape struct {
	Type   string      // as the language writes it
	Kinds  []ValueKind // of the values that can be read
	Fields []ShapeField
	Item   *Shape // of the elements of an array, or of the values of an object without fields; nil for any value
}

// ShapeField is what is read of an object's key. Other keys are passed over.
type ShapeField struct {
	Key   string
	Name  string // in the source, with its type's: Settings.Rate
	Range Range  // of its name, nothing for a field out of sight
	Shape *Shape // nil for any value
}

// Field returns what is read of a key, nil for a key that is passed over.
func (s *Shape) Field(key string) *ShapeField {
	for i := range s.Fields {
		if s.Fields[i].Key == key {
			return &s.Fields[i]
		}
	}
	return nil
}
