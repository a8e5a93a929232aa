package config

import (
	_ "embed"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/config/schema"
	"github.com/spindle-flow/spindle/engine/graph"
)

//go:embed spindle.schema.json
var schemaText []byte

const schemaFile = "spindle.schema.json"

// fileSchema is what the file must be like when all references in it are replaced.
var fileSchema = sync.OnceValue(func() *schema.Schema { return loaded(schemaText) })

// settingsSchema is what the settings of a variant must be like.
var settingsSchema = sync.OnceValue(func() *schema.Schema {
	return loaded([]byte(`{"$ref": "spindle.schema.json#/$defs/template"}`))
})

// environmentSchema is what an environment must be like.
var environmentSchema = sync.OnceValue(func() *schema.Schema {
	return loaded([]byte(`{"$ref": "spindle.schema.json#/$defs/environment"}`))
})

// loaded is a schema that is part of the program, with those that it refers to.
func loaded(text []byte) *schema.Schema {
	s, fault := schema.Load("top.json", func(path string) ([]byte, error) {
		switch path {
		case "top.json":
			return text, nil
		case schemaFile:
			return schemaText, nil
		}
		return nil, fs.ErrNotExist
	})
	if fault != nil {
		panic(fault) // a test reads them all
	}
	return s
}

// check holds the file against the schema. Texts with references are looked at when these are replaced.
func (f *findings) check(root *graph.Value) {
	f.fits(fileSchema(), unknown(root), FileName)
}

func (f *findings) fits(s *schema.Schema, v *graph.Value, name string) {
	found, fault := s.Check(v, name)
	if fault != nil {
		panic(fault)
	}
	for _, d := range found {
		hint := d.Hint
		if other := synonyms()[d.Key]; other != "" {
			hint = other
		}
		if hint == "" {
			hint = d.About
		}
		f.malformed(d.Range, hint, "%s", plainly(d))
	}
}

// mismatch is what a pattern says of a text that does not match.
var mismatch = regexp.MustCompile(`(?s) is (.*), which does not match .*`)

// plainly is a finding's message without what only somebody who knows the schema understands: its patterns, and that null takes away.
func plainly(d schema.Finding) string {
	text := d.Message
	if d.About != "" {
		text = mismatch.ReplaceAllString(text, " can't be $1")
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, ", null"), " or null")
}

// synonyms are words that people come with, and what is said for them here.
func synonyms() map[string]string {
	return map[string]string{
		"bucket": "The place of data is given as datastore: s3://bucket/folder.", "root": "The place of data is given as datastore: s3://bucket/folder.",
		"params": "Values of parameters stand under parameters.", "arguments": "Values of parameters stand under parameters.",
		"cron":    "A cron expression is given as schedule: \"0 6 * * *\".",
		"timeout": "The limit of a whole run is limit, those of steps are timeouts: {train: 2h}.",
		"cpu":     "What steps need stands under resources: {train: {cpu: 4}}.", "memory": "What steps need stands under resources: {train: {memory: 16000}}.",
		"gpu": "What steps need stands under resources: {train: {gpu: 1}}.", "steps": "What steps need stands under resources: {train: {memory: 16000}}.",
		"inherits": "A variant takes the settings of another with extends.", "parent": "A variant takes the settings of another with extends.",
		"base": "A variant takes the settings of another with extends.", "overlays": "Files lie over one another as a list: configs: {cfg: [base.yaml, us.yaml]}.",
		"retry": "Decorators for all steps stand under with: [\"retry:times=3\"].", "decorators": "Decorators for all steps stand under with: [\"retry:times=3\"].",
		"iam_role": "Roles stand under roles: job, execution, state-machine, events.", "role": "Roles stand under roles: job, execution, state-machine, events.",
		"files": "Configs are given as configs: {cfg: configs/us.yaml}.", "file": "A flow is given as flow: flows/demand.py.",
	}
}

// unknown is a value in which every text with references is one that is known only later.
func unknown(v *graph.Value) *graph.Value {
	out := *v
	if v.Kind == graph.StringKind && dynamic(v.Text) {
		out.Kind = graph.ComputedKind
	}
	out.Items, out.Entries = nil, nil
	for _, item := range v.Items {
		out.Items = append(out.Items, unknown(item))
	}
	for _, e := range v.Entries {
		e.Value = unknown(e.Value)
		out.Entries = append(out.Entries, e)
	}
	return &out
}
