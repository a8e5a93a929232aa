// Package config reads what a project says of its flows in spindle.yaml, the file at the project's root: where they are deployed to, and in which
// variants. It needs no Python, no network and no credentials.
//
//   - [Load] reads the file of a folder, [Find] that of the project a flow belongs to. Both give a [Project], with what is wrong in the text.
//   - [Project.Resolve] gives the variants that go to an environment: matrices and patterns of files expanded, defaults, templates and overrides laid
//     over one another, references replaced. Each [Variant] has the place of everything it says, and [Variant.Settings], the flat list that plans compare.
//   - [Project.Judge] holds variants against their flows as the source tells them; [Project.Effective] works out the values of a variant's configs.
//   - [Suggest] lists the names that may stand at a place of a file that is being typed.
//
// What holds for a variant, the later over the earlier: queue and image of the environment, defaults of the project, defaults of the environment,
// what it extends (each with what it says of the environment under in), the variant itself, the values of its axes, what an include says, what the
// variant says of the environment, overrides of the environment.
//
// Findings are of the rules SP409 (the file itself) and SP414 to SP417 (what it names, names of variants, their configs, their targets). The JSON Schema in this
// folder is both what the reader goes by and what editors are given.
package config
