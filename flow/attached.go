package flow

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// attached is a decorator that the command line adds to every step (`--with`).
type attached struct {
	spec, name string
	values     map[string]any
}

// kind tells decorators of one name; a step has at most one of each.
func (o *stepOptions) has(name string) bool {
	switch name {
	case "retry":
		return o.retry != nil
	case "timeout":
		return o.timeout > 0
	case "catch":
		return o.catch != nil
	case "environment":
		return o.environment != nil
	case "resources":
		return o.resources != nil
	case "batch":
		return o.batch != nil
	}
	return false
}

// decorators returns the step's options with those that were added, and all of them as a description has them.
func (s *step) decorators(p *program, added []attached, options wire.Options) (*stepOptions, []map[string]any) {
	merged, told := stepOptions{start: s.start, end: s.end}, []map[string]any{}
	if options.SkipDecorators {
		return &merged, told
	}
	merged = s.stepOptions
	if options.Spin {
		merged.batch = nil
	}
	told = append(told, merged.told(p)...)
	for _, a := range added {
		if merged.has(a.name) || options.Spin && a.name == "batch" {
			continue
		}
		var own stepOptions
		a.apply(&own)
		merged.take(&own)
		for _, one := range own.told(p) {
			one["statically_defined"] = false
			told = append(told, one)
		}
	}
	return &merged, told
}

// take adds what other has.
func (o *stepOptions) take(other *stepOptions) {
	if other.retry != nil {
		o.retry = other.retry
	}
	if other.timeout > 0 {
		o.timeout = other.timeout
	}
	if other.catch != nil {
		o.catch = other.catch
	}
	if other.environment != nil {
		o.environment = other.environment
	}
	if other.resources != nil {
		o.resources = other.resources
	}
	if other.batch != nil {
		o.batch = other.batch
	}
}

// told are the decorators with their attributes, as Metaflow's have them.
func (o *stepOptions) told(p *program) []map[string]any {
	told := []map[string]any{}
	if r := o.retry; r != nil {
		told = append(told, decorator("retry", map[string]any{"times": r.Times, "minutes_between_retries": wholeNumber(r.Wait.Minutes())}, true))
	}
	if o.timeout > 0 {
		told = append(told, decorator("timeout", map[string]any{"seconds": wholeNumber(o.timeout.Seconds()), "minutes": 0, "hours": 0}, true))
	}
	if c := o.catch; c != nil {
		attributes := map[string]any{"var": "None", "print_exception": true}
		if f := p.goField(c.Field); f != nil {
			attributes["var"] = f.Name
		}
		told = append(told, decorator("catch", attributes, true))
	}
	if o.environment != nil {
		told = append(told, decorator("environment", map[string]any{"vars": o.environment}, true))
	}
	if r := o.resources; r != nil {
		told = append(told, decorator("resources", map[string]any{
			"cpu": numberOr(r.CPU, "1"), "gpu": orNone(r.GPU), "disk": "None", "memory": numberOr(float64(r.MemoryMB), "4096"),
			"shared_memory": orNone(r.SharedMemoryMB),
		}, true))
	}
	if o.batch != nil {
		told = append(told, decorator("batch", o.batch.attributes(), true))
	}
	return told
}

// wholeNumber is a number without a fraction where it has none.
func wholeNumber(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

func numberOr(f float64, otherwise string) any {
	if f == 0 {
		return otherwise
	}
	return wholeNumber(f)
}

func listOrNone[T any](values []T) any {
	if len(values) == 0 {
		return "None"
	}
	return values
}

func pointedOrNone(n *int) any {
	if n == nil {
		return "None"
	}
	return *n
}

func (b *Batch) attributes() map[string]any {
	tags, tmpfs := any("None"), b.TmpfsPath
	if len(b.Tags) > 0 {
		tags = b.Tags
	}
	if tmpfs == "" {
		tmpfs = "/metaflow_temp"
	}
	return map[string]any{
		"cpu": orNoneNumber(b.CPU), "gpu": orNone(b.GPU), "memory": orNone(b.MemoryMB), "image": orNone(b.Image), "queue": orNone(b.Queue),
		"iam_role": orNone(b.Role), "execution_role": orNone(b.ExecutionRole), "shared_memory": orNone(b.SharedMemoryMB),
		"max_swap": pointedOrNone(b.MaxSwapMB), "swappiness": pointedOrNone(b.Swappiness), "inferentia": orNone(b.Inferentia),
		"trainium": orNone(b.Trainium), "efa": orNone(b.EFA), "host_volumes": listOrNone(b.HostVolumes), "efs_volumes": listOrNone(b.EFSVolumes),
		"aws_batch_tags": tags, "tmpfs_size": orNone(b.TmpfsSizeMB), "ephemeral_storage": orNone(b.EphemeralStorageGB),
		"log_driver": orNone(b.LogDriver), "log_options": listOrNone(b.LogOptions), "executable": "None", "use_tmpfs": b.UseTmpfs,
		"tmpfs_tempdir": true, "tmpfs_path": tmpfs, "privileged": b.Privileged,
	}
}

func orNoneNumber(f float64) any {
	if f == 0 {
		return "None"
	}
	return wholeNumber(f)
}

// comma separates the attributes of a specification: only before `word=`, so that values may hold commas.
//
// Compiled when it is first needed: it would take a tenth of the start of every task.
var comma = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`,\s*(\w+)=`) })

