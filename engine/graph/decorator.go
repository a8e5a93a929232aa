package graph

// DecoratorOrigin is what the source says of where a decorator comes from.
type DecoratorOrigin struct {
	// SDK is the SDK's own name for it, also where it is used under another one; empty where it is not known to be the SDK's.
	SDK string
	// Public is true where the name was taken from the SDK's top module, which has all of its decorators.
	Public bool
	// Unbound is true where nothing in the files binds the name.
	Unbound bool
	// Import is the name in the import statement of the same file, nothing where there is none or where it gets another name.
	Import Range
	// Mentions counts how often the name as it is used stands in the file.
	Mentions int
}

// Misplaced is a decorator of the SDK on a method that is not a step.
type Misplaced struct {
	Decorator *Decorator
	Method    string
	NameRange Range // of the method
}

// Arg returns the argument of that name, nil where it is not given by name.
func (d *Decorator) Arg(name string) *DecoratorArg {
	for i := range d.Args {
		if a := &d.Args[i]; a.Name == name && name != "" {
			return a
		}
	}
	return nil
}

// Spread reports whether the call takes arguments that the source does not tell.
func (d *Decorator) Spread() bool {
	for _, a := range d.Args {
		if a.Spread {
			return true
		}
	}
	return false
}
