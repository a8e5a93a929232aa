package flow

// MergeOption chooses among the fields for [Merge].
type MergeOption func(*merging)

type merging struct {
	include, exclude []string
}

// Include merges these fields only, given by their Go names; each must be there in one of the branches.
func Include(fields ...string) MergeOption {
	return func(m *merging) { m.include = append(m.include, fields...) }
}

// Exclude leaves these fields out, given by their Go names.
func Exclude(fields ...string) MergeOption {
	return func(m *merging) { m.exclude = append(m.exclude, fields...) }
}

// Merge takes over from a join's inputs what they agree on, by reference: nothing that they have is stored again. Fields of t that are not
// zero stay as they are. Fields in which the inputs differ are an error that names them and where the values come from: set them before,
// or leave them out with [Exclude].
func Merge[F any](t *F, inputs []*F, only ...MergeOption) error {
	var m merging
	for _, option := range only {
		option(&m)
	}
	branches := make([]any, len(inputs))
	for i, in := range inputs {
		branches[i] = in
	}
	return m.merge(t, branches)
}
