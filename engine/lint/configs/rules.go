package configs

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// check is a rule with the code that looks for it; nil for a rule that another reader applies.
type check struct {
	lint.Rule
	run func(*checker)
}

// checks is the table of the rules by code.
func checks() []check {
	return []check{
		{lint.NewRule("SP401", lint.Warning, "config file is missing"), checkMissingFile},
		{lint.NewRule("SP402", lint.Error, "config file is malformed"), checkMalformed},
		{lint.NewRule("SP403", lint.Warning, "key is not in the config"), checkMissingKey},
		{lint.NewRule("SP404", lint.Warning, "config value can't serve here"), checkWrongType},
		{lint.NewRule("SP405", lint.Error, "invalid config_expr"), checkExpression},
		{lint.NewRule("SP406", lint.Info, "unused config"), checkUnused},
		{lint.NewRule("SP407", lint.Error, "invalid config declaration"), checkDeclaration},
		{lint.NewRule("SP408", lint.Error, "config name can't be used"), checkName},
		{Project(), nil},
		{lint.NewRule("SP410", lint.Error, "config used before it is read"), checkEarly},
		{lint.NewRule("SP411", lint.Warning, "config key out of reach"), checkHidden},
		{lint.NewRule("SP412", lint.Error, "config is changed"), checkChanged},
		{lint.NewRule("SP413", lint.Info, "config may be missing"), checkOptional},
		{ProjectReference(), nil},
		{VariantName(), nil},
		{VariantConfig(), nil},
		{VariantTarget(), nil},
	}
}

// Project is the rule about what the project's file itself says. It and the next ones package config applies, which reads spindle.yaml.
func Project() lint.Rule { return lint.NewRule("SP409", lint.Error, "spindle.yaml is malformed") }

// ProjectReference is the rule about what spindle.yaml names: files, flows, steps, parameters, configs, environments, templates.
func ProjectReference() lint.Rule {
	return lint.NewRule("SP414", lint.Error, "spindle.yaml names what is not there")
}

// VariantName is the rule about the names of variants.
func VariantName() lint.Rule { return lint.NewRule("SP415", lint.Error, "variant name can't be used") }

// VariantConfig is the rule about the values that configs have in a variant.
func VariantConfig() lint.Rule {
	return lint.NewRule("SP416", lint.Error, "config of a variant is wrong")
}

// VariantTarget is the rule about targets and computes that variants name.
func VariantTarget() lint.Rule {
	return lint.NewRule("SP417", lint.Warning, "target that Spindle does not deploy to yet")
}

// Rules lists the rules of this package by code.
func Rules() []lint.Rule { return lint.Listed(checks()) }

// Check applies the rules to a flow and returns what they find, in the order of their places.
func Check(f *graph.Flow, opts Options) []lint.Diagnostic {
	if f.Broken || len(f.Configs.Declared) == 0 && len(f.Configs.Exprs) == 0 {
		return nil
	}
	c := newChecker(f, opts)
	for _, rule := range checks() {
		if rule.run != nil {
			c.rule = rule.Rule
			rule.run(c)
		}
	}
	return c.found.Sorted()
}
