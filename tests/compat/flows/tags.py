# args: --tag plain --tag 'with space' --tag key:value --tag ünï --tag plain
# exit: 0
# covers: user tags of all sorts, repeated ones, from the command line; a tag added by a step through the client
from metaflow import FlowSpec, Run, current, step


class TagsFlow(FlowSpec):
    @step
    def start(self):
        self.given = sorted(current.tags)
        self.next(self.end)

    @step
    def end(self):
        run = Run("%s/%s" % (current.flow_name, current.run_id))
        run.add_tags(["late", "plain"])
        run.remove_tag("key:value")
        self.after = sorted(run.user_tags)


if __name__ == "__main__":
    TagsFlow()
