package decorators

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

// checkCatchOnBranch reports @catch on steps whose way on depends on what they set.
func checkCatchOnBranch(c *checker) {
	for _, u := range c.named("catch") {
		if !u.Settled || u.Node.Step.Next == nil {
			continue
		}
		what := ""
		switch u.Node.Type {
		case graph.TypeForeach:
			what = "starts a foreach"
		case graph.TypeParallel:
			what = "starts a parallel step"
		case graph.TypeSwitch:
			what = "is a switch"
		default:
			continue
		}
		c.report(u.Range, "After a failure nothing says where to go on; catch it in the steps before or behind.", "%s has @catch and %s", u.Place(), what).
			Relate(u.Node.Step.Next.Range, "the transition")
	}
}

// checkParallelSwitch reports gangs that end with a switch.
func checkParallelSwitch(c *checker) {
	for _, u := range c.named("parallel", "pytorch_parallel") {
		if u.Settled && u.Node.Type == graph.TypeSwitch {
			c.report(u.Node.Step.Next.Range, "Lead to a join and switch behind it.", "%s has @%s and is a switch", u.Place(), u.SDK).
				Relate(u.Range, "@%s", u.SDK)
		}
	}
}

// checkCatchVar reports names for the exception that can't be assigned.
func checkCatchVar(c *checker) {
	fixed := map[string]graph.Range{}
	for _, p := range c.flow.Parameters {
		fixed[p.Attr] = p.NameRange
	}
	for _, name := range c.flow.Constants {
		fixed[name] = graph.Range{}
	}
	for _, name := range []string{"input", "index"} {
		fixed[name] = graph.Range{}
	}
	for _, u := range c.named("catch") {
		name := u.Value("var")
		at, ok := fixed[name.Text]
		if name.Kind != graph.LiteralStr || !ok || !u.Settled {
			continue
		}
		d := c.report(name.Range, "Name another artifact.", "@catch can't keep the exception in %q, which steps can't set", name.Text)
		if (at != graph.Range{}) {
			d.Relate(at, "%s is defined here", name.Text)
		}
	}
}

// shortest is the shortest time, in seconds, that Batch and Kubernetes take as a limit.
const shortest = 60

// checkShortTimeout reports times that Batch and Kubernetes refuse.
func checkShortTimeout(c *checker) {
	for _, u := range c.named("timeout") {
		seconds, known := u.Seconds()
		remote, ok := u.Beside(c.known, "batch", "kubernetes")
		if ok && known && u.Settled && seconds != 0 && seconds < shortest {
			c.report(u.Range, "Give at least 60 seconds.", "the timeout of %s is %g seconds, too short for @%s", u.Place(), seconds, remote.SDK).
				Relate(remote.Range, "@%s", remote.SDK)
		}
	}
}
