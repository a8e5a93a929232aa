package mutate

import (
	"math/rand/v2"
	"strings"

	"github.com/spindle-flow/spindle/tests/lint/flowgen"
)

// slips are wrong ways to write a decorator of a program.
var slips = map[string][]struct{ text, code string }{
	"retry":                           {{"retri", "SP301"}, {"retry(3)", "SP306"}},
	"retry(times=2)":                  {{"rety(times=2)", "SP301"}, {"retry(time=2)", "SP307"}, {`retry(times="x")`, "SP309"}, {"retry(times=-1)", "SP310"}},
	"timeout(minutes=5)":              {{"timeout()", "SP308"}, {"timeout(minute=5)", "SP307"}, {"timout(minutes=5)", "SP301"}},
	"resources(cpu=2, memory=4096)":   {{"resources(cpus=2, memory=4096)", "SP307"}, {"resource(cpu=2)", "SP301"}},
	`environment(vars={"TZ": "UTC"})`: {{`environment(var={"TZ": "UTC"})`, "SP307"}, {"environment(vars=3)", "SP309"}},
}

func decorators() []Breaker {
	return []Breaker{{"slip in a decorator", slip}, {"decorator twice", decorateTwice}, {"decorator below step", belowStep}}
}

// decorated picks a decorator of a program.
func decorated(r *rand.Rand, f *Flow) (s *flowgen.Step, i int, ok bool) {
	if f.Program == nil {
		return nil, 0, false
	}
	type spot struct {
		s *flowgen.Step
		i int
	}
	var spots []spot
	for _, s := range f.Program.Steps {
		for i, d := range s.Decorators {
			if slips[d] != nil {
				spots = append(spots, spot{s, i})
			}
		}
	}
	x, ok := one(r, spots)
	return x.s, x.i, ok
}

// redecorate replaces a line of a step's head; what is n lines above its def is.
func (f *Flow) redecorate(s *flowgen.Step, i int, text string, codes ...string) *Broken {
	all := strings.Split(f.Source, "\n")
	line := f.decoratorLine(s, i)
	all[line-1] = "    @" + text
	return &Broken{Source: strings.Join(all, "\n"), Want: []Place{{codes, []int{line}}}}
}

func (f *Flow) decoratorLine(s *flowgen.Step, i int) int {
	return f.Text.Heads[s] - 1 - len(s.Decorators) + i
}

func slip(r *rand.Rand, f *Flow) *Broken {
	s, i, ok := decorated(r, f)
	if !ok {
		return nil
	}
	x, _ := one(r, slips[s.Decorators[i]])
	b := f.redecorate(s, i, x.text, x.code)
	b.Allow = []string{"SP308"} // a name mistaken is one missing as well
	return b
}

// decorateTwice puts a decorator in the place of the blank line above it.
func decorateTwice(r *rand.Rand, f *Flow) *Broken {
	s, i, ok := decorated(r, f)
	if !ok || i > 0 {
		return nil
	}
	all := strings.Split(f.Source, "\n")
	line := f.decoratorLine(s, i)
	if line < 2 || all[line-2] != "" {
		return nil
	}
	all[line-2] = all[line-1]
	return &Broken{Source: strings.Join(all, "\n"), Want: []Place{{[]string{"SP305"}, []int{line, line - 1}}}}
}

func belowStep(r *rand.Rand, f *Flow) *Broken {
	s, i, ok := decorated(r, f)
	if !ok || len(s.Decorators) > 1 {
		return nil
	}
	all := strings.Split(f.Source, "\n")
	line := f.decoratorLine(s, i)
	all[line-1], all[line] = all[line], all[line-1]
	return &Broken{Source: strings.Join(all, "\n"), Want: []Place{{[]string{"SP303"}, []int{line, line + 1}}}}
}
