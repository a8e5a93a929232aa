# One step is a whole flow.
from metaflow import FlowSpec, step


class BackupFlow(FlowSpec):
    @step
    def backup(self):
        self.files = ["a.tar"]
        print("saved", self.files)


if __name__ == "__main__":
    BackupFlow()
