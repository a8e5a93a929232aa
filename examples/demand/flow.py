"""How much demand will a film meet?

Fits a small model for every genre of film, cross-validates it, and reports how far it can be trusted. What is
forecast, from what, and for which genres is a config: spindle.yaml makes many variants of this one flow.
"""

import csv
import io
from datetime import datetime
from math import log10
from pathlib import Path

from metaflow import Config, FlowSpec, IncludeFile, JSONType, Parameter, catch, resources, retry, step

from ridge import CrossValidation

# What can be forecast, and how far off that is: money and votes by a factor, ratings by points.
METRICS = {
    "gross": ("A predicted gross is off by what factor, on films not seen", lambda error: 10**error),
    "return": ("A predicted gross per dollar spent is off by what factor, on films not seen", lambda error: 10**error),
    "votes": ("A predicted number of votes is off by what factor, on films not seen", lambda error: 10**error),
    "rating": ("A predicted rating is off by how many points, on films not seen", lambda error: error),
}

NEWEST = 2011  # the table was collected then: a later year is a two-digit one read wrongly


class DemandFlow(FlowSpec):
    """Fits, per genre, a ridge regression of what films meet: by default their worldwide gross."""

    cfg = Config("cfg", default=str(Path(__file__).with_name("configs") / "base.json"))
    table = IncludeFile(
        "table", default=str(Path(__file__).with_name("movies.csv")), help="films, one per line (see DATA.md)"
    )
    min_films = Parameter("min-films", default=cfg.min_films, help="leave out genres with fewer films than this")
    folds = Parameter("folds", default=cfg.folds, help="parts of the cross-validation")
    ridge = Parameter("ridge", type=JSONType, default=cfg.ridge, help="penalties to try")

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
            if not self.cfg.genres or film["genre"] in self.cfg.genres:
                counts[film["genre"]] = counts.get(film["genre"], 0) + 1
        self.genres = sorted(g for g, n in counts.items() if n >= self.min_films)
        self.too_small = sorted(g for g, n in counts.items() if n < self.min_films)
        self.next(self.fit, foreach="genres")

    @resources(memory=cfg.memory)
    @retry(times=1)
    @catch(var="failure", print_exception=True)
    @step
    def fit(self):
        """Try each penalty on one genre, with each set of features; keep the best of each set."""
        self.genre = self.input
        films = sorted((f for f in self.films if f["genre"] == self.genre), key=lambda f: (f["title"], f["year"]))
        self.count = len(films)
        met = [f[self.cfg.metric] for f in films]
        self.models = {}
        for name, features in self.cfg.features.items():
            trial = CrossValidation([[f[x] for x in features] for f in films], met, self.folds)
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
        title, off = METRICS[self.cfg.metric]
        names = list(self.cfg.features)
        yield title
        yield row("genre", "films", "average", names, "R2", "counts most")
        for genre in self.ranking:
            best = self.models[genre][self.best[genre]]
            errors = ["%.1f" % off(self.models[genre][name]["error"]) for name in names]
            average, share = "%.1f" % off(best["baseline"]), "%.2f" % explained(best)
            yield row(genre, self.counts[genre], average, errors, share, ", ".join(strongest(best["weights"])))
        for genre, why in sorted(self.failed.items()):
            yield "%-17s failed: %s" % (genre, why)
        if self.too_small:
            yield "fewer than %d films: %s" % (self.min_films, ", ".join(self.too_small))


def row(genre, films, average, errors, share, most):
    """A line of the report."""
    return "{:<17} {:>5} {:>7} {} {:>5}  {}".format(
        genre, films, average, " ".join("{:>8}".format(e) for e in errors), share, most
    )


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
    gross, budget = log10(float(row["worldwide_gross"])), log10(float(row["budget"]))
    return {
        "title": row["title"],
        "genre": row["genre"],
        "gross": gross,
        "budget": budget,
        "return": gross - budget,
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
