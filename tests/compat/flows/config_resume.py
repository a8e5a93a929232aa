# args:
# exit: 1
# resume-env: COMPAT_FIXED=1
# resume-exit: 0
# covers: a resumed run takes the configs of its origin, in decorators too
import os

from metaflow import Config, FlowSpec, Parameter, environment, step


class ConfigResumeFlow(FlowSpec):
    cfg = Config("cfg", default_value={"times": 1, "word": "first"})
    text = Config("text", default_value="plain text", plain=True)
    word = Parameter("word", default=cfg.word)

    @environment(vars={"WORD": cfg.word})
    @step
    def start(self):
        self.said = os.environ["WORD"]
        self.next(self.end)

    @environment(vars={"WORD": cfg.word})
    @step
    def end(self):
        if not os.environ.get("COMPAT_FIXED"):
            raise ValueError("not yet")
        print(self.said, os.environ["WORD"], self.cfg.word, self.word, self.text)


if __name__ == "__main__":
    ConfigResumeFlow()
