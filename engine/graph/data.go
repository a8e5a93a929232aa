package graph

// Data is what the code of a flow does with artifacts, as far as the source tells without running it.
//
// Mentions are every place that names an artifact, for an editor. A [Body] says what one step does along its control
// flow, helper methods that it calls included, for a dataflow over the graph. Artifact names are numbered; an ID is an
// index into Names.
type Data struct {
	Names    []string
	Mentions []*Mention    // by file in the order of Flow.Files, then by place
	Bodies   []*Body       // steps in the flow's order, then the methods and functions that are given the flow
	Members  []ClassMember // what the class itself binds, by ID and without

	// ByName are the IDs, ByStep the bodies of steps.
	ByName map[string]int
	ByStep map[string]*Body
}

// NewData makes the lookups of data whose fields are set, as far as they are missing.
func NewData(d *Data) *Data {
	if d.ByName == nil {
		d.ByName = make(map[string]int, len(d.Names))
		for id, name := range d.Names {
			d.ByName[name] = id
		}
	}
	d.ByStep = make(map[string]*Body, len(d.Bodies))
	for _, b := range d.Bodies {
		if b.Step {
			d.ByStep[b.Name] = b
		}
	}
	return d
}

// ID returns the number of an artifact's name, -1 where the flow nowhere mentions it.
func (d *Data) ID(name string) int {
	if d == nil {
		return -1
	}
	if id, ok := d.ByName[name]; ok {
		return id
	}
	return -1
}

// Step returns what a step does, nil where that is not known.
func (d *Data) Step(name string) *Body {
	if d == nil {
		return nil
	}
	return d.ByStep[name]
}

// Member returns what the class binds to a name, nil if it binds nothing.
func (d *Data) Member(name string) *ClassMember {
	if d == nil {
		return nil
	}
	for i := range d.Members {
		if d.Members[i].Name == name {
			return &d.Members[i]
		}
	}
	return nil
}

// At returns the mention that covers a place, nil if there is none. The end of a name counts as part of it.
func (d *Data) At(file string, p Pos) *Mention {
	if d == nil {
		return nil
	}
	for _, m := range d.Mentions {
		if m.Range.File == file && m.Range.Start.Line == p.Line && m.Range.Start.Column <= p.Column && p.Column <= m.Range.End.Column {
			return m
		}
	}
	return nil
}

// Mention is one place in the source that names an artifact, a parameter, a config or a constant of the flow.
type Mention struct {
	Name  string
	ID    int
	Kind  MentionKind
	Via   Via
	Step  string // for ViaInput: the step named, empty for an input picked some other way
	Body  int    // index into Data.Bodies; -1 in the class body
	Range Range  // the name alone, inside the quotes for a name in a string
	Text  bool   // in a string
	// Odd is true where the range is not just the name as it is: an escaped string, a name the language mangles. Such a
	// mention can be shown but not be renamed.
	Odd bool
}

// MentionKind is what a mention does.
type MentionKind string

// The kinds of mention. Update reads and sets, Mutate changes the value in place; Guard asks whether there is one.
const (
	Read    MentionKind = "read"
	Assign  MentionKind = "assign"
	Update  MentionKind = "update"
	Mutate  MentionKind = "mutate"
	Delete  MentionKind = "delete"
	Guard   MentionKind = "guard"
	Include MentionKind = "include"
	Exclude MentionKind = "exclude"
	Declare MentionKind = "declare"
)

// Sets reports whether the mention gives the artifact a value or changes it.
func (k MentionKind) Sets() bool { return k == Assign || k == Update || k == Mutate }

// Reads reports whether the mention uses the artifact's value.
func (k MentionKind) Reads() bool { return k == Read || k == Update || k == Mutate || k == Guard }

// Via is what an artifact is named through.
type Via string

// The ways to an artifact.
const (
	ViaSelf  Via = "self"
	ViaInput Via = "input" // one of the inputs of a join
	ViaClass Via = "class" // the class, or a bare name in its body
)

// ClassMember is what the class binds to a name.
type ClassMember struct {
	Name    string
	Kind    MemberKind
	Range   Range   // of the name
	Content Content // of a constant
}

// MemberKind tells what a class attribute is.
type MemberKind string

// The kinds of member. The first two are the same in every step and can't be set; a Plain attribute may be anything,
// or a private one, which steps can shadow.
const (
	MemberParameter MemberKind = "parameter" // Parameter, IncludeFile, Config
	MemberConstant  MemberKind = "constant"
	MemberStep      MemberKind = "step"
	MemberMethod    MemberKind = "method"
	MemberPlain     MemberKind = "plain"
	MemberReserved  MemberKind = "reserved" // the SDK's
)

