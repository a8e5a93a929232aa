package deploy

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// RecordVersion is that of records and plan files. Others are refused.
const RecordVersion = 1

// Applied is what is known of one variant that was put on a target.
type Applied struct {
	Version int    `json:"version,omitempty"`
	Target  string `json:"target"`
	// Name is the deployment's on the target.
	Name     string   `json:"name"`
	Identity Identity `json:"identity"`
	// Underway is true from before the first thing is sent until all is: what an apply that was killed has begun is found by this.
	Underway bool `json:"underway,omitempty"`
	// Replaces are deployments of the variant under other names or on other targets, still to be removed.
	Replaces []Placed  `json:"replaces,omitempty"`
	Settings []Setting `json:"settings"`
	Files    Files     `json:"files"`
	// Documents are what was sent. The record in the project's folder has their hashes only.
	Documents []Sent `json:"documents"`
}

// Placed is a deployment by where it is.
type Placed struct {
	Target string `json:"target"`
	Name   string `json:"name"`
}

// Sent is a document as it was sent.
type Sent struct {
	Kind   string          `json:"kind"`
	Name   string          `json:"name"`
	SHA256 string          `json:"sha256"`
	Body   json.RawMessage `json:"body,omitempty"`
}

// Digest tells this act from any other, whoever knows of it. It is empty for none.
func (a *Applied) Digest() string {
	if a == nil {
		return ""
	}
	data, _ := json.Marshal([]any{a.Target, a.Name, a.Identity, a.Underway, a.Replaces, a.documented()}) // texts always can be
	return hash(data)
}

// documented is the hash of what was sent.
func (a *Applied) documented() string {
	var list []Setting
	for _, d := range a.Documents {
		list = append(list, Setting{Name: d.Kind + "/" + d.Name, Value: d.SHA256})
	}
	return Sum(list)
}

// Short is the record without the bodies of documents.
func (a *Applied) Short() *Applied {
	short := *a
	short.Documents = make([]Sent, len(a.Documents))
	for i, d := range a.Documents {
		d.Body = nil
		short.Documents[i] = d
	}
	return &short
}

// Record is what was applied to an environment, as the project's folder remembers it.
type Record struct {
	Version     int        `json:"version"`
	Project     string     `json:"project"`
	Environment string     `json:"environment"`
	Variants    []*Applied `json:"variants"` // by name
}

// Of is what was applied of a variant, nil for nothing.
func (r *Record) Of(variant string) *Applied {
	for _, a := range r.Variants {
		if a.Identity.Variant == variant {
			return a
		}
	}
	return nil
}

// Set notes what was applied of a variant, nil for nothing.
func (r *Record) Set(variant string, applied *Applied) {
	r.Variants = slices.DeleteFunc(r.Variants, func(a *Applied) bool { return a.Identity.Variant == variant })
	if applied != nil {
		r.Variants = append(r.Variants, applied)
	}
	slices.SortFunc(r.Variants, func(a, b *Applied) int { return cmp.Compare(a.Identity.Variant, b.Identity.Variant) })
}

// recordFile is a record as it lies on disk: files of code, which many variants share, are told once.
type recordFile struct {
	Record
	Variants []entry          `json:"variants"`
	Code     map[string]Files `json:"code"` // by the hash of the flow's code
}

type entry struct {
	*Applied
	Files string `json:"files"` // which of Code
}

// Encode writes the record as a file that can be committed: the same record makes the same bytes.
func (r *Record) Encode() ([]byte, error) {
	f := recordFile{Record: *r, Variants: []entry{}, Code: map[string]Files{}}
	f.Version = RecordVersion
	for _, a := range r.Variants {
		sum := a.Files.Sum()
		f.Code[sum] = a.Files
		f.Variants = append(f.Variants, entry{a.Short(), sum})
	}
	return encode(f)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// encode is JSON for people: indented, and with < as it is.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return out.Bytes(), err
}

// DecodeRecord reads what [Record.Encode] wrote. name is the file's, for errors.
func DecodeRecord(name string, data []byte) (*Record, error) {
	var f recordFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("%q is damaged: %w", name, err)
	}
	if f.Version != RecordVersion {
		return nil, fmt.Errorf("%q is of version %d, and this Spindle reads version %d", name, f.Version, RecordVersion)
	}
	r := &f.Record
	for _, e := range f.Variants {
		if e.Applied == nil {
			return nil, fmt.Errorf("%q is damaged: a variant has nothing", name)
		}
		e.Applied.Files = f.Code[e.Files]
		r.Variants = append(r.Variants, e.Applied)
	}
	return r, nil
}
