package names_test

import (
	"reflect"
	"testing"

	"github.com/spindle-flow/spindle/flow/names"
)

func TestSnake(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Fit": "fit", "FitModel": "fit_model", "HTTPServer": "http_server", "RunID": "run_id", "V2Model": "v2_model", "X": "x", "XY": "xy",
		"A1B2": "a1_b2", "Already_there": "already_there", "ÄnderungsZeit": "änderungs_zeit", "": "", "IDs": "i_ds", "Model2": "model2",
	} {
		if got := names.Snake(name); got != want {
			t.Errorf("Snake(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]names.Field{
		``:                             {Name: "learning_rate"},
		`param:"lr"`:                   {Name: "learning_rate", Param: "lr"},
		`param:""`:                     {Name: "learning_rate", Param: "learning_rate"},
		`config:"cfg" artifact:"c"`:    {Name: "c", Config: "cfg"},
		`artifact:"-"`:                 {},
		`artifact:",gob"`:              {Name: "learning_rate", Gob: true},
		`artifact:"m,gob" json:"that"`: {Name: "m", Gob: true},
	} {
		if got := names.Of("LearningRate", reflect.StructTag(tag)); got != want {
			t.Errorf("Of(%s) = %+v, want %+v", tag, got, want)
		}
	}
}
