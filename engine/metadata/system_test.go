package metadata

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSystemTags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		system   System
		want     string
		identity string
	}{
		{"a user", System{User: "u", PythonVersion: "3.9.1", Version: "v"}, "runtime:dev python_version:3.9.1 user:u metaflow_version:v", "user:u"},
		{"production", System{Runtime: "argo-workflows", User: "u", ProductionToken: "tok-0"}, "runtime:argo-workflows production:tok-0", "production:tok-0"},
		{"a project", System{User: "u", Extra: []string{"project:p", "user:u"}}, "runtime:dev user:u project:p", "user:u"},
	} {
		if got := strings.Join(SystemTags(tt.system), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if got := tt.system.Identity(); got != tt.identity {
			t.Errorf("%s: identity %q, want %q", tt.name, got, tt.identity)
		}
	}
}

func TestUserName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"METAFLOW_USER": "m", "SUDO_USER": "s", "USER": "u"}, "m"},
		{map[string]string{"SUDO_USER": "s", "USERNAME": "n", "USER": "root"}, "s"},
		{map[string]string{"USERNAME": "root", "USER": "u"}, "u"},
		{map[string]string{"METAFLOW_USER": "root", "USER": "root"}, ""},
		{nil, ""},
	} {
		got, err := UserName(func(name string) string { return tt.env[name] })
		if got != tt.want || (tt.want == "") != errors.Is(err, ErrNoUser) {
			t.Errorf("%v: %q, %v; want %q", tt.env, got, err, tt.want)
		}
	}
}

func TestStartRecords(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("v", 200)
	start := Start{
		Attempt: 2, OriginRun: "17", DSType: "local", DSRoot: "/d", Control: true, WorldSize: 3,
		Frames: []Frame{{"a", "xs", "1", 0}, {"b", "ys", long, 10}, {"c", "zs", long, 2}},
	}
	want := map[string]string{
		"attempt": "2", "origin-run-id": "17", "ds-type": "local", "ds-root": "/d", "runtime": "dev", "internal_task_type": "control_task",
		"foreach-stack": `["xs=1", "ys=` + long + `"]`, "foreach-execution-path": "a:0,b:10,c:2", "parallel-world-size": "3",
	}
	got := map[string]string{}
	for _, r := range start.Records() {
		if _, twice := got[r.Field]; twice {
			t.Errorf("field %q is there twice", r.Field)
		}
		got[r.Field] = r.Value + string(r.Raw)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if stack := foreachStack([]Frame{{"a", "xs", "", 0}, {"b", "ys", "1", 0}}); stack != nil {
		t.Errorf("a frame without a short value does not end the stack: %q", stack)
	}
}

// TestStringsAsPython pins the escapes of Python's json.dumps.
func TestStringsAsPython(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                       `""`,
		"a\"b\\c/<>&":            `"a\"b\\c/<>&"`,
		"\n\r\t\b\f\x00\x1f\x7f": `"\n\r\t\b\f\u0000\u001f\u007f"`,
		"ü\u2028":                `"\u00fc\u2028"`,
		"\U0001f9f5":             `"\ud83e\uddf5"`,
		"/tmp/\xff\xc3":          `"/tmp/\udcff\udcc3"`,
		"\ufffd":                 `"\ufffd"`,
	} {
		if got := string(appendString(nil, in)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}
