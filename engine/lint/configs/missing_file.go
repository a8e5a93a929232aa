package configs

// checkMissingFile reports defaults that are not there. That is no error: the flow may be started in another folder, and
// another file may be given.
func checkMissingFile(c *checker) {
	for _, s := range c.sources {
		if !s.Missing {
			continue
		}
		c.report(s.Config.Arg("default").Value.Range,
			"The path starts at the folder in which the flow is started. Without the file, every start needs --config "+owner(s.Config)+" FILE.",
			"the default file %q of config %q is not there", s.Path, owner(s.Config))
	}
}
