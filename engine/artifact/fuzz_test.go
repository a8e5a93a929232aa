package artifact

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzData: any bytes are a table or an error, and a table survives being written.
func FuzzData(f *testing.F) {
	key := strings.Repeat("0f", 20)
	for _, seed := range []string{
		"", "{}", "null", `{"objects": {"x": "` + key + `"}, "info": {"x": {"size": 1e3, "type": "t", "encoding": "e"}}}`,
		`{"objects": {"x": "` + key + `"}, "info": {"x": {"size": 3, "serializer_info": {"source": "metaflow"}}}, "attempt": 2}`,
		`{"objects": {"x": null}}`, `{"info": {"x": null}}`, `{"attempt": NaN}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := parseData(text)
		if err != nil {
			return
		}
		d.Datastore = "local"
		back, err := parseData(formatData("local", d.Attempt, d))
		if err != nil {
			t.Fatalf("cannot read what was written: %v", err)
		}
		if diff := cmp.Diff(d, back); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func FuzzSidecar(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"cas_raw": true}`, `{"cas_raw": false, "cas_version": 2}`, `{"cas_version": "1"}`, "[]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, exact, err := parseSidecar(text); exact != (err == nil) {
			t.Errorf("exact %v with error %v", exact, err)
		}
	})
}
