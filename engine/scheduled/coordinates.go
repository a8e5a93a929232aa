package scheduled

import (
	"fmt"
	"strconv"
	"strings"
)

// Names of the variables in which a container is told its [Coordinates].
const (
	EnvDeployment = "SPINDLE_DEPLOYMENT" // s3://bucket/key of the deployment's document
	EnvExecution  = "SPINDLE_EXECUTION"  // name of the execution; the run's id is the deployment's prefix and this
	EnvStep       = "SPINDLE_STEP"
	EnvPath       = "SPINDLE_PATH"       // indexes of the foreaches around, outermost first: "", "3", "3-0"; "-3-0" is the same
	EnvLoop       = "SPINDLE_LOOP"       // how often a switch has led back since the innermost foreach or, within a branch, ever: "0"; empty counts as that
	EnvFrom       = "SPINDLE_FROM"       // the step before, with its loop if it has one: "train", "again.2"; empty for the start step and joins
	EnvParameters = "SPINDLE_PARAMETERS" // only the start step: a JSON object, values as they are or as texts; empty counts as {}
)

// Coordinates say which task a container is.
type Coordinates struct {
	Deployment string
	Execution  string
	Step       string
	Path       string
	Loop       int
	From       string
	Parameters string
}

// FromEnvironment reads the coordinates of a container.
func FromEnvironment(env func(name string) string) (Coordinates, error) {
	c := Coordinates{
		Deployment: env(EnvDeployment), Execution: env(EnvExecution), Step: env(EnvStep), Path: strings.TrimPrefix(env(EnvPath), "-"),
		From: env(EnvFrom), Parameters: env(EnvParameters),
	}
	for _, v := range [][2]string{{EnvDeployment, c.Deployment}, {EnvExecution, c.Execution}, {EnvStep, c.Step}} {
		if v[1] == "" {
			return c, fmt.Errorf("%s is not set: it tells a container of a deployment which task it is", v[0])
		}
	}
	if text := env(EnvLoop); text != "" {
		var err error
		if c.Loop, err = strconv.Atoi(text); err != nil || c.Loop < 0 {
			return c, fmt.Errorf("%s=%q is not a count", EnvLoop, text)
		}
	}
	if _, err := indexes(c.Path); err != nil {
		return c, err
	}
	return c, nil
}

// indexes are the numbers of a path.
func indexes(path string) ([]int, error) {
	if path == "" {
		return nil, nil
	}
	parts := strings.Split(path, "-")
	list := make([]int, len(parts))
	for i, part := range parts {
		var err error
		if list[i], err = strconv.Atoi(part); err != nil {
			return nil, fmt.Errorf("%s=%q: %q is not an index", EnvPath, path, part)
		}
	}
	return list, nil
}

// pathOf is the path with these indexes.
func pathOf(indexes []int) string {
	var b strings.Builder
	for i, n := range indexes {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// TaskID is the id of the task: t, t-3 in a foreach, t-3-0 in one within it, t-3.2 when a switch has led back twice. It is the same whenever the task is
// started again.
func (c Coordinates) TaskID() string { return taskID(c.Path, c.Loop) }

func taskID(path string, loop int) string {
	id := "t"
	if path != "" {
		id += "-" + path
	}
	if loop > 0 {
		id += "." + strconv.Itoa(loop)
	}
	return id
}

// from takes what is told of the step before apart.
func (c Coordinates) from() (step string, loop int, err error) {
	step, text, ok := strings.Cut(c.From, ".")
	if ok {
		if loop, err = strconv.Atoi(text); err != nil || loop < 0 {
			return "", 0, fmt.Errorf("%s=%q: %q is not a count", EnvFrom, c.From, text)
		}
	}
	return step, loop, nil
}
