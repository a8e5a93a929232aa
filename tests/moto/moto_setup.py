"""Makes what a test needs of moto: a compute environment, and job queues of the names given, or one called queue. Prints when they are there."""

import sys

import boto3

url, names = sys.argv[1], sys.argv[2:] or ["queue"]


def client(name):
    return boto3.client(name, endpoint_url=url, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")


ec2, iam, batch = client("ec2"), client("iam"), client("batch")
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
group = ec2.create_security_group(Description="tests", GroupName="tests", VpcId=vpc)["GroupId"]
role = iam.create_role(RoleName="tests", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
iam.create_instance_profile(InstanceProfileName="tests")
iam.add_role_to_instance_profile(InstanceProfileName="tests", RoleName="tests")
machines = batch.create_compute_environment(
    computeEnvironmentName="machines",
    type="MANAGED",
    state="ENABLED",
    serviceRole=role,
    computeResources={
        "type": "EC2",
        "minvCpus": 1,
        "maxvCpus": 8,
        "desiredvCpus": 2,
        "instanceTypes": ["t2.small"],
        "subnets": [subnet],
        "securityGroupIds": [group],
        "instanceRole": role.replace("role", "instance-profile"),
    },
)["computeEnvironmentArn"]
for name in names:
    batch.create_job_queue(jobQueueName=name, state="ENABLED", priority=1, computeEnvironmentOrder=[{"order": 1, "computeEnvironment": machines}])
print(role)
