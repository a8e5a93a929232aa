# exit: 0
# covers: names of steps and artifacts of several words, with abbreviations and numbers, and one given by hand
from metaflow import FlowSpec, Parameter, step


class HTTPNames(FlowSpec):
    max_size = Parameter("max-size", default=3)

    @step
    def start(self):
        self.run_id_seen = "x"
        self.v2_model = 2
        self.html_page = "<p>"
        self.other_name = "by hand"
        self.next(self.http_server)

    @step
    def http_server(self):
        self.x1 = self.v2_model
        self.next(self.load_csv_file)

    @step
    def load_csv_file(self):
        self.user_ids = [self.max_size]
        self.next(self.end)

    @step
    def end(self):
        print(self.other_name)


if __name__ == "__main__":
    HTTPNames()
