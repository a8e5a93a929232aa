package metadata

import (
	"errors"
	"strconv"
	"strings"
)

// System is what is recorded about the surroundings of a run, as tags of the run and as records of each task.
type System struct {
	Runtime         string // METAFLOW_RUNTIME_NAME; empty means dev
	PythonVersion   string // of the flow's interpreter: 3.11.7; empty for a flow in another language
	GoVersion       string // of a flow in Go: 1.26.1
	User            string
	ProductionToken string   // METAFLOW_PRODUCTION_TOKEN; takes the user's place when set
	Version         string   // of the engine, as "metaflow_version" is read: 2.19.38+spindle(0.1.0)
	Extra           []string // tags that the flow's decorators add
}

func (s System) pairs() [][2]string {
	runtime := s.Runtime
	if runtime == "" {
		runtime = "dev"
	}
	who := [2]string{"user", s.User}
	if s.ProductionToken != "" {
		who = [2]string{"production", s.ProductionToken}
	}
	pairs := [][2]string{{"runtime", runtime}, {"python_version", s.PythonVersion}, {"go_version", s.GoVersion}, who, {"metaflow_version", s.Version}}
	kept := pairs[:0]
	for _, p := range pairs {
		if p[1] != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// Identity is the namespace of the one who runs: user:<name> or production:<token>.
func (s System) Identity() string {
	if s.ProductionToken != "" {
		return "production:" + s.ProductionToken
	}
	return "user:" + s.User
}

// SystemTags are the system tags of a run in these surroundings.
func SystemTags(s System) []string {
	var tags []string
	for _, p := range s.pairs() {
		tags = append(tags, p[0]+":"+p[1])
	}
	for _, tag := range s.Extra {
		if !contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// ErrNoUser says that no user name could be found.
var ErrNoUser = errors.New("the user's name is unknown: set METAFLOW_USER (root is not accepted)")

// UserName is the name of the one who runs, from the environment. root does not count as a name.
func UserName(env func(string) string) (string, error) {
	for _, name := range []string{"METAFLOW_USER", "SUDO_USER", "USERNAME", "USER"} {
		if user := env(name); user != "" && user != "root" {
			return user, nil
		}
	}
	return "", ErrNoUser
}

// AttemptTag marks a record as belonging to an attempt.
func AttemptTag(attempt int) string { return "attempt_id:" + strconv.Itoa(attempt) }

// Frame is one level of the foreach a task runs in, as its records show it.
type Frame struct {
	Step  string // the first step inside the foreach
	Var   string
	Value string // empty when the item has no short form
	Index int
}

// Start is what is recorded when an attempt begins.
type Start struct {
	Attempt   int
	OriginRun string // empty unless resumed
	DSType    string
	DSRoot    string
	Frames    []Frame // outermost first
	Script    string  // base name of the flow's file
	Code      string  // what is recorded of the code package (engine/codepackage), empty for none
	System    System
	Control   bool // the task that starts the others of a @parallel step
	WorldSize int  // number of tasks of a @parallel step, else 0
}

// maxForeachPath is the length after which readers show no more of a foreach stack.
const maxForeachPath = 256

// Records are the records of a beginning attempt, each field once.
func (s Start) Records() []Record {
	tags := []string{AttemptTag(s.Attempt)}
	origin := s.OriginRun
	if origin == "" {
		origin = "None"
	}
	rs := []Record{
		{Field: "attempt", Value: strconv.Itoa(s.Attempt), Tags: tags},
		{Field: "origin-run-id", Value: origin, Tags: tags},
		{Field: "ds-type", Value: s.DSType, Tags: tags},
		{Field: "ds-root", Value: s.DSRoot, Tags: tags},
	}
	if stack := foreachStack(s.Frames); stack != nil {
		rs = append(rs, Record{Field: "foreach-stack", Raw: appendStrings(nil, stack), Tags: tags})
	}
	if len(s.Frames) > 0 {
		rs = append(rs, Record{Field: "foreach-execution-path", Value: ExecutionPath(s.Frames), Tags: tags})
	}
	rs = append(rs, systemRecords(s.System, s.Script, tags)...)
	if s.Code != "" {
		rs = append(rs, Record{Field: "code-package", Value: s.Code, Tags: tags})
	}
	if s.Control {
		rs = append(rs, Record{Field: "internal_task_type", Value: "control_task", Tags: tags})
	}
	if s.WorldSize > 0 {
		rs = append(rs, Record{Field: "parallel-world-size", Raw: strconv.AppendInt(nil, int64(s.WorldSize), 10), Tags: []string{AttemptTag(0)}})
	}
	return rs
}

func systemRecords(s System, script string, tags []string) []Record {
	var rs []Record
	for _, p := range s.pairs() {
		rs = append(rs, Record{Field: p[0], Value: p[1], Tags: tags})
	}
	if script != "" {
		rs = append(rs, Record{Field: "script-name", Value: script, Tags: tags})
	}
	return rs
}

// EndRecords say how an attempt ended: ok is whether the run may go on from it.
func EndRecords(attempt int, ok bool) []Record {
	value := "False"
	if ok {
		value = "True"
	}
	return []Record{{Field: "attempt_ok", Type: "internal_attempt_status", Value: value, Tags: []string{AttemptTag(attempt)}}}
}

// DoneRecords make the artifacts of an attempt count. To be added after [Provider.AddArtifacts].
func DoneRecords(attempt int) []Record {
	return []Record{{Field: "attempt-done", Value: strconv.Itoa(attempt), Tags: []string{AttemptTag(attempt)}}}
}

// CloneRecords are those of a task taken over from an earlier run instead of being run; [DoneRecords] come after them.
func CloneRecords(originRun, originTask string, attempt int, s System, script string) []Record {
	tags := []string{AttemptTag(attempt)}
	rs := []Record{
		{Field: "origin-task-id", Value: originTask, Tags: tags},
		{Field: "origin-run-id", Value: originRun, Tags: tags},
		{Field: "attempt", Value: strconv.Itoa(attempt), Tags: tags},
	}
	rs = append(rs, systemRecords(s, script, tags)...)
	return append(rs, EndRecords(attempt, true)...)
}

// GraphRecords tell a reader of the _parameters task where the flow starts and ends.
func GraphRecords(start, end string) []Record {
	return []Record{
		{Field: "start_step", Type: "graph_structure", Value: start},
		{Field: "end_step", Type: "graph_structure", Value: end},
	}
}

// ExecutionPath is the record foreach-execution-path of a task in these frames: step:index,step:index.
func ExecutionPath(frames []Frame) string {
	var b strings.Builder
	for i, f := range frames {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(f.Step)
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(f.Index))
	}
	return b.String()
}

func foreachStack(frames []Frame) []string {
	var stack []string
	length := 0
	for _, f := range frames {
		if f.Var == "" || f.Value == "" {
			break
		}
		entry := f.Var + "=" + f.Value
		if length += len([]rune(entry)); length > maxForeachPath {
			break
		}
		stack = append(stack, entry)
	}
	return stack
}
