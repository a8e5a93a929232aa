"""Adds tags one by one to a run with Metaflow's client, then prints them. Arguments: folder, flow/run, prefix, count."""
import json
import sys

from metaflow import Run, metadata, namespace

metadata("local@" + sys.argv[1])
namespace(None)
run = Run(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for i in range(int(sys.argv[4])):
    run.add_tag(sys.argv[3] + str(i))
print(json.dumps(sorted(Run(sys.argv[2]).user_tags)))