// parseSpecs reads what `--with` was given: `name` or `name:key=value,key=value`.
func parseSpecs(specs []string) ([]attached, error) {
	var found []attached
	for _, spec := range specs {
		name, rest, _ := strings.Cut(spec, ":")
		a := attached{spec: spec, name: strings.TrimSpace(name), values: map[string]any{}}
		for _, part := range strings.Split(comma().ReplaceAllString(rest, "\x00$1="), "\x00") {
			if part == "" {
				continue
			}
			key, text, ok := strings.Cut(part, "=")
			if !ok {
				return nil, declaration("decorator", fmt.Errorf("--with %s: %q is not of the form attribute=value", spec, part))
			}
			a.values[strings.TrimSpace(key)] = specValue(strings.TrimSpace(text))
		}
		if err := a.check(); err != nil {
			return nil, declaration("decorator", fmt.Errorf("--with %s: %w", spec, err))
		}
		found = append(found, a)
	}
	return found, nil
}

// specValue is JSON if it is, else the text.
func specValue(text string) any {
	var v any
	if json.Unmarshal([]byte(strings.ReplaceAll(text, `\"`, `"`)), &v) == nil {
		return v
	}
	return text
}

func (a attached) check() error {
	if a.name == "kubernetes" {
		return fmt.Errorf("@kubernetes is not supported yet: tasks run on this machine and on AWS Batch (batch)")
	}
	var o stepOptions
	if !a.apply(&o) {
		return fmt.Errorf("a flow in Go can be given batch, catch, environment, resources, retry and timeout, but not %q", a.name)
	}
	if o.retry != nil {
		return o.retry.check()
	}
	return nil
}

// apply gives a step the decorator; false when it is not known.
func (a attached) apply(o *stepOptions) bool {
	switch a.name {
	case "retry":
		Retry{Times: int(a.number("times", 3)), Wait: time.Duration(a.number("minutes_between_retries", 2) * float64(time.Minute))}.decorate(o)
	case "timeout":
		seconds := a.number("seconds", 0) + 60*a.number("minutes", 0) + 3600*a.number("hours", 0)
		Timeout(seconds * float64(time.Second)).decorate(o)
	case "catch":
		Catch{}.decorate(o)
	case "environment":
		vars := Environment{}
		if given, ok := a.values["vars"].(map[string]any); ok {
			for key, value := range given {
				vars[key] = fmt.Sprint(value)
			}
		}
		vars.decorate(o)
	case "resources":
		Resources{
			CPU: a.number("cpu", 0), GPU: int(a.number("gpu", 0)), MemoryMB: int(a.number("memory", 0)), SharedMemoryMB: int(a.number("shared_memory", 0)),
		}.decorate(o)
	case "batch":
		a.batch().decorate(o)
	default:
		return false
	}
	return true
}

func (a attached) batch() Batch {
	return Batch{
		Image: a.text("image"), Queue: a.text("queue"), Role: a.text("iam_role"), ExecutionRole: a.text("execution_role"),
		CPU: a.number("cpu", 0), GPU: int(a.number("gpu", 0)), MemoryMB: int(a.number("memory", 0)), SharedMemoryMB: int(a.number("shared_memory", 0)),
		MaxSwapMB: a.pointer("max_swap"), Swappiness: a.pointer("swappiness"), Inferentia: int(a.number("inferentia", 0)),
		Trainium: int(a.number("trainium", 0)), EFA: int(a.number("efa", 0)), HostVolumes: a.texts("host_volumes"), EFSVolumes: a.texts("efs_volumes"),
		UseTmpfs: a.values["use_tmpfs"] == true, TmpfsSizeMB: int(a.number("tmpfs_size", 0)), TmpfsPath: a.text("tmpfs_path"),
		EphemeralStorageGB: int(a.number("ephemeral_storage", 0)), LogDriver: a.text("log_driver"), LogOptions: a.texts("log_options"),
		Privileged: a.values["privileged"] == true,
	}
}

func (a attached) number(key string, otherwise float64) float64 {
	switch v := a.values[key].(type) {
	case float64:
		return v
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return f
		}
	}
	return otherwise
}

func (a attached) pointer(key string) *int {
	if _, ok := a.values[key]; !ok {
		return nil
	}
	n := int(a.number(key, 0))
	return &n
}

func (a attached) text(key string) string {
	if v, ok := a.values[key]; ok && v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

func (a attached) texts(key string) []string {
	switch v := a.values[key].(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, len(v))
		for i, one := range v {
			out[i] = fmt.Sprint(one)
		}
		return out
	}
	return nil
}
