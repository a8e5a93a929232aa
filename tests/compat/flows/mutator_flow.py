# args: --added 5
# exit: 0
# covers: FlowMutator: parameters, decorators of flow and steps, configs; duplicates; a mutator that adds another
import os

from metaflow import Config, FlowMutator, FlowSpec, Parameter, environment, project, retry, step

# What mutators have seen; each process of Metaflow's sees it anew.
SAID = []


def say(*what):
    SAID.append(str(what))


class Second(FlowMutator):
    def init(self, word="none"):
        self.word = word

    def pre_mutate(self, mutable_flow):
        mutable_flow.start.add_decorator(environment, deco_kwargs={"vars": {"SECOND": self.word}})
        say(mutable_flow.start.add_decorator("environment", deco_kwargs={"vars": {}}) is None)

    def mutate(self, mutable_flow):
        say("second", self.word)


class Change(FlowMutator):
    def init(self, *args, **kwargs):
        self.args, self.kwargs = args, kwargs

    def pre_mutate(self, mutable_flow):
        configs = dict(mutable_flow.configs)
        say(sorted(configs), mutable_flow.cfg.units, self.args, self.kwargs)
        say(sorted(name for name, _ in mutable_flow.parameters), sorted(name for name, _ in mutable_flow.steps))
        say([spec[0] for spec in mutable_flow.decorator_specs], mutable_flow.has_decorator("project"))
        mutable_flow.add_parameter("added", Parameter("added", default=configs["cfg"].units))
        mutable_flow.add_parameter("kept", Parameter("kept", default="new"), overwrite=True)
        say(mutable_flow.remove_parameter("gone"), mutable_flow.remove_parameter("never"))
        try:
            mutable_flow.add_parameter("kept", Parameter("kept"))
        except Exception as e:
            say(isinstance(e, Exception))
        say(mutable_flow.remove_decorator("project"), mutable_flow.remove_decorator("project"))
        mutable_flow.add_decorator(Second, deco_kwargs={"word": "two"})

    def mutate(self, mutable_flow):
        start = mutable_flow.start
        say(start.add_decorator(retry, deco_kwargs={"times": 2}) is None)
        say([(spec[0], sorted(spec[3])) for spec in start.decorator_specs])
        say(start.add_decorator("retry:times=1", duplicates=start.OVERRIDE).attributes["times"])
        say(start.remove_decorator("timeout"), start.remove_decorator("timeout"))
        for refused in (
            lambda: mutable_flow.add_parameter("late", Parameter("late")),
            lambda: mutable_flow.remove_parameter("kept"),
            lambda: mutable_flow.add_decorator(project, deco_kwargs={"name": "late"}),
            lambda: mutable_flow.remove_decorator("project"),
        ):
            try:
                refused()
                say("done")
            except Exception:
                say("refused")


@Change(1, two=2)
@project(name="static")
class MutatorFlow(FlowSpec):
    cfg = Config("cfg", default_value={"units": 7})
    gone = Parameter("gone", default=1)
    kept = Parameter("kept", default="old")
    constant = "c"

    @retry(times=0)
    @step
    def start(self):
        self.seen = (self.added, self.kept, self.cfg.units, hasattr(self, "gone"), os.environ["SECOND"])
        self.said = list(SAID)
        self.next(self.end)

    @step
    def end(self):
        print(self.seen, os.environ.get("SECOND"))


if __name__ == "__main__":
    MutatorFlow()
