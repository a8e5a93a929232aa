"""Which model reads handwritten digits best, and with which settings?

Every kind of model is tried with every setting of a small grid: a foreach within a foreach over the same data.
"""

import numpy as np
import pandas as pd
from metaflow import FlowSpec, Parameter, resources, step
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MODELS = {
    "nearest neighbours": (KNeighborsClassifier(), [{"n_neighbors": n} for n in (1, 3, 9)]),
    "logistic regression": (LogisticRegression(max_iter=300), [{"C": c} for c in (0.01, 0.1, 1.0)]),
    "random forest": (RandomForestClassifier(random_state=0), [{"n_estimators": n, "max_depth": 12} for n in (20, 60)]),
}


class DigitsFlow(FlowSpec):
    """Compares three kinds of classifiers on scikit-learn's digits, each over a grid of its own."""

    folds = Parameter("folds", default=4, help="parts of the cross-validation")
    held_out = Parameter("held-out", default=0.25, help="share of the digits kept for the last test")

    @step
    def start(self):
        """Load the digits and put the test set aside before anybody looks."""
        digits = load_digits(as_frame=True)
        self.train, self.test = train_test_split(
            digits.frame, test_size=self.held_out, stratify=digits.target, random_state=0
        )
        print("%d digits to learn from, %d to test with" % (len(self.train), len(self.test)))
        self.kinds = sorted(MODELS)
        self.next(self.plan, foreach="kinds")

    @step
    def plan(self):
        """The grid of one kind of model."""
        self.kind = self.input
        self.settings = MODELS[self.kind][1]
        self.next(self.evaluate, foreach="settings")

    @resources(cpu=1, memory=1000)
    @step
    def evaluate(self):
        """Cross-validate one setting."""
        model = pipeline(self.kind, self.input)
        parts = StratifiedKFold(self.folds, shuffle=True, random_state=0)
        scores = cross_val_score(model, *split(self.train), cv=parts)
        self.result = {"kind": self.kind, "setting": self.input, "accuracy": scores.mean(), "spread": scores.std()}
        self.next(self.best_setting)

    @step
    def best_setting(self, inputs):
        """The best setting of one kind, and all results for the record."""
        self.merge_artifacts(inputs, include=["kind", "train", "test"])
        self.results = pd.DataFrame([i.result for i in inputs])
        self.best = self.results.loc[self.results.accuracy.idxmax()].to_dict()
        self.next(self.best_model)

    @step
    def best_model(self, inputs):
        """The best of all; the rest goes into one table."""
        self.merge_artifacts(inputs, include=["train", "test"])
        self.results = pd.concat([i.results for i in inputs]).sort_values("accuracy", ascending=False)
        self.best = max((i.best for i in inputs), key=lambda b: b["accuracy"])
        self.next(self.end)

    @step
    def end(self):
        """Train the winner on everything and test it on what nobody has seen."""
        self.model = pipeline(self.best["kind"], self.best["setting"]).fit(*split(self.train))
        pixels, digits = split(self.test)
        guesses = self.model.predict(pixels)
        self.accuracy = float(np.mean(guesses == digits))
        self.confusion = pd.DataFrame(confusion_matrix(digits, guesses))
        print(self.results.to_string(index=False, float_format="%.4f"))
        print("best: %(kind)s %(setting)s" % self.best)
        print("on %d unseen digits it is right in %.1f %%" % (len(digits), 100 * self.accuracy))


def pipeline(kind, setting):
    return make_pipeline(StandardScaler(), clone(MODELS[kind][0]).set_params(**setting))


def split(frame):
    """Pixels and digits of a table."""
    return frame.drop(columns="target"), frame["target"]


if __name__ == "__main__":
    DigitsFlow()
