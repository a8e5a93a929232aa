package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// newest is the year the table was collected in: a later one is a two-digit year read wrongly.
const newest = 2011

// Film is one film as numbers; money and votes count by their magnitude.
type Film struct {
	Title, Genre                                  string
	Gross, Budget, Return, Year, Summer, Holidays float64
	Adaptation, Family, Rating, Votes             float64
}

// feature is a number of the film by the name that configs use.
func (f Film) feature(name string) (float64, error) {
	values := map[string]float64{
		"gross": f.Gross, "budget": f.Budget, "return": f.Return, "year": f.Year, "summer": f.Summer, "holidays": f.Holidays,
		"adaptation": f.Adaptation, "family": f.Family, "rating": f.Rating, "votes": f.Votes,
	}
	value, ok := values[name]
	if !ok {
		return 0, fmt.Errorf("films have no %q; they have %s", name, strings.Join(slices.Sorted(maps.Keys(values)), ", "))
	}
	return value, nil
}

// table is what a file of films holds.
type table struct {
	rows    int
	films   []Film
	dropped map[string]int // how many lack what
}

// readTable turns lines of the file into films with numbers and counts what was missing in the others.
func readTable(text string) (table, error) {
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return table{}, err
	}
	t := table{rows: len(lines) - 1, dropped: map[string]int{}}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		if missing := firstMissing(row); missing != "" {
			t.dropped[missing]++
			continue
		}
		film, err := newFilm(row)
		if err != nil {
			return table{}, fmt.Errorf("film %q: %w", row["title"], err)
		}
		t.films = append(t.films, film)
	}
	return t, nil
}

func firstMissing(row map[string]string) string {
	for _, name := range []string{"genre", "budget", "worldwide_gross", "imdb_rating"} {
		if row[name] == "" || row[name] == "0" { // a gross of 0 means that nobody counted
			return name
		}
	}
	return ""
}

func newFilm(row map[string]string) (Film, error) {
	released, err := time.Parse("Jan 2 2006", row["release_date"])
	if err != nil {
		return Film{}, err
	}
	numbers := map[string]float64{}
	for _, name := range []string{"worldwide_gross", "budget", "imdb_rating", "imdb_votes"} {
		if numbers[name], err = strconv.ParseFloat(row[name], 64); err != nil {
			return Film{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	year, month := released.Year(), released.Month()
	if year > newest {
		year -= 100
	}
	gross, budget := math.Log10(numbers["worldwide_gross"]), math.Log10(numbers["budget"])
	return Film{
		Title: row["title"], Genre: row["genre"],
		Gross: gross, Budget: budget, Return: gross - budget,
		Year: float64(year), Summer: number(month >= time.May && month <= time.July), Holidays: number(month >= time.November),
		Adaptation: number(strings.HasPrefix(row["source"], "Based") || strings.HasPrefix(row["source"], "Remake")),
		Family:     number(row["mpaa_rating"] == "G" || row["mpaa_rating"] == "PG"),
		Rating:     numbers["imdb_rating"], Votes: math.Log10(numbers["imdb_votes"]),
	}, nil
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// ofGenre are the films of a genre, by title and year.
func ofGenre(films []Film, genre string) []Film {
	of := slices.DeleteFunc(slices.Clone(films), func(f Film) bool { return f.Genre != genre })
	slices.SortStableFunc(of, func(a, b Film) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Year, b.Year)) })
	return of
}

// columns are the features of films as a matrix, and what the films met.
func columns(films []Film, features []string, metric string) (rows [][]float64, met []float64, err error) {
	for _, film := range films {
		row := make([]float64, len(features))
		for i, name := range features {
			if row[i], err = film.feature(name); err != nil {
				return nil, nil, err
			}
		}
		value, err := film.feature(metric)
		if err != nil {
			return nil, nil, err
		}
		rows, met = append(rows, row), append(met, value)
	}
	return rows, met, nil
}

// byCount lists names, those counted most first.
func byCount(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
}
