package console_test

import (
	"errors"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/console"
	"github.com/spindle-flow/spindle/engine/run"
)

func TestMetadataLines(t *testing.T) {
	const place = "the metadata service at http://m"
	for want, ev := range map[string]run.Event{
		"The metadata service at http://m is out (it answers with status 503). The run goes on; 1 record is kept and posted when it is back.":                           run.MetadataDelayed{Place: place, Reason: "it answers with status 503", Waiting: 1},
		"The metadata service at http://m is out (gone). It gives the run its id, so nothing starts before it answers; trying again...":                                 run.MetadataDelayed{Place: place, Reason: "gone", Starting: true},
		"The metadata service at http://m is out (gone). All tasks have ended; the run waits for it to take 7 records. Ctrl+C stops waiting.":                           run.MetadataDelayed{Place: place, Reason: "gone", Waiting: 7, Ending: true},
		"The metadata service at http://m is back; 2 records to post.":                                                                                                  run.MetadataResumed{Place: place, Waiting: 2},
		"All tasks have ended; the run waits for the metadata service at http://m to take 2 records. Ctrl+C stops waiting.":                                             run.MetadataAwaited{Place: place, Waiting: 2},
		"Recorded 2 tasks of run 17 that it could not pass on before it was killed. When they began and ended, earlier attempts and their code are not known any more.": run.OriginMended{Run: "17", Tasks: 2},
		"Not all that is recorded about the run was passed on: it lacks 3 records":                                                                                      run.MetadataLost{Err: errors.New("it lacks 3 records")},
	} {
		var f console.Formatter
		lines := f.Lines(ev)
		if len(lines) != 1 || string(lines[0].Text) != want {
			t.Errorf("%#v: %+v, want %q", ev, lines, want)
		}
	}
}
