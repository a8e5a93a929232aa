package decorators

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

//go:embed zones.txt
var zoneNames string

// zones are the names of IANA's time zones, one a line in zones.txt.
var zones = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq(zoneNames) {
		out[name] = true
	}
	return out
})

// Zone reports whether there is a time zone of that name.
func Zone(name string) bool { return zones()[name] }

// NearestZone is the time zone that was probably meant, empty where none is alike.
func NearestZone(name string) string { return near.Word(name, strings.Fields(zoneNames)) }

// checkZone reports time zones that IANA does not list.
func checkZone(c *checker) {
	for _, u := range c.named("schedule") {
		v := u.Value("timezone")
		if v.Kind != graph.LiteralStr || v.Text == "" || zones()[v.Text] {
			continue
		}
		detail := "Use a name as in IANA's list, like Europe/Paris."
		alike := NearestZone(v.Text)
		if alike != "" {
			detail = "Did you mean " + alike + "?"
		}
		d := c.report(v.Range, detail, "there is no time zone %q", v.Text)
		if alike != "" {
			d.Replace(v.Range, strconv.Quote(alike), "Change to "+alike)
		}
	}
}
