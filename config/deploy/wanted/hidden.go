package wanted

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
)

// Mark looks up variables that are all set, to nothing that anybody would set them to.
func Mark(name string) (string, bool) { return "\x00" + name, true }

// marked are the settings of variants as they are where every variable is marked.
func (r *Request) marked() map[string][]config.Setting {
	if r.Marked == nil {
		return nil
	}
	variants, _ := r.Marked.Resolve(r.Environment)
	out := map[string][]config.Setting{}
	for _, v := range variants {
		out[v.Name] = v.Settings
	}
	return out
}

func plain(list []config.Setting) (out []deploy.Setting) {
	for _, s := range list {
		out = append(out, deploy.Setting{Name: s.Name, Value: s.Value})
	}
	return out
}

// hide takes values that come from variables of the environment out of settings: they may be secrets, and settings are shown, and kept in files that are
// committed. A hash in their place tells that one is another. Where things are, and who may do what, is no secret.
func hide(settings, marked []deploy.Setting) {
	if len(marked) == 0 {
		return
	}
	other := map[string]string{}
	for _, s := range marked {
		other[s.Name] = s.Value
	}
	for i, s := range settings {
		if value, ok := other[s.Name]; ok && value != s.Value && secretive(s.Name) {
			sum := sha256.Sum256([]byte(s.Name + "\x00" + s.Value))
			settings[i].Value = quoted("from the environment, #" + hex.EncodeToString(sum[:4]))
		}
	}
}

// secretive says whether a setting is one that may hold a secret.
func secretive(name string) bool {
	for _, key := range []string{"config", "configs", "set", "env", "parameters", "step-functions"} {
		if under(name, key) {
			return true
		}
	}
	return false
}
