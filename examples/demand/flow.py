"""How much demand will a film meet?

Fits a small model of the worldwide gross for every genre of film, cross-validates it, and reports how far it can be
trusted.
"""

import csv
import io
from datetime import datetime
from math import log10
from pathlib import Path

from metaflow import FlowSpec, IncludeFile, JSONType, Parameter, catch, retry, step

from ridge import CrossValidation

# What is known when a film is planned, and what only its audience tells later.
PLANNED = ("budget", "year", "summer", "holidays", "adaptation", "family")
ALL = PLANNED + ("rating", "votes")
CANDIDATES = {"planned": PLANNED, "audience": ALL}

NEWEST = 2011  # the table was collected then: a later year is a two-digit one read wrongly
REPORT = "{:<17} {:>5} {:>7} {:>7} {:>8} {:>5}  {}"


class DemandFlow(FlowSpec):
    """Fits, per genre, a ridge regression of a film's worldwide gross."""

    table = IncludeFile(
        "table", default=str(Path(__file__).with_name("movies.csv")), help="films, one per line (see DATA.md)"
    )
    min_films = Parameter("min-films", default=30, help="leave out genres with fewer films than this")
    folds = Parameter("folds", default=5, help="parts of the cross-validation")
    ridge = Parameter("ridge", type=JSONType, default="[0.1, 1, 10, 100]", help="penalties to try")

    @step
    def start(self):
        """Read the table and keep the films that can be used."""
        rows = list(csv.DictReader(io.StringIO(self.table)))
        self.films, self.dropped = clean(rows)
        print("%d films read, %d can be used" % (len(rows), len(self.films)))
        for reason, count in sorted(self.dropped.items(), key=lambda kv: -kv[1]):
            print("  %4d without %s" % (count, reason))
        self.next(self.choose_genres)

    @step
    def choose_genres(self):
        """One model for each genre with enough films."""
        counts = {}
        for film in self.films:
            counts[film["genre"]] = counts.get(film["genre"], 0) + 1
        self.genres = sorted(g for g, n in counts.items() if n >= self.min_films)
        self.too_small = sorted(g for g, n in counts.items() if n < self.min_films)
        self.next(self.fit, foreach="genres")

    @retry(times=1)
    @catch(var="failure", print_exception=True)
    @step
    def fit(self):
        """Try each penalty on one genre, with each set of features; keep the best of each set."""
        self.genre = self.input
        films = sorted((f for f in self.films if f["genre"] == self.genre), key=lambda f: (f["title"], f["year"]))
        self.count = len(films)
        gross = [f["gross"] for f in films]
        self.models = {}
        for name, features in CANDIDATES.items():
            trial = CrossValidation([[f[x] for x in features] for f in films], gross, self.folds)
            error, strength = min((trial.error(s), s) for s in self.ridge)
            self.models[name] = {
                "ridge": strength,
                "error": error,
                "baseline": trial.baseline(),
                "weights": dict(zip(features, trial.weights(strength)[1:])),
            }
        self.next(self.compare)

    @step
    def compare(self, inputs):
        """Pick the better model of each genre and rank the genres by how much theirs explains."""
        self.merge_artifacts(inputs, include=["dropped", "too_small"])
        self.failed = {i.input: i.failure.exception for i in inputs if i.failure}
        fitted = [i for i in inputs if not i.failure]
        self.models = {i.genre: i.models for i in fitted}
        self.counts = {i.genre: i.count for i in fitted}
        self.best = {g: min(m, key=lambda name: m[name]["error"]) for g, m in self.models.items()}
        self.ranking = sorted(self.models, key=lambda g: -explained(self.models[g][self.best[g]]))
        self.next(self.end)

    @step
    def end(self):
        """Say what came out."""
        self.report = "\n".join(self.lines())
        print(self.report)

    def lines(self):
        yield "A predicted gross is off by what factor, on films not seen"
        yield REPORT.format("genre", "films", "average", "planned", "audience", "R2", "counts most")
        for genre in self.ranking:
            planned, audience = (self.models[genre][name] for name in CANDIDATES)
            best = self.models[genre][self.best[genre]]
            yield REPORT.format(
                genre,
                self.counts[genre],
                "%.1f" % 10 ** best["baseline"],
                "%.1f" % 10 ** planned["error"],
                "%.1f" % 10 ** audience["error"],
                "%.2f" % explained(best),
                ", ".join(strongest(best["weights"])),
            )
        for genre, why in sorted(self.failed.items()):
            yield "%-17s failed: %s" % (genre, why)
        if self.too_small:
            yield "fewer than %d films: %s" % (self.min_films, ", ".join(self.too_small))


def strongest(weights):
    """The two features with most weight."""
    return sorted(weights, key=lambda name: -abs(weights[name]))[:2]


def explained(model):
    """The share of the variance that the model explains on films it has not seen."""
    return 1 - (model["error"] / model["baseline"]) ** 2


def clean(rows):
    """Turns lines of the table into films with numbers; counts what was missing in the others."""
    films, dropped = [], {}
    for row in rows:
        missing = [c for c in ("genre", "budget", "worldwide_gross", "imdb_rating") if not usable(row[c])]
        if missing:
            dropped[missing[0]] = dropped.get(missing[0], 0) + 1
        else:
            films.append(film(row))
    return films, dropped


def usable(cell):
    # A gross of 0 means that nobody counted.
    return cell not in ("", "0")


def film(row):
    """One film as numbers; money and votes count by their magnitude."""
    released = datetime.strptime(row["release_date"], "%b %d %Y")
    year = released.year - 100 if released.year > NEWEST else released.year
    return {
        "title": row["title"],
        "genre": row["genre"],
        "gross": log10(float(row["worldwide_gross"])),
        "budget": log10(float(row["budget"])),
        "year": float(year),
        "summer": float(5 <= released.month <= 7),
        "holidays": float(released.month >= 11),
        "adaptation": float(row["source"].startswith(("Based", "Remake"))),
        "family": float(row["mpaa_rating"] in ("G", "PG")),
        "rating": float(row["imdb_rating"]),
        "votes": log10(float(row["imdb_votes"])),
    }


if __name__ == "__main__":
    DemandFlow()
