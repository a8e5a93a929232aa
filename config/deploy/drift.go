package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"
)

// Drift is a document that is not as it was put.
type Drift struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// What is changed, gone, or added: put there by somebody else.
	What string `json:"what"`
	// Values are those of a changed document that are not as they were, by their paths. It is empty where nobody knows what they were.
	Values []Difference `json:"values"`
}

// Drifts compares what was sent with what is there.
func Drifts(sent []Sent, live *Live) []Drift {
	if live == nil {
		live = &Live{}
	}
	var out []Drift
	there := map[[2]string]Document{}
	for _, d := range live.Documents {
		there[[2]string{d.Kind, d.Name}] = d
	}
	for _, s := range sent {
		key := [2]string{s.Kind, s.Name}
		d, ok := there[key]
		delete(there, key)
		switch {
		case !ok:
			out = append(out, Drift{Kind: s.Kind, Name: s.Name, What: "gone"})
		case d.Body == nil || s.SHA256 == d.Sum():
		case s.Body == nil:
			out = append(out, Drift{Kind: s.Kind, Name: s.Name, What: "changed"})
		default:
			if values := Compare(Flatten(s.Body), Flatten(d.Body)); len(values) > 0 {
				out = append(out, Drift{Kind: s.Kind, Name: s.Name, What: "changed", Values: values})
			}
		}
	}
	for _, d := range live.Documents {
		if _, extra := there[[2]string{d.Kind, d.Name}]; extra {
			out = append(out, Drift{Kind: d.Kind, Name: d.Name, What: "added"})
		}
	}
	return out
}

// Look looks at what is deployed of each variant of a plan, and puts down where it is not what was put there. targets gives a target by its kind.
func (p *Plan) Look(ctx context.Context, targets func(kind string) (Target, error)) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for _, c := range p.Changes {
		g.Go(func() error {
			target, err := targets(c.target())
			if err != nil {
				return err
			}
			live, err := target.Live(ctx, c.deployed())
			if err != nil {
				return fmt.Errorf("look at %q: %w", c.deployed(), err)
			}
			c.look(live)
			return nil
		})
	}
	return g.Wait()
}

// target and deployed are where what is there is looked for.
func (c *Change) target() string {
	if c.Applied != nil {
		return c.Applied.Target
	}
	return c.Target
}

func (c *Change) deployed() string {
	if c.Applied != nil {
		return c.Applied.Name
	}
	return c.Name
}

func (c *Change) look(live *Live) {
	switch {
	case c.Applied == nil && live != nil && !live.Is(c.Wanted.Identity):
		c.Owner = live.Who()
	case c.Applied == nil, c.Action == Finish:
	default:
		c.Drift = Drifts(c.Applied.Documents, live)
		if c.Action == Keep && len(c.Drift) > 0 {
			c.Action = Repair
		}
	}
}

// Flatten lists the values of a JSON document by their paths: States.train.Type. What is not JSON is one value.
func Flatten(body json.RawMessage) []Setting {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return []Setting{{Value: string(body)}}
	}
	return flatten(nil, "", v)
}

func flatten(out []Setting, path string, v any) []Setting {
	below := func(key string) string {
		if path == "" {
			return key
		}
		return path + "." + key
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			keys := make([]string, 0, len(v))
			for key := range v {
				keys = append(keys, key)
			}
			slices.Sort(keys)
			for _, key := range keys {
				out = flatten(out, below(key), v[key])
			}
			return out
		}
	case []any:
		if len(v) > 0 {
			for i, item := range v {
				out = flatten(out, below(strconv.Itoa(i)), item)
			}
			return out
		}
	}
	text, _ := json.Marshal(v) // it was JSON
	return append(out, Setting{Name: path, Value: string(text)})
}
