"""Prints what the latest run of DemandFlow has come to, with the real client: STORE."""

import json
import sys

from metaflow import Flow, metadata, namespace

metadata("local@" + sys.argv[1])
namespace(None)
run = Flow("DemandFlow").latest_successful_run
names = "dropped too_small failed models counts best ranking report".split()
found = {name: getattr(run.data, name) for name in names}
found["films"] = run["start"].task.data.films
found["genres"] = run["choose_genres"].task.data.genres
json.dump(found, sys.stdout)
