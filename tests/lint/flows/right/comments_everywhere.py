# Comments and blank lines in all the places that people put them.
from metaflow import FlowSpec, step  # the SDK

# ---------------------------------------------------------------- the flow


class CommentedFlow(FlowSpec):  # noqa: D101
    # before the first step

    @step  # a comment behind the decorator
    # and one below it
    def start(self):  # behind the head
        # first in the body
        self.x = 1

        # before the transition
        self.next(  # opening
            # the only target
            self.end  # the last step
            # after it
        )
        # after the transition

    # between steps
    @step
    # @retry
    def end(self):
        print(self.x)
        # the end

    # self.next(self.nowhere)


# if True:
if __name__ == "__main__":
    CommentedFlow()  # go
