// Command demand-go asks how much demand a film will meet: the flow of examples/demand, on the same films, in Go.
//
// It fits a small model for every genre of film, cross-validates it, and reports how far it can be trusted.
package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/flow"
)

// Settings are a config: what is forecast, from what, and for which genres.
type Settings struct {
	Metric   string              `json:"metric"`
	Genres   []string            `json:"genres"` // none: all
	MinFilms int                 `json:"min_films"`
	Folds    int                 `json:"folds"`
	Ridge    []float64           `json:"ridge"`
	Features map[string][]string `json:"features"`
}

// sets names the sets of features, the smallest first.
func (s Settings) sets() []string {
	return slices.SortedFunc(maps.Keys(s.Features), func(a, b string) int {
		return cmp.Or(len(s.Features[a])-len(s.Features[b]), cmp.Compare(a, b))
	})
}

// Model is what was fitted to one genre with one set of features.
type Model struct {
	Ridge, Error, Baseline float64
	Weights                map[string]float64
}

// explained is the share of the variance that the model explains on films it has not seen.
func (m Model) explained() float64 {
	share := m.Error / m.Baseline
	return 1 - share*share
}

// DemandFlow fits, per genre, a ridge regression of what films meet: by default their worldwide gross.
type DemandFlow struct {
	flow.Flow
	Cfg      Settings  `config:"cfg" file:"../demand/configs/base.json"`
	Table    flow.File `param:"table" default:"../demand/movies.csv" help:"films, one per line (see ../demand/DATA.md)"`
	MinFilms int       `param:"min-films" default:"0" help:"leave out genres with fewer films than this; 0 is what the config says"`
	Folds    int       `param:"folds" default:"0" help:"parts of the cross-validation; 0 is what the config says"`
	Ridge    []float64 `param:"ridge" help:"a penalty to try, may be given several times; those of the config if none is"`

	Films    []Film
	Dropped  map[string]int
	Genres   []string
	TooSmall []string

	// Of one genre:
	Genre   string
	Count   int
	Fitted  map[string]Model
	Failure *flow.Failure

	// Of all genres:
	Failed  map[string]string
	Models  map[string]map[string]Model
	Counts  map[string]int
	Best    map[string]string
	Ranking []string
	Report  string
}

// Start reads the table and keeps the films that can be used.
func (t *DemandFlow) Start(ctx flow.Context) (flow.Next, error) {
	table, err := t.Table.Text()
	if err != nil {
		return flow.Next{}, err
	}
	read, err := readTable(table)
	if err != nil {
		return flow.Next{}, err
	}
	t.Films, t.Dropped = read.films, read.dropped
	fmt.Printf("%d films read, %d can be used\n", read.rows, len(t.Films))
	for _, reason := range byCount(t.Dropped) {
		fmt.Printf("  %4d without %s\n", t.Dropped[reason], reason)
	}
	return flow.To(t.ChooseGenres), nil
}

// ChooseGenres makes one model for each genre with enough films.
func (t *DemandFlow) ChooseGenres(ctx flow.Context) (flow.Next, error) {
	counts := map[string]int{}
	for _, film := range t.Films {
		if len(t.Cfg.Genres) == 0 || slices.Contains(t.Cfg.Genres, film.Genre) {
			counts[film.Genre]++
		}
	}
	t.Genres, t.TooSmall = []string{}, []string{}
	for _, genre := range slices.Sorted(maps.Keys(counts)) {
		if counts[genre] >= t.minFilms() {
			t.Genres = append(t.Genres, genre)
		} else {
			t.TooSmall = append(t.TooSmall, genre)
		}
	}
	return flow.Foreach(t.Fit, t.Genres), nil
}

// Fit tries each penalty on one genre, with each set of features, and keeps the best of each set.
func (t *DemandFlow) Fit(ctx flow.Context, genre string) (flow.Next, error) {
	t.Genre = genre
	films := ofGenre(t.Films, genre)
	t.Count = len(films)
	t.Fitted = map[string]Model{}
	for set, features := range t.Cfg.Features {
		model, err := t.fit(films, features)
		if err != nil {
			return flow.Next{}, err
		}
		t.Fitted[set] = model
	}
	return flow.Join(t.Compare), nil
}

func (t *DemandFlow) fit(films []Film, features []string) (Model, error) {
	rows, met, err := columns(films, features, t.Cfg.Metric)
	if err != nil {
		return Model{}, err
	}
	trial, err := validate(rows, met, t.folds())
	if err != nil {
		return Model{}, err
	}
	best := Model{Baseline: trial.baseline(), Weights: map[string]float64{}}
	for i, strength := range t.ridge() {
		off, err := trial.error(strength)
		if err != nil {
			return Model{}, err
		}
		if i == 0 || off < best.Error || off == best.Error && strength < best.Ridge {
			best.Error, best.Ridge = off, strength
		}
	}
	weights, err := trial.weights(best.Ridge)
	if err != nil {
		return Model{}, err
	}
	for i, name := range features {
		best.Weights[name] = weights[i+1]
	}
	return best, nil
}

// Compare picks the better model of each genre and ranks the genres by how much theirs explains.
func (t *DemandFlow) Compare(ctx flow.Context, inputs []*DemandFlow) (flow.Next, error) {
	if err := flow.Merge(t, inputs, flow.Include("Dropped", "TooSmall")); err != nil {
		return flow.Next{}, err
	}
	t.Failed, t.Models = map[string]string{}, map[string]map[string]Model{}
	t.Counts, t.Best, t.Ranking = map[string]int{}, map[string]string{}, []string{}
	for _, in := range inputs {
		if in.Failure != nil {
			t.Failed[in.Genre] = in.Failure.Message
			continue
		}
		t.Models[in.Genre], t.Counts[in.Genre] = in.Fitted, in.Count
		t.Best[in.Genre] = slices.MinFunc(t.Cfg.sets(), func(a, b string) int {
			return cmp.Compare(in.Fitted[a].Error, in.Fitted[b].Error)
		})
		t.Ranking = append(t.Ranking, in.Genre)
	}
	slices.SortStableFunc(t.Ranking, func(a, b string) int {
		return cmp.Compare(t.best(b).explained(), t.best(a).explained())
	})
	return flow.To(t.End), nil
}

// End says what came out.
func (t *DemandFlow) End(ctx flow.Context) (flow.Next, error) {
	lines, err := t.lines()
	if err != nil {
		return flow.Next{}, err
	}
	t.Report = strings.Join(lines, "\n")
	fmt.Println(t.Report)
	return flow.End(), nil
}

func (t *DemandFlow) best(genre string) Model { return t.Models[genre][t.Best[genre]] }

// What is not given is as the config says.

func (t *DemandFlow) minFilms() int { return cmp.Or(t.MinFilms, t.Cfg.MinFilms) }

func (t *DemandFlow) folds() int { return cmp.Or(t.Folds, t.Cfg.Folds) }

func (t *DemandFlow) ridge() []float64 {
	if len(t.Ridge) > 0 {
		return t.Ridge
	}
	return t.Cfg.Ridge
}

func main() {
	flow.Main(&DemandFlow{},
		flow.Step((*DemandFlow).Fit, flow.Resources{MemoryMB: 500}, flow.Retry{Times: 1}, flow.Catch{Field: "Failure"}))
}
