# args:
# exit: 0
# covers: what a ConfigValue can and cannot do
import copy
import json
import pickle

from metaflow import Config, ConfigValue, FlowSpec, step


class ConfigValueFlow(FlowSpec):
    cfg = Config("cfg", default="configs/base.json")

    @step
    def start(self):
        c = self.cfg
        self.facts = [
            isinstance(c, dict),
            isinstance(c, ConfigValue),
            isinstance(c.nested, ConfigValue),
            list(c),
            len(c),
            sorted(c.keys()),
            [type(v).__name__ for v in c.values()],
            c.get("lr"),
            c.get("nothing", "else"),
            "lr" in c,
            "nothing" in c,
            json.dumps(c, sort_keys=True),
            str(c.env),
            repr(c.layers),
            c == c.to_dict(),
            c.env == {"GREETING": "hello", "WHO": "you"},
            c != {},
            pickle.loads(pickle.dumps(c)) == c,
            copy.copy(c) == c,
            copy.deepcopy(c).nested.deep.er,
            type(c.copy()).__name__,
            {**c.env},
            dict(c.env),
            dict(c.nested.items())["none"],
            "nested" in dir(c),
            hasattr(c, "nothing"),
            c | {"more": 1} == {**c, "more": 1},
            ConfigValue({"a": [{"b": 1}]}).a[0].b,
            ConfigValue.fromkeys(["x", "y"], 2).y,
        ]
        self.refused = []
        for what in (
            lambda: setattr(c, "lr", 1),
            lambda: c.__setitem__("lr", 1),
            lambda: delattr(c, "lr"),
            lambda: c.__delitem__("lr"),
            lambda: c.update(lr=1),
            lambda: c.pop("lr"),
            lambda: c.popitem(),
            lambda: c.clear(),
            lambda: c.setdefault("x", 1),
            lambda: setattr(c.nested, "deep", 1),
            lambda: c.nothing,
            lambda: c["nothing"],
            lambda: setattr(self, "cfg", 1),  # spindle: ignore[SP209]
        ):
            try:
                what()
                self.refused.append("done")
            except Exception as e:
                self.refused.append(f"{type(e).__name__}: {e}")
        self.next(self.end)

    @step
    def end(self):
        print(self.facts)
        print(self.refused)


if __name__ == "__main__":
    ConfigValueFlow()
