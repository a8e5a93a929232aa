package service

import (
	"encoding/json"
	"slices"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// common is what all but flows have in common.
type common struct {
	Flow       string   `json:"flow_id"`
	User       string   `json:"user_name"`
	Tags       []string `json:"tags"`
	SystemTags []string `json:"system_tags"`
	Epoch      int64    `json:"ts_epoch"`
}

// object is a flow, run, step or task as it is sent.
type object struct {
	Run  string `json:"run_number,omitempty"`
	Step string `json:"step_name,omitempty"`
	Task string `json:"task_id,omitempty"`
	common
}

type flowObject struct {
	Flow  string `json:"flow_id"`
	Epoch int64  `json:"ts_epoch"`
}

type artifactObject struct {
	Run         string `json:"run_number"`
	Step        string `json:"step_name"`
	Task        string `json:"task_id"`
	Attempt     int    `json:"attempt_id"`
	Name        string `json:"name"`
	ContentType string `json:"content_type"`
	Type        string `json:"type"`
	Sha         string `json:"sha"`
	DSType      string `json:"ds_type"`
	Location    string `json:"location"`
	common
}

type recordObject struct {
	Flow  string   `json:"flow_id"`
	Run   string   `json:"run_number"`
	Step  string   `json:"step_name"`
	Task  string   `json:"task_id"`
	Field string   `json:"field_name"`
	Type  string   `json:"type"`
	Value any      `json:"value"`
	Tags  []string `json:"tags"`
	User  string   `json:"user_name"`
	Epoch int64    `json:"ts_epoch"`
}

func (s *Service) now() int64 { return s.opts.Now().UnixMilli() }

func list(tags []string) []string {
	if tags == nil {
		return []string{} // JSON's null is no list
	}
	return tags
}

func (s *Service) common(flow string, tags metadata.Tags, at int64) common {
	return common{Flow: flow, User: s.opts.User, Tags: list(tags.User), SystemTags: list(tags.System), Epoch: at}
}

func (s *Service) object(t metadata.TaskID, tags metadata.Tags, at int64) object {
	return object{Run: t.Run, Step: t.Step, Task: t.Task, common: s.common(t.Flow, tags, at)}
}

func (s *Service) record(t metadata.TaskID, r metadata.Record) recordObject {
	o := recordObject{
		Flow: t.Flow, Run: t.Run, Step: t.Step, Task: t.Task, Field: r.Field, Type: r.Type, Value: r.Value,
		Tags: list(r.Tags), User: s.opts.User, Epoch: r.At.UnixMilli(),
	}
	if o.Type == "" {
		o.Type = r.Field
	}
	if r.Raw != nil {
		o.Value = text(r)
	}
	return o
}

// text is a record's value as the service keeps it: in a column of text. What is not a string goes there as its JSON.
func text(r metadata.Record) string {
	if r.Raw == nil {
		return r.Value
	}
	var s string
	if json.Unmarshal(r.Raw, &s) == nil {
		return s
	}
	return string(r.Raw)
}

// fact is what makes two records the same: a service gives them times of its own.
type fact struct{ field, value, tags string }

func factOf(r metadata.Record) fact {
	tags := slices.Clone(r.Tags)
	slices.Sort(tags)
	joined, _ := json.Marshal(tags) // texts always have JSON
	return fact{r.Field, text(r), string(joined)}
}
