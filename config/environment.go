package config

// At is an environment by its name, which may be empty as for [Project.Resolve]. It is false where there is none of that name. What is wrong with it Resolve
// tells.
func (p *Project) At(name string) (Environment, bool) { return p.environment(name, &findings{}) }
