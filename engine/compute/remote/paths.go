package remote

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/objects"
)

// folder is where a flow has what is no run of it. Names that begin with an underscore and have no artifacts below are passed by by every reader.
const folder = "_spindle"

// Attempt names one attempt of a task.
type Attempt struct {
	Flow, Run, Step, Task string
	Number                int
}

// String is the pathspec with the attempt.
func (a Attempt) String() string {
	return fmt.Sprintf("%s/%s/%s/%s/%d", a.Flow, a.Run, a.Step, a.Task, a.Number)
}

// In is where the attempt's objects are in the datastore at root.
func (a Attempt) In(root objects.Place) Paths {
	return Paths{RunPrefix(root, a.Flow, a.Run).Join(a.Step + "/" + a.Task + "/" + strconv.Itoa(a.Number))}
}

// RunPrefix is the prefix of the objects of all attempts of a run.
func RunPrefix(root objects.Place, flow, run string) objects.Place {
	return root.Join(flow + "/" + folder + "/jobs/" + run)
}

// HelperPlace is where a helper binary is, packed with gzip, by the SHA-256 of what is stored. All flows of a datastore share it.
func HelperPlace(root objects.Place, sha256, arch string) objects.Place {
	return root.Join(folder + "/helpers/" + sha256 + "-" + arch + ".gz")
}

// Paths are the places of one attempt's objects.
type Paths struct {
	// Folder is the prefix of them all, without a slash at the end.
	Folder objects.Place
}

// Job is the place of the [Job].
func (p Paths) Job() objects.Place { return p.Folder.Join("job.json") }

// Outcome is the place of the [Outcome].
func (p Paths) Outcome() objects.Place { return p.Folder.Join("outcome.json") }

// Beat is the place of the helper's sign of life.
func (p Paths) Beat() objects.Place { return p.Folder.Join("beat") }

// Log is the place of a piece of a stream, counted from 0.
func (p Paths) Log(s compute.Stream, piece int) objects.Place {
	return p.Folder.Join(fmt.Sprintf("%s.%06d", streamName(s), piece))
}

func streamName(s compute.Stream) string { return strings.TrimPrefix(s.String(), "std") }

// PathsOf is the attempt's folder that a job's place is in.
func PathsOf(job objects.Place) (Paths, error) {
	key, ok := strings.CutSuffix(job.Key, "/job.json")
	if !ok {
		return Paths{}, fmt.Errorf("%q is not the place of a job: it ends in /job.json", job.String())
	}
	return Paths{objects.Place{Bucket: job.Bucket, Key: key}}, nil
}
