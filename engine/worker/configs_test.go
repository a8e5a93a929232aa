package worker_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/worker"
)

// asking asks for a config's value, and puts what it is told into the description.
const asking = `
told = request["options"].get("configs")
if told is None:
    send(type="configs", re=request["id"], flow="Test", configs=[{"name": "cfg", "attr": "c", "required": True, "default": "a.json", "file": "/flows/flow.py", "line": 7}])
    flow = None
else:
    flow["doc"] = told["cfg"]["json"]
    flow["configs"] = told
`

func TestDescribeAsksForConfigs(t *testing.T) {
	t.Parallel()
	var asked []worker.ConfigDeclaration
	value, given := `{"a": 1}`, map[string]any{"code": asking}
	d, err := start(t, options(t)).Describe(t.Context(), worker.DescribeRequest{
		Source: "/flows/flow.py", Options: given,
		Configs: func(_ context.Context, flow string, wanted []worker.ConfigDeclaration) (map[string]worker.ConfigValue, error) {
			asked = wanted
			return map[string]worker.ConfigValue{"cfg": {JSON: &value}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "a.json"
	want := []worker.ConfigDeclaration{{Name: "cfg", Attr: "c", Required: true, Default: &path, File: "/flows/flow.py", Line: 7}}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if d.Doc != value || string(d.Configs) != `{"cfg": {"json": "{\"a\": 1}"}}` {
		t.Errorf("described %q with %s", d.Doc, d.Configs)
	}
	if len(given) != 1 {
		t.Errorf("the caller's options were changed: %v", given)
	}
}

func TestDescribeWithoutConfigs(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	if _, err := describe(t, w, asking); err == nil || !strings.Contains(err.Error(), "nobody is there to read them") {
		t.Errorf("error = %v", err)
	}
	refused := errors.New("no such file")
	_, err := w.Describe(t.Context(), worker.DescribeRequest{
		Source: "/flows/flow.py", Options: map[string]any{"code": asking},
		Configs: func(context.Context, string, []worker.ConfigDeclaration) (map[string]worker.ConfigValue, error) {
			return nil, refused
		},
	})
	if !errors.Is(err, refused) {
		t.Errorf("error = %v", err)
	}
}
