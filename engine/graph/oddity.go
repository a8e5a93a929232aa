package graph

// Oddity is a fault that a language's types show. The reader says what it is and of which things; a rule says it in words.
type Oddity struct {
	Kind  OddityKind
	Range Range
	Step  string // the step or method it is about, as written in the source, empty for none
	Name  string // the artifact, parameter or option, as written in the source
	// Want and Got are types, values or names, as the kind needs them.
	Want, Got string
	Related   Range // another place it is about, nothing where there is none
}

// OddityKind tells oddities apart.
type OddityKind string

// The oddities of Go flows.
const (
	OddItem       OddityKind = "item"        // Want is the type of the foreach's items, Got the one that is asked for
	OddJoin       OddityKind = "join"        // a join whose inputs are another flow's: Want is this flow, Got the other
	OddReceiver   OddityKind = "receiver"    // a transition to a method of another value: Want is the receiver, Got the value
	OddSignature  OddityKind = "signature"   // a method that is almost a step: Got says what is wrong with it
	OddValue      OddityKind = "value"       // a method of the value where steps are the pointer's
	OddUnstorable OddityKind = "unstorable"  // an artifact's type can't be stored: Got says what is in it
	OddCycle      OddityKind = "cycle"       // an artifact's type points back to itself: Got is the field that does
	OddUnexported OddityKind = "unexported"  // a field that starts with a small letter and is set in a step
	OddDefault    OddityKind = "default"     // a default that is no value of the type: Want is the type, Got the text
	OddTag        OddityKind = "tag"         // a tag's key that means nothing: Got is the key, Want the one that is like it
	OddMalformed  OddityKind = "malformed"   // a tag that is not written as tags are
	OddDuplicate  OddityKind = "duplicate"   // two names that are the same in the graph: Want is the other, Got the name
	OddChoice     OddityKind = "choice"      // a tag's value that is none of those it can have: Name is the key, Want the values, Got the text
	OddParameter  OddityKind = "parameter"   // a parameter of a type that none can have: Got is the type
	OddOption     OddityKind = "option"      // options for a method that is no step
	OddMerge      OddityKind = "merge"       // flow.Include or flow.Exclude names no field
	OddCatchField OddityKind = "catch_field" // a catch that names no field: Got is the field
	OddCatchType  OddityKind = "catch_type"  // a catch whose field is of the wrong type: Got is the type
)
