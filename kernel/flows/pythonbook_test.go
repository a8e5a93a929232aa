package flows

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const flowText = `from metaflow import FlowSpec, step  # keep


class Tiny(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.train)

    # about training
    @step
    def train(self):
        self.y = self.x + 1
        self.next(self.end)

    @step
    def end(self):
        print(self.y)   # odd   spaces


if __name__ == "__main__":
    Tiny()
`

func attached(t *testing.T, text string) *pythonBook {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tiny.py")
	if err := os.WriteFile(file, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	b, err := openPython(file, "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func edited(t *testing.T, b *pythonBook, cell, code string) *pythonBook {
	t.Helper()
	edits, err := stepsOf(context.Background(), cell, code)
	if err != nil {
		t.Fatal(err)
	}
	return b.with(edits, map[string]string{cell: code})
}

const cellText = `# tried this
@step
def train(self):
    text = """
left
    edge"""
    self.y = len(text)

    self.next(self.end)
`

func TestEditReplacesTheStepAlone(t *testing.T) {
	t.Parallel()
	b := edited(t, attached(t, flowText), "Cell In[3]", cellText)
	s, err := b.source(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(flowText, `    @step
    def train(self):
        self.y = self.x + 1
        self.next(self.end)
`, `    @step
    def train(self):
        text = """
left
    edge"""
        self.y = len(text)

        self.next(self.end)
`, 1)
	if string(s.Data) != want {
		t.Errorf("edited:\n%s", s.Data)
	}
	for line, text := range strings.Split(string(s.Data), "\n") {
		file, there := s.Where(s.File, line+1)
		from := flowText
		if file == "Cell In[3]" {
			from = cellText
		}
		if got := strings.Split(from, "\n")[there-1]; strings.TrimSpace(got) != strings.TrimSpace(text) {
			t.Errorf("line %d %q is said to be line %d of %s, %q", line+1, text, there, file, got)
		}
	}
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(b.file)
	if err != nil || string(got) != want {
		t.Errorf("saved (%v):\n%s", err, got)
	}
	if info, err := os.Stat(b.file); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestNewStepGoesToTheEndOfTheClass(t *testing.T) {
	t.Parallel()
	cell := "@step\ndef more(self):\n    self.next(self.end)"
	b := edited(t, attached(t, flowText), "Cell In[1]", cell)
	s, err := b.source(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	step := s.Step("more")
	if step == nil {
		t.Fatalf("no step in\n%s", s.Data)
	}
	for n := range 3 {
		file, there := s.Where(s.File, step.Body.Start.Line+n)
		if file != "Cell In[1]" || there != n+1 {
			t.Errorf("line %d is line %d of %s", step.Body.Start.Line+n, there, file)
		}
	}
	if file, there := s.Where(s.File, lines(s.Data)-1); file != b.file || there != strings.Count(flowText, "\n") {
		t.Errorf("the last line is %d of %s", there, file)
	}
	if file, there := s.Where(s.File, s.Step("end").Body.Start.Line); file != b.file || there != 16 {
		t.Errorf("end is line %d of %s", there, file)
	}
}

func TestSaveKeepsLineEndsAndEncoding(t *testing.T) {
	t.Parallel()
	b := attached(t, "\ufeff"+strings.ReplaceAll(flowText, "\n", "\r\n"))
	b = edited(t, b, "Cell In[1]", "@step\ndef train(self):\n    self.y = 'ä'\n    self.next(self.end)\n")
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(b.file)
	want := "\ufeff" + strings.ReplaceAll(strings.Replace(flowText, "self.y = self.x + 1", "self.y = 'ä'", 1), "\n", "\r\n")
	if string(got) != want {
		t.Errorf("saved %q\nwant  %q", got, want)
	}
}

func TestSaveWritesThroughLinks(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(root, "deep", "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	link("deep/real", "folder") // what is linked from in there begins at deep/real
	link("../tiny.py", "deep/real/tiny.py")
	link("folder/tiny.py", "tiny.py")
	target := filepath.Join(root, "deep", "tiny.py")
	if err := os.WriteFile(target, []byte(flowText), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := openPython(filepath.Join(root, "tiny.py"), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := edited(t, b, "Cell In[3]", cellText).save(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tiny.py", "folder/tiny.py"} {
		if info, err := os.Lstat(filepath.Join(root, name)); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s is no link any more: %v", name, err)
		}
	}
	got, err := os.ReadFile(target)
	if err != nil || !strings.Contains(string(got), "self.y = len(text)") {
		t.Errorf("saved (%v):\n%s", err, got)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	link("new.py", "dangling.py")
	if err := cellBook(filepath.Join(root, "dangling.py"), "Cell In[1]", "%%flow dangling.py\n"+flowText).save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(root, "new.py")); err != nil || string(got) != flowText {
		t.Errorf("saved behind a link to nothing (%v):\n%s", err, got)
	}
	link("round.py", "round.py")
	if _, err := behindLinks(filepath.Join(root, "round.py")); err == nil {
		t.Error("links in a circle have an end")
	}
}

func TestSaveRefusesAFileChangedMeanwhile(t *testing.T) {
	t.Parallel()
	b := edited(t, attached(t, flowText), "Cell In[3]", cellText)
	other := flowText + "# another hand\n"
	if err := os.WriteFile(b.file, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := b.save(t.Context()); !errors.Is(err, errChanged) {
		t.Errorf("save: %v", err)
	}
	if got, _ := os.ReadFile(b.file); string(got) != other {
		t.Error("the file was written")
	}
}

func TestCellsThatDefineNoStepProperly(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		code, want string
	}{
		"more":   {"import os\n@step\ndef a(self):\n    pass\n", "line 1: a cell that defines"},
		"after":  {"@step\ndef a(self):\n    pass\nx = 1\n", "line 4: a cell that defines"},
		"syntax": {"@step\ndef a(self):\n    x = = 1\n", "line 3: SyntaxError"},
	}
	for name, c := range cases {
		_, err := stepsOf(t.Context(), "Cell In[9]", c.code)
		if err == nil || !strings.Contains(err.Error(), "Cell In[9], "+c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
