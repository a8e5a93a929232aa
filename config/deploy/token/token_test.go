package token

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const peerProgram = `
import json, sys
from metaflow.plugins.aws.step_functions.production_token import new_token
out = {}
for prefix in json.loads(sys.argv[1]):
    tokens = [new_token(prefix)]
    for _ in range(30):
        tokens.append(new_token(prefix, tokens[-1]))
    out[prefix] = tokens
print(json.dumps(out))
`

// Tokens of the real metaflow.
func TestTokens(t *testing.T) {
	want := map[string][]string{
		"helloflow": {"helloflow-0-apnt", "helloflow-1-ngpj"},
	}
	for prefix, tokens := range want {
		got := First(prefix)
		for i, token := range tokens {
			if got != token {
				t.Errorf("token %d of %q is %q, want %q", i, prefix, got, token)
			}
			got, _ = Next(prefix, got)
		}
	}
	if got, ok := Next("helloflow", "made-up"); ok {
		t.Errorf("after a token that was made up comes %q", got)
	}
}

func TestPeersTokens(t *testing.T) {
	python := os.Getenv("SPINDLE_PEER")
	if python == "" {
		t.Skip("SPINDLE_PEER names no Python with the real metaflow: make test sets it")
	}
	prefixes := []string{"helloflow", "mfprj-abcdefghijklmnop", "a", "demand.prod.us-east", "größe", "x_1-2"}
	arg, _ := json.Marshal(prefixes)
	out, err := exec.CommandContext(t.Context(), python, "-c", peerProgram, string(arg)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var peers map[string][]string
	if err := json.Unmarshal(out, &peers); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, prefix := range prefixes {
		got := First(prefix)
		for i, want := range peers[prefix] {
			if got != want {
				t.Fatalf("token %d of %q is %q, the peer's %q", i, prefix, got, want)
			}
			got, _ = Next(prefix, got)
		}
	}
}

func TestFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "er")
	if token, err := Load(dir, "f"); token != "" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	if err := Store(dir, "f", "f-0-abcd"); err != nil {
		t.Fatal(err)
	}
	if token, err := Load(dir, "f"); token != "f-0-abcd" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "g"), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir, "g"); err == nil {
		t.Error("a damaged file is none")
	}
	env := map[string]string{}
	get := func(name string) string { return env[name] }
	for _, step := range []struct{ name, value, want string }{
		{"", "", "/home/ann/.metaflowconfig"}, {"METAFLOW_HOME", "/etc/mf", "/etc/mf"}, {"METAFLOW_TOKEN_HOME", "~/tokens", "/home/ann/tokens"},
	} {
		env[step.name] = step.value
		if got := Folder(get, "/home/ann"); got != step.want {
			t.Errorf("with %s=%s: %q", step.name, step.value, got)
		}
	}
}
