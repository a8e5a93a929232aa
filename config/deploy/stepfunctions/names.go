package stepfunctions

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

// RunPrefix goes before the name of an execution to make the id of a run.
const RunPrefix = "sfn-"

// Lengths that AWS takes.
const (
	maxMachine = 80
	maxRule    = 64
	maxJob     = 128
	maxState   = 80
)

// names are those of a machine's states, which must differ in the whole machine.
type names struct {
	taken map[string]int
	given map[nameKey]string
}

type nameKey struct {
	region     *region
	step, what string
}

// of is the name of the state that runs a step: the step's.
func (ns *names) of(r *region, step string) string { return ns.make(r, step, "") }

// make is the name of a state that belongs to a step; the same each time it is asked for. A step that stands in several regions has several.
func (ns *names) make(r *region, step, what string) string {
	key := nameKey{r, step, what}
	if name := ns.given[key]; name != "" {
		return name
	}
	base := step
	if what != "" {
		base += "." + what
	}
	ns.taken[base]++
	name := base
	if n := ns.taken[base]; n > 1 {
		name += "." + strconv.Itoa(n)
	}
	name = shortened(name, maxState)
	ns.given[key] = name
	return name
}

// shortened keeps a text of many characters apart from others that begin alike.
func shortened(text string, limit int) string {
	if len([]rune(text)) <= limit {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return string([]rune(text)[:limit-9]) + "-" + hex.EncodeToString(sum[:4])
}

var (
	notInName = regexp.MustCompile(`[^a-zA-Z0-9_-]`)
	notInJob  = regexp.MustCompile(`[^a-zA-Z0-9_-]`)
	// NotInOption is what a name given by --name must not have.
	notInOption = regexp.MustCompile(`[^a-zA-Z0-9_\-.]`)
)

// jobName is what Batch shows of the jobs of a step.
func jobName(flow, step string) string {
	return shortened(notInJob.ReplaceAllString("SFN-"+flow+"--"+step+"--", "_"), maxJob)
}

// deploymentName is the machine's name for a variant: its parts with dots between them. Where a part has what a name cannot have, or a dot, or all are too long,
// a hash of the parts keeps it apart; such a name has no dots.
func deploymentName(project, environment, variant string) string {
	parts := []string{project, environment, variant}
	name, plain := strings.Join(parts, "."), true
	for _, part := range parts {
		plain = plain && part != "" && !notInName.MatchString(part)
	}
	if plain && len(name) <= maxMachine {
		return name
	}
	name = notInName.ReplaceAllString(name, "_")
	return name[:min(60, len(name))] + "-" + base32sum(strings.Join(parts, "\x00"))
}

// base32sum is how Metaflow shortens what it hashes: 16 characters of SHA-1, in lower case.
func base32sum(text string) string {
	sum := sha1.Sum([]byte(text))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:16]
}

// RuleName is that of the rule of a machine.
func RuleName(machine string) string {
	if len(machine) <= maxRule {
		return machine
	}
	return machine[:47] + "-" + base32sum(machine)
}
