package deploy

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Saved is a plan as a file. It holds all that it rests on, so that it is known whether the same would still be planned.
type Saved struct {
	Version     int            `json:"version"`
	Engine      string         `json:"spindle"`
	Project     string         `json:"project"`
	Environment string         `json:"environment"`
	Against     string         `json:"against"`
	Prune       bool           `json:"prune"`
	Commit      string         `json:"commit"`
	Dirty       bool           `json:"dirty"`
	Changes     []*SavedChange `json:"changes"`
}

// SavedChange is a change with what it rests on.
type SavedChange struct {
	*Change
	// Wanted and Code are what the files said, Applied tells what was deployed ([Applied.Digest]).
	Wanted  []Setting `json:"wanted"`
	Code    Files     `json:"code"`
	Applied string    `json:"applied"`
}

// Save makes a plan a file.
func (p *Plan) Save(engine, commit string, dirty, prune bool) ([]byte, error) {
	s := Saved{
		Version: RecordVersion, Engine: engine, Project: p.Project, Environment: p.Environment, Against: p.Against, Prune: prune, Commit: commit, Dirty: dirty,
	}
	for _, c := range p.Changes {
		s.Changes = append(s.Changes, saved(c))
	}
	return encode(s)
}

func saved(c *Change) *SavedChange {
	s := &SavedChange{Change: c, Applied: c.Applied.Digest()}
	if c.Wanted != nil {
		s.Wanted, s.Code = c.Wanted.Settings, c.Wanted.Files
	}
	return s
}

// LoadPlan reads a plan file. name is the file's, for errors.
func LoadPlan(name string, data []byte) (*Saved, error) {
	s := &Saved{}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("%q is not a plan: %w", name, err)
	}
	if s.Version != RecordVersion {
		return nil, fmt.Errorf("%q is a plan of version %d, and this Spindle reads version %d", name, s.Version, RecordVersion)
	}
	for _, c := range s.Changes {
		if c.Change == nil {
			return nil, fmt.Errorf("%q is not a plan: a variant says nothing", name)
		}
	}
	return s, nil
}

// MovedError is a plan that would not be made again: the files or the world are not what they were.
type MovedError struct{ What []string }

// Error says what is different.
func (e *MovedError) Error() string {
	return "the plan is out of date: " + strings.Join(e.What, "; ")
}

// Check says whether now, the plan as it would be made at this moment, is still the saved one. It returns the part of now that was saved.
func (s *Saved) Check(now *Plan) (*Plan, error) {
	e := &MovedError{}
	if s.Project != now.Project || s.Environment != now.Environment {
		e.What = append(e.What, fmt.Sprintf("it is of project %q and environment %q, not of %q and %q", s.Project, s.Environment, now.Project, now.Environment))
		return nil, e
	}
	current := map[string]*Change{}
	for _, c := range now.Changes {
		current[c.Variant] = c
	}
	names := map[string]bool{}
	for _, c := range s.Changes {
		names[c.Variant] = true
		if why := c.moved(current[c.Variant]); why != "" {
			e.What = append(e.What, fmt.Sprintf("%s: %s", c.Variant, why))
		}
	}
	if len(e.What) > 0 {
		return nil, e
	}
	return now.Only(func(variant string) bool { return names[variant] }), nil
}

// moved says how a change is not what it was when it was saved, empty where it is.
func (s *SavedChange) moved(c *Change) string {
	if c == nil {
		return "it is neither in spindle.yaml nor deployed any more"
	}
	now := saved(c)
	if was, is := s.Applied, now.Applied; was != is {
		switch {
		case was == "":
			return "it was deployed since, " + by(c.Applied)
		case is == "":
			return "it was removed since"
		}
		return "it was changed where it is deployed, " + by(c.Applied)
	}
	if d := Compare(s.Wanted, now.Wanted); len(d) > 0 {
		names := make([]string, len(d))
		for i := range d {
			names[i] = d[i].Name
		}
		return "the project's files say something else of " + few(names)
	}
	if d := CompareFiles(s.Code, now.Code); len(d) > 0 {
		names := make([]string, len(d))
		for i := range d {
			names[i] = d[i].Name
		}
		return "its code is not what it was: " + few(names)
	}
	if s.Name != c.Name || s.Target != c.Target {
		return fmt.Sprintf("it would be %q on %s", c.Name, c.Target)
	}
	if s.Action != c.Action || !sameDrift(s.Drift, c.Drift) {
		return "what is deployed was changed by hand since"
	}
	return ""
}

func sameDrift(a, b []Drift) bool {
	if len(a) == 0 && len(b) == 0 {
		return true
	}
	one, _ := json.Marshal(a) // texts always can be
	other, _ := json.Marshal(b)
	return string(one) == string(other)
}

func by(a *Applied) string {
	text := "by " + a.Identity.By
	if c := a.Identity.Commit; c != "" {
		text += " from commit " + c[:min(len(c), 10)]
	}
	return text
}

// few lists names, and counts those that are too many.
func few(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
