package codepackage

import "encoding/json"

// Record is what is recorded with a task whose code package is stored: Metaflow's client finds it by that. kind is the datastore's (s3), key and location
// are what [github.com/spindle-flow/spindle/engine/artifact.Store.PutRaw] gave.
func Record(kind, key, location string) (string, error) {
	text, err := json.Marshal(struct {
		Kind     string `json:"ds_type"`
		Key      string `json:"sha"`
		Location string `json:"location"`
		Metadata string `json:"metadata"`
	}{kind, key, location, Metadata})
	return string(text), err
}
