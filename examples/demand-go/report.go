package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// metric is what can be forecast, and how far off that is: money and votes by a factor, ratings by points.
type metric struct {
	title string
	off   func(deviation float64) float64
}

func factor(deviation float64) float64 { return math.Pow(10, deviation) }

func points(deviation float64) float64 { return deviation }

func metrics() map[string]metric {
	return map[string]metric{
		"gross":  {"A predicted gross is off by what factor, on films not seen", factor},
		"return": {"A predicted gross per dollar spent is off by what factor, on films not seen", factor},
		"votes":  {"A predicted number of votes is off by what factor, on films not seen", factor},
		"rating": {"A predicted rating is off by how many points, on films not seen", points},
	}
}

// lines are the report.
func (t *DemandFlow) lines() ([]string, error) {
	forecast, ok := metrics()[t.Cfg.Metric]
	if !ok {
		return nil, fmt.Errorf("nothing is known of the metric %q", t.Cfg.Metric)
	}
	sets := t.Cfg.sets()
	lines := []string{forecast.title, row("genre", "films", "average", sets, "R2", "counts most")}
	for _, genre := range t.Ranking {
		best := t.best(genre)
		var errors []string
		for _, set := range sets {
			errors = append(errors, fmt.Sprintf("%.1f", forecast.off(t.Models[genre][set].Error)))
		}
		lines = append(lines, row(genre, fmt.Sprint(t.Counts[genre]), fmt.Sprintf("%.1f", forecast.off(best.Baseline)), errors,
			fmt.Sprintf("%.2f", best.explained()), strings.Join(strongest(best.Weights, t.Cfg.Features[t.Best[genre]]), ", ")))
	}
	for _, genre := range slices.Sorted(maps.Keys(t.Failed)) {
		lines = append(lines, fmt.Sprintf("%-17s failed: %s", genre, t.Failed[genre]))
	}
	if len(t.TooSmall) > 0 {
		lines = append(lines, fmt.Sprintf("fewer than %d films: %s", t.minFilms(), strings.Join(t.TooSmall, ", ")))
	}
	return lines, nil
}

// row is a line of the report.
func row(genre, films, average string, errors []string, share, most string) string {
	var cells strings.Builder
	for _, e := range errors {
		fmt.Fprintf(&cells, "%8s ", e)
	}
	return fmt.Sprintf("%-17s %5s %7s %s%5s  %s", genre, films, average, cells.String(), share, most)
}

// strongest are the two features with most weight.
func strongest(weights map[string]float64, features []string) []string {
	order := slices.Clone(features)
	slices.SortStableFunc(order, func(a, b string) int {
		switch d := math.Abs(weights[b]) - math.Abs(weights[a]); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	return order[:min(2, len(order))]
}
