package spin

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tables = `import numpy, pandas
from metaflow import FlowSpec, step

class Tables(FlowSpec):
    @step
    def start(self):
        self.frame = pandas.DataFrame({"day": range(800), "city": ["a", "b"] * 400, "x": 0.5})
        self.wide = pandas.DataFrame({f"c{i}": [i] for i in range(40)})
        self.same = pandas.DataFrame({"x": [1.0, float("nan")]})
        self.counts = self.frame["day"]
        self.labels = pandas.Index([1, 2, 3])
        self.array = numpy.arange(12.0)
        self.grid = numpy.zeros((3, 4))
        self.holes = numpy.array([1.0, numpy.nan, 3.0])
        self.scalar = numpy.float64(0.5)
        self.nested = {"a": 1, "b": numpy.ones(3)}
        # edit
        self.next(self.end)

    @step
    def end(self):
        pass

if __name__ == "__main__":
    Tables()
`

const tablesEdit = `self.frame = self.frame.assign(x=lambda f: f.x + (f.day == 7), y=1).drop(columns="city")
        self.wide = self.wide.drop(columns="c39")
        self.same = pandas.DataFrame({"x": [float("1.0"), float("nan")]}).copy(deep=True)[["x"]]
        self.counts = self.counts + 1
        self.labels = pandas.Index([1, 2, 4])
        self.array[5] = -1
        self.grid = numpy.zeros((4, 4), dtype="int32")
        self.holes = numpy.array([1.0, numpy.nan, 4.0])
        self.scalar = numpy.float64(0.75)
        self.fresh = pandas.Series([1, 2], name="s")
        del self.nested`

// TestChangesOfTables: what the table of changes says of values that only Python can read.
func TestChangesOfTables(t *testing.T) {
	t.Parallel()
	peer := peerPython(t)
	p := newPlace(t, "tables")
	file := filepath.Join(p.dir, p.file)
	if err := os.WriteFile(file, []byte(tables), 0o644); err != nil {
		t.Fatal(err)
	}
	p.command(binary, "--python", peer, "run", p.file)
	if err := os.WriteFile(file, []byte(strings.Replace(tables, "# edit", tablesEdit, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := p.start(nil, "--python", peer, "spin", p.file, "start", "--json")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var result struct {
		Tasks []struct {
			Changes []struct{ Name, Status, Type, Value, Before, Difference string }
		}
	}
	if err := json.Unmarshal(out, &result); err != nil || len(result.Tasks) != 1 {
		t.Fatalf("%v\n%s", err, out)
	}
	want := map[string][]string{ // status, type, value, before, difference
		"frame":  {"changed", "pandas.DataFrame", "DataFrame 800 x 3 (day, x, y)", "DataFrame 800 x 3 (day, city, x)", "new y; gone city; changed x"},
		"wide":   {"changed", "pandas.DataFrame", "DataFrame 1 x 39 (c0, c1,", "DataFrame 1 x 40 (c0, c1,", "1 x 40 -> 1 x 39; gone c39"},
		"counts": {"changed", "pandas.Series", "Series 800 int64", "Series 800 int64", "other values"},
		"labels": {"changed", "Index", "Index 3 int64", "Index 3 int64", "other values"},
		"array":  {"changed", "numpy.ndarray", "ndarray 12 float64", "ndarray 12 float64", "1 of 12 values"},
		"grid":   {"changed", "numpy.ndarray", "ndarray 4 x 4 int32", "ndarray 3 x 4 float64", "3 x 4 -> 4 x 4"},
		"holes":  {"changed", "numpy.ndarray", "ndarray 3 float64", "ndarray 3 float64", "1 of 3 values"},
		"scalar": {"changed", "numpy.float64", "0.75", "0.5", "+0.25"},
		"fresh":  {"new", "pandas.Series", "Series 2 int64", "", ""},
		"nested": {"gone", "dict", "", "{'a': 1, 'b': array([1., 1., 1.])}", ""},
		"same":   {"same", "pandas.DataFrame", "", "", ""},
	}
	for _, c := range result.Tasks[0].Changes {
		w, ok := want[c.Name]
		if !ok {
			t.Errorf("%+v was not expected", c)
			continue
		}
		delete(want, c.Name)
		got := []string{c.Status, c.Type, c.Value, c.Before, c.Difference}
		for i := range w {
			if !strings.Contains(got[i], w[i]) || w[i] == "" && got[i] != "" && c.Status != "same" {
				t.Errorf("%s: %q, want %q", c.Name, got, w)
				break
			}
		}
	}
	for name := range want {
		t.Errorf("nothing is said of %s", name)
	}
}
