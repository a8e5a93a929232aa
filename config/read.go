package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
	"github.com/spindle-flow/spindle/engine/lint/targets"
)

// read takes settings apart. What is not of its type has been reported, and is passed over.
func (r *resolver) read(v *Variant, s *graph.Value) {
	v.Flow = r.flow(s)
	for _, c := range entries(s, "configs") {
		v.Configs = append(v.Configs, ConfigFiles{c.Key, c.KeyRange, list(c.Value)})
	}
	v.Sets, v.Parameters, v.Env, v.Options = named(s, "set"), named(s, "parameters"), named(s, "env"), named(s, v.targetKey(s))
	v.Target, v.Compute = known(text(s, "target")), known(text(s, "compute"))
	v.Queue, v.Image, v.Namespace = text(s, "queue"), text(s, "image"), text(s, "namespace")
	v.Tags, v.With, v.Suffixes = list(value(s, "tags")), list(value(s, "with")), list(value(s, "package_suffixes"))
	v.MaxWorkers = whole(value(s, "max_workers"))
	v.Limit = r.duration(value(s, "limit"))
	v.Schedule = r.schedule(value(s, "schedule"))
	for _, e := range entries(s, "resources") {
		v.Resources = append(v.Resources, resources(e))
	}
	for _, e := range entries(s, "timeouts") {
		if limit := r.duration(e.Value); limit > 0 {
			v.Timeouts = append(v.Timeouts, Timeout{e.Key, e.KeyRange, limit})
		}
	}
	if triggers := value(s, "triggers"); triggers != nil {
		for _, item := range triggers.Items {
			v.Triggers = append(v.Triggers, r.trigger(item))
		}
	}
}

// known is a target or compute that there is.
func known(w Word) Word {
	if w.Text == "local" || targets.Known(w.Text) == nil {
		return w
	}
	return Word{}
}

// targetKey is where the options of the variant's target stand.
func (v *Variant) targetKey(s *graph.Value) string { return text(s, "target").Text }

func (r *resolver) flow(s *graph.Value) Flow {
	w := text(s, "flow")
	path, class := w.Text, ""
	if i := strings.LastIndexByte(path, ':'); i >= 0 {
		path, class = path[:i], path[i+1:]
	}
	f := Flow{Path: path, Class: class, Go: inGo(path), At: w.Range}
	if !f.Go && !strings.HasSuffix(path, ".py") {
		if e := s.Entry("flow"); e == nil {
			r.malformed(s.Range, "Give it a flow, flow: flows/demand.py, here or under defaults.", "the variant has no flow")
		}
		return Flow{}
	}
	f.File = r.path(f.Path)
	return f
}

