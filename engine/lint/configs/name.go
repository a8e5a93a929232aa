package configs

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// reserved are names that parameters and configs can't have: the command line uses them.
var reserved = set(`params with tag namespace obj tags decospecs run-id-file max-num-splits max-workers max-log-size user-namespace run-id
task-id runner-attribute-file run_id_file max_num_splits max_workers max_log_size user_namespace run_id task_id runner_attribute_file`)

// passedOver are attributes of a flow that are not looked at for parameters and configs.
var passedOver = set("cmd foreach_stack index input script_name name")

// checkName reports configs whose name or attribute can't be used.
func checkName(c *checker) {
	first := map[string]*graph.Config{}
	for _, d := range c.certain() {
		switch other := first[d.Name]; {
		case reserved[d.Name]:
			c.report(d.NameRange, "Choose another name; the attribute may stay.", "config name %q is reserved", d.Name)
		case other != nil && d.Name != "":
			c.report(d.NameRange, "Give one of them another name.", "two configs have the name %q", d.Name).
				Relate(other.NameRange, "the other one is here")
		}
		if d.Name != "" && first[d.Name] == nil {
			first[d.Name] = d
		}
		if d.Alias != (graph.Range{}) {
			c.report(d.Alias, "Read it by its first attribute "+d.Attr+".", "config %q gets a second attribute, which Metaflow takes for a second config of the same name", owner(d)).
				Relate(d.AttrRange, "the config is declared here")
		}
		if strings.HasPrefix(d.Attr, "_") || passedOver[d.Attr] {
			c.report(d.AttrRange, "Give the attribute another name, without an underscore in front.",
				"a config in attribute %q is not taken for one: it can't be given, and has no value", d.Attr).Severity = lint.Warning
		}
	}
}

// told reports whether something else is wrong with a config's place, so that it can't be used anyway.
func (c *checker) told(d *graph.Config) bool {
	return strings.HasPrefix(d.Attr, "_") || passedOver[d.Attr] || d.Alias != (graph.Range{})
}
