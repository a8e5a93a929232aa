"""Does what somebody might do in AWS's console: gives a state machine another limit of time."""

import json
import sys

import boto3

client = boto3.client("stepfunctions")
pages = client.get_paginator("list_state_machines").paginate()
machines = [m for page in pages for m in page["stateMachines"] if sys.argv[1] in m["name"]]
for machine in machines:
    definition = json.loads(client.describe_state_machine(stateMachineArn=machine["stateMachineArn"])["definition"])
    definition["TimeoutSeconds"] = 60
    client.update_state_machine(stateMachineArn=machine["stateMachineArn"], definition=json.dumps(definition))
    print("changed", machine["name"])
