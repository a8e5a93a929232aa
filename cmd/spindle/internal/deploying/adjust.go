package deploying

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/worker"
)

// everyStep is the name under which spindle.yaml says what holds for steps that say nothing themselves.
const everyStep = "*"

// adjust lays what a variant says of steps over what the flow says: resources, timeouts, variables. What it says of every step gives way to what a step says
// itself, in spindle.yaml or in the flow.
func adjust(d *worker.Description, v *config.Variant) error {
	for i := range d.Steps {
		s := &d.Steps[i]
		if err := resources(s, v); err != nil {
			return fmt.Errorf("step %q: %w", s.Name, err)
		}
		for _, t := range v.Timeouts {
			if t.Step == s.Name || t.Step == everyStep && s.TimeoutSeconds == 0 {
				s.TimeoutSeconds = t.Limit.Seconds()
			}
			if t.Step == s.Name {
				break
			}
		}
		if len(v.Env) > 0 {
			env := maps.Clone(s.Environment)
			if env == nil {
				env = map[string]string{}
			}
			for _, e := range v.Env {
				env[e.Name] = e.Value.Text
			}
			s.Environment = env
		}
	}
	return nil
}

func resources(s *worker.DescribedStep, v *config.Variant) error {
	var own, all *config.Resources
	for i := range v.Resources {
		switch v.Resources[i].Step {
		case s.Name:
			own = &v.Resources[i]
		case everyStep:
			all = &v.Resources[i]
		}
	}
	if own == nil && all == nil {
		return nil
	}
	said := map[string]any{} // by the flow
	for i := range s.Decorators {
		deco := &s.Decorators[i]
		if deco.Name != "batch" && deco.Name != "resources" {
			continue
		}
		has := map[string]any{}
		if err := json.Unmarshal(deco.Attributes, &has); err != nil {
			return err
		}
		for name, value := range has {
			if value != nil && value != "None" {
				said[name] = value
			}
		}
	}
	values := map[string]any{}
	if all != nil {
		for name, value := range attributes(all) {
			if _, already := said[name]; !already {
				values[name] = value
			}
		}
	}
	if own != nil {
		maps.Copy(values, attributes(own))
	}
	return give(s, values)
}

// give makes them the attributes of the step's @batch. Its @resources loses them, since the larger of both would count.
func give(s *worker.DescribedStep, values map[string]any) error {
	for i := range s.Decorators {
		deco := &s.Decorators[i]
		if deco.Name != "batch" && deco.Name != "resources" {
			continue
		}
		has := map[string]any{}
		if err := json.Unmarshal(deco.Attributes, &has); err != nil {
			return err
		}
		for name, value := range values {
			if deco.Name == "batch" {
				has[name] = value
			} else {
				delete(has, name)
			}
		}
		var err error
		if deco.Attributes, err = json.Marshal(has); err != nil {
			return err
		}
	}
	return nil
}

// attributes are those of @batch that resources stand for.
func attributes(r *config.Resources) map[string]any {
	out := map[string]any{}
	number := func(name string, n int) {
		if n > 0 {
			out[name] = n
		}
	}
	if r.CPU > 0 {
		out["cpu"] = r.CPU
	}
	number("memory", r.Memory)
	if r.GPU != nil {
		out["gpu"] = *r.GPU
	}
	number("shared_memory", r.SharedMemory)
	number("ephemeral_storage", r.Disk)
	if r.Queue != "" {
		out["queue"] = r.Queue
	}
	if r.Image != "" {
		out["image"] = r.Image
	}
	return out
}