// inGo says whether what a flow is given by is that of one in Go: one of its files, or a folder, which is written with a dot before it so that it is told from
// a file whose suffix was forgotten.
func inGo(path string) bool {
	return strings.HasSuffix(path, ".go") || path == "." || path == ".." || (strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../")) && !strings.HasSuffix(path, ".py")
}

func entries(s *graph.Value, key string) []graph.Entry {
	v := object(s.Entry(key))
	if v == nil {
		return nil
	}
	return v.Entries
}

func named(s *graph.Value, key string) []Value {
	var out []Value
	for _, e := range entries(s, key) {
		out = append(out, Value{e.Key, e.KeyRange, e.Value})
	}
	return out
}

// text is a text under a key, empty for none.
func text(s *graph.Value, key string) Word {
	if v := value(s, key); v != nil && v.Kind == graph.StringKind {
		return word(v)
	}
	return Word{}
}

func list(v *graph.Value) []Word {
	if v == nil {
		return nil
	}
	var out []Word
	for _, item := range v.Items {
		if item.Kind == graph.StringKind {
			out = append(out, word(item))
		}
	}
	return out
}

func whole(v *graph.Value) int {
	if v == nil || v.Kind != graph.IntegerKind {
		return 0
	}
	n, _ := strconv.Atoi(v.Text)
	return n
}

func resources(e graph.Entry) Resources {
	out := Resources{Step: e.Key, At: e.KeyRange}
	body := object(&e)
	out.Memory, out.SharedMemory, out.Disk = whole(value(body, "memory")), whole(value(body, "shared_memory")), whole(value(body, "disk"))
	out.Queue, out.Image = text(body, "queue").Text, text(body, "image").Text
	if cpu := value(body, "cpu"); cpu != nil && (cpu.Kind == graph.IntegerKind || cpu.Kind == graph.NumberKind) {
		out.CPU, _ = strconv.ParseFloat(cpu.Text, 64)
	}
	if gpu := value(body, "gpu"); gpu != nil && gpu.Kind == graph.IntegerKind {
		n := whole(gpu)
		out.GPU = &n
	}
	return out
}

func (r *resolver) trigger(v *graph.Value) Trigger {
	t := Trigger{Event: text(v, "event"), Flow: text(v, "flow"), At: first(v.Range)}
	rest := slices.DeleteFunc(keys(v), func(key string) bool { return key == "parameters" })
	switch {
	case v.Entry("event") != nil && v.Entry("flow") != nil:
		r.malformed(t.At, "Make two triggers of it.", "a trigger is an event or a flow, not both")
	case v.Kind == graph.ObjectKind && len(rest) == 0 && len(v.Entries) > 0:
		r.malformed(t.At, "Name it: event: NAME or flow: NAME.", "the trigger has neither an event nor a flow")
	}
	for _, e := range entries(v, "parameters") {
		if t.Parameters == nil {
			t.Parameters = map[string]string{}
		}
		t.Parameters[e.Key] = e.Value.Text
	}
	return t
}

var durationText = regexp.MustCompile(`^(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?$`)

// duration reads seconds, or a text such as 1d12h.
func (r *resolver) duration(v *graph.Value) time.Duration {
	const most = 366 * 24 * time.Hour
	if v == nil || v.Kind != graph.IntegerKind && v.Kind != graph.StringKind {
		return 0
	}
	var out time.Duration
	parts := durationText.FindStringSubmatch(v.Text)
	if v.Kind == graph.IntegerKind {
		parts = []string{"", "", "", "", v.Text}
	}
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if parts == nil || parts[i+1] == "" {
			continue
		}
		n, err := strconv.ParseInt(parts[i+1], 10, 64)
		if err != nil || n > int64(most/unit) {
			r.malformed(v.Range, "Give less, or nothing for no limit.", "%s is more than a year", v.Text)
			return 0
		}
		out += time.Duration(n) * unit
	}
	if out == 0 && parts != nil && v.Kind == graph.StringKind {
		r.malformed(v.Range, "Leave it out for no limit.", "a limit of no time lets nothing run")
	}
	return out
}

// readEnvironment takes an environment apart.
func (p *Project) readEnvironment(e *graph.Entry, f *findings) Environment {
	out := Environment{Name: e.Key, At: e.KeyRange}
	own := object(e)
	if own == nil {
		return out
	}
	place := *own
	place.Entries = nil
	for _, entry := range own.Entries { // what is about variants has references to more
		if entry.Key != "defaults" && entry.Key != "overrides" && entry.Key != "queue" && entry.Key != "image" {
			place.Entries = append(place.Entries, entry)
		}
	}
	s, changed := f.replaced(&place, &scope{project: p, fixed: map[string]string{"environment": e.Key, "project": p.Name.Text}})
	if changed {
		f.fits(environmentSchema(), s, "environment \""+e.Key+"\"")
	}
	out.Datastore, out.Datatools = text(s, "datastore"), text(s, "datatools")
	out.Region, out.Endpoint, out.Service, out.Branch = text(s, "region"), text(s, "endpoint"), text(s, "service"), text(s, "branch")
	out.Production = s.Entry("production") != nil && s.Entry("production").Value.Text == "true"
	roles := object(s.Entry("roles"))
	out.Roles = Roles{text(roles, "job"), text(roles, "execution"), text(roles, "state-machine"), text(roles, "events")}
	out.settings = s
	return out
}

// listed is the flat list of a variant's settings: those of its environment first, all by their names.
func listed(v *Variant, s *graph.Value) []Setting {
	var out []Setting
	for _, from := range []*graph.Value{v.Environment.settings, s} {
		for _, key := range keys(from) {
			if key != "environments" {
				e := from.Entry(key)
				out = flat(out, key, e.Value, levels(key))
			}
		}
	}
	sortSettings(out)
	return out
}

// levels is how deep the settings under a key are listed: below that, a value is one.
func levels(key string) int {
	switch key {
	case "configs", "set", "parameters", "env", "timeouts", "roles", "schedule":
		return 1
	case "resources", "step-functions":
		return 2
	}
	return 0
}

func flat(out []Setting, name string, v *graph.Value, levels int) []Setting {
	if v.Kind != graph.ObjectKind || levels == 0 {
		if v.Kind == graph.ComputedKind {
			return out
		}
		return append(out, Setting{name, document.Encode(v), v.Range})
	}
	for _, key := range v.Keys() {
		out = flat(out, name+"."+key, v.Entry(key).Value, levels-1)
	}
	return out
}
