from metaflow import S3, FlowSpec, current, step


class Past(FlowSpec):
    @step
    def start(self):
        with S3(run=self) as s3:
            url = s3.put("key", "from a container")
        with S3() as s3:
            self.read = s3.get(url).text
            self.missing = s3.get(url + "x", return_missing=True).exists
        self.where = url
        self.next(self.end)

    @step
    def end(self):
        assert self.read == "from a container" and not self.missing


if __name__ == "__main__":
    Past()