// Body is what one function does with artifacts, what it calls included.
type Body struct {
	Name  string
	Owner string // the class that defines it, empty for a function of a module
	Step  bool
	Range Range
	// Inputs is the name of the argument that holds a join's inputs, empty outside of joins.
	Inputs string

	Uses   []Use
	Writes []Assignment
	Merges []Merge
	Places []Place
	Exit   Exit
	// Open is where code out of sight is given the flow, so that any artifact may be set from there on; nil if it is not.
	Open *Dynamic
	// OpenFromStart is true where code out of sight runs before the body, as in a decorator.
	OpenFromStart bool
	// ReadsAny is true where artifacts are read that the source does not name.
	ReadsAny bool
	// Catch says that the step goes on after a failure of its body, so that the exit has all its assignments as possible ones.
	Catch bool
}

// Use is a read of an artifact in the course of a body.
type Use struct {
	Mention *Mention
	ID      int
	At      Range // in this body: the mention itself, or the call of the function that holds it
	Via     Via
	Step    string // as in Mention
	// Assigned says whether the body has assigned the artifact before, on all paths to here or on some.
	Assigned Answer
	// Conditional is true where the body's end can be reached without passing here.
	Conditional bool
	// Guarded is true where the code is prepared for the artifact to be missing.
	Guarded bool
	// Deferred is true in a function that is not called here but nested or handed on: it runs who knows when.
	Deferred bool
	// Later is true in a nested function that may run when the task has ended: the file registers some with atexit.
	Later bool
	// Merged and MaybeMerged have a bit for each of the body's merges that came before, on all paths or on some.
	Merged, MaybeMerged uint64
}

// Assignment is a place that sets, changes or deletes an artifact in the course of a body.
type Assignment struct {
	Mention *Mention // nil for a change through another name
	ID      int
	Kind    MentionKind // Assign, Update, Mutate, Delete
	At      Range       // as in Use
	Content Content
	Taken   *Taken // where the value is that of an artifact of a join's input, nil elsewhere
	// Looped is true inside of a loop, Conditional where the body's end can be reached without passing here.
	Looped, Conditional bool
	// Read is true where the body may read this very value.
	Read bool
}

// Taken names an artifact of a join's input whose value is taken over as it is.
type Taken struct {
	ID   int
	Step string // the input's, empty for an input picked some other way
}

// Merge is a call of merge_artifacts.
type Merge struct {
	Range            Range
	At               Range // as in Use
	Include, Exclude []*Mention
	HasInclude       bool // a list that is not plainly empty is given
	HasExclude       bool
	Computed         bool // a list holds names that the source does not tell
	Conditional      bool
	Guarded          bool // the code is prepared for it to fail
	// Assigned and MaybeAssigned are the artifacts that the body has set before, which a merge leaves alone.
	Assigned, MaybeAssigned IDs
	Open                    bool // what is set before is not fully known
}

// Exit is the state of a body's artifacts where it hands over to the next step.
type Exit struct {
	// Surely are assigned on every path, counting each loop as entered; Always are so even if no loop is entered.
	Surely, Always, Maybe IDs
	Writes                []int // indexes of the writes whose values may still be there
	Merged, MaybeMerged   uint64
	Open                  bool
}

// Content is what is plainly visible of a value that is assigned.
type Content struct {
	Kind ContentKind
	// Text is the same for equal values of one kind where it is not empty; of what can't be stored it says what it is.
	Text string
}

// ContentKind tells values apart.
type ContentKind string

// The kinds of value. Function values are silently not stored; Unstorable ones make the step fail.
const (
	ContentUnknown    ContentKind = ""
	ContentNone       ContentKind = "None"
	ContentBool       ContentKind = "bool"
	ContentNumber     ContentKind = "number"
	ContentString     ContentKind = "string"
	ContentList       ContentKind = "list"
	ContentTuple      ContentKind = "tuple"
	ContentSet        ContentKind = "set"
	ContentDict       ContentKind = "dict"
	ContentFunction   ContentKind = "function"
	ContentUnstorable ContentKind = "unstorable"
)

// Scalar reports whether values of the kind are equal exactly if their texts are.
func (k ContentKind) Scalar() bool {
	return k == ContentNone || k == ContentBool || k == ContentNumber || k == ContentString
}

// Place is a use of something of the SDK's that is no artifact and has rules of its own.
type Place struct {
	Kind        PlaceKind
	Name        string
	Range       Range
	At          Range // as in Use
	Conditional bool
	Guarded     bool
	Merged      bool // a merge may come before
}

// PlaceKind tells such places apart.
type PlaceKind string

// The kinds of place.
const (
	PlaceFrame   PlaceKind = "frame"   // self.input, self.index
	PlaceChange  PlaceKind = "change"  // self.input changed in place
	PlaceMember  PlaceKind = "member"  // a member of the class or the SDK assigned
	PlaceInput   PlaceKind = "input"   // inputs.<step>
	PlaceUnbound PlaceKind = "unbound" // inputs where there is no such name
	PlaceLength  PlaceKind = "length"  // len(inputs)
	PlaceDelete  PlaceKind = "delete"  // del of an artifact that the body has not touched before
)
