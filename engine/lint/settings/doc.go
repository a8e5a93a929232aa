// Package settings reads what a project says about linting: the table [tool.spindle.lint] of the nearest pyproject.toml that has a [tool.spindle].
//
// A fault in the table is a [Fault] with its place in the file. The command line stands above the table, see [rules.Choice.Over].
package settings
