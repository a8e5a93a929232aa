package console

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/run"
)

// metadata says how things stand with a service that what is recorded about the run goes to.
func (f *Formatter) metadata(ev run.Event) []Line {
	switch e := ev.(type) {
	case run.MetadataDelayed:
		text := capital(e.Place) + " is out (" + e.Reason + "). "
		if e.Starting {
			return f.bad(e.At, "", text+"It gives the run its id, so nothing starts before it answers; trying again...")
		}
		if e.Ending {
			return f.bad(e.At, "", text+"All tasks have ended; the run waits for it to take "+plural(e.Waiting, "record", "records")+". Ctrl+C stops waiting.")
		}
		return f.bad(e.At, "", text+"The run goes on; "+plural(e.Waiting, "record is", "records are")+" kept and posted when it is back.")
	case run.MetadataResumed:
		return f.system(e.At, capital(e.Place)+" is back; "+plural(e.Waiting, "record", "records")+" to post.")
	case run.MetadataAwaited:
		return f.system(e.At, fmt.Sprintf("All tasks have ended; the run waits for %s to take %s. Ctrl+C stops waiting.", e.Place, plural(e.Waiting, "record", "records")))
	case run.OriginMended:
		return f.system(e.At, "Recorded "+plural(e.Tasks, "task", "tasks")+" of run "+e.Run+" that it could not pass on before it was killed. "+
			"When they began and ended, earlier attempts and their code are not known any more.")
	case run.MetadataLost:
		return f.bad(e.At, "", "Not all that is recorded about the run was passed on: "+e.Err.Error())
	}
	return nil
}

// capital is a text as it begins a sentence.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
