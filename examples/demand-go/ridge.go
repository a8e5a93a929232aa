package main

import (
	"errors"
	"fmt"
	"math"
)

// validation is a table split once for cross-validation: it answers how well any strength of the penalty does on rows it has not seen.
// Every fold's sums are gathered once, and leaving a fold out is a subtraction.
type validation struct {
	targets []float64
	parts   []part
	all     [][]float64
}

type part struct {
	rows    [][]float64
	targets []float64
	sums    [][]float64 // X'X with X'y as last column
}

func validate(rows [][]float64, targets []float64, folds int) (*validation, error) {
	if folds < 2 || folds > len(rows) {
		return nil, fmt.Errorf("%d folds need at least 2 and at most as many as the %d rows", folds, len(rows))
	}
	v := &validation{targets: targets, parts: make([]part, folds)}
	for i, row := range scaled(rows) {
		p := &v.parts[i%folds]
		p.rows, p.targets = append(p.rows, row), append(p.targets, targets[i])
	}
	for k := range v.parts {
		v.parts[k].sums = moments(v.parts[k].rows, v.parts[k].targets)
	}
	v.all = combined(v.parts[0].sums, nil, 0)
	for _, p := range v.parts[1:] {
		v.all = combined(v.all, p.sums, 1)
	}
	return v, nil
}

// combined is a plus sign times b, or a copy of a where there is no b.
func combined(a, b [][]float64, sign float64) [][]float64 {
	out := make([][]float64, len(a))
	for i := range a {
		out[i] = append([]float64(nil), a[i]...)
		if b == nil {
			continue
		}
		for j := range b[i] {
			out[i][j] += sign * b[i][j]
		}
	}
	return out
}

// scaled moves each column to mean 0 and spread 1 (columns without spread become 0) and puts a column of ones before them.
func scaled(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i := range rows {
		out[i] = append([]float64{1}, rows[i]...)
	}
	n := float64(len(rows))
	for j := 1; j < len(out[0]); j++ {
		mean, spread := 0.0, 0.0
		for _, row := range out {
			mean += row[j]
		}
		mean /= n
		for _, row := range out {
			spread += float64((row[j] - mean) * (row[j] - mean))
		}
		if spread = math.Sqrt(spread / n); spread == 0 {
			spread = 1
		}
		for _, row := range out {
			row[j] = (row[j] - mean) / spread
		}
	}
	return out
}

func moments(rows [][]float64, targets []float64) [][]float64 {
	width := len(rows[0])
	out := make([][]float64, width)
	for i := range out {
		out[i] = make([]float64, width+1)
	}
	for i := range width {
		for j := i; j < width; j++ {
			for _, row := range rows {
				out[i][j] += float64(row[i] * row[j])
			}
			out[j][i] = out[i][j]
		}
		for k, row := range rows {
			out[i][width] += float64(row[i] * targets[k])
		}
	}
	return out
}

// solve gives the weights for these sums; the first one, the level, is not held back by the penalty.
func solve(sums [][]float64, strength float64) ([]float64, error) {
	a := combined(sums, nil, 0)
	for i := 1; i < len(a); i++ {
		a[i][i] += strength
	}
	for i := range a {
		best := i
		for k := i + 1; k < len(a); k++ {
			if math.Abs(a[k][i]) > math.Abs(a[best][i]) {
				best = k
			}
		}
		a[i], a[best] = a[best], a[i]
		if math.Abs(a[i][i]) < 1e-12 {
			return nil, errors.New("the features depend on each other; use a ridge above 0")
		}
		for _, below := range a[i+1:] {
			factor := below[i] / a[i][i]
			for j := i; j < len(below); j++ {
				below[j] -= float64(factor * a[i][j])
			}
		}
	}
	weights := make([]float64, len(a))
	for i := len(a) - 1; i >= 0; i-- {
		known := 0.0
		for j := i + 1; j < len(a); j++ {
			known += float64(a[i][j] * weights[j])
		}
		weights[i] = (a[i][len(a)] - known) / a[i][i]
	}
	return weights, nil
}

func predict(weights, row []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += float64(w * row[i])
	}
	return sum
}

// error is the root mean square error over all rows, each predicted by what was fitted to the other folds.
func (v *validation) error(strength float64) (float64, error) {
	total := 0.0
	for _, p := range v.parts {
		weights, err := solve(combined(v.all, p.sums, -1), strength)
		if err != nil {
			return 0, err
		}
		part := 0.0
		for i, row := range p.rows {
			off := predict(weights, row) - p.targets[i]
			part += float64(off * off)
		}
		total += part
	}
	return math.Sqrt(total / float64(len(v.targets))), nil
}

// baseline is the same for a guess that only knows the average of the other rows.
func (v *validation) baseline() float64 {
	whole, total, count := sum(v.targets), 0.0, len(v.targets)
	for _, p := range v.parts {
		guess := (whole - sum(p.targets)) / float64(count-len(p.targets))
		part := 0.0
		for _, t := range p.targets {
			part += float64((t - guess) * (t - guess))
		}
		total += part
	}
	return math.Sqrt(total / float64(count))
}

// weights are those of all rows.
func (v *validation) weights(strength float64) ([]float64, error) { return solve(v.all, strength) }

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
