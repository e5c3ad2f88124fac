#!/usr/bin/env python3
"""Makes the buckets, tables and queues of a CloudFormation template, as `cdk synth` writes it into cdk.out, in CloudEmu.

usage: deploy.py TEMPLATE.json [ENDPOINT]

The endpoint is http://localhost:4566, or what AWS_ENDPOINT_URL says. Needs boto3. What the template has besides is left out, by name."""
import json
import os
import sys

import boto3

CREDENTIALS = dict(region_name=os.environ.get("AWS_REGION", "us-east-1"), aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "test"),
                   aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "test"))
# What CreateTable takes under the same name; the rest of a table's properties are settings with calls of their own.
TABLE = ("AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "Tags",
         "TableClass", "DeletionProtectionEnabled")


class Deployment:
    def __init__(self, template, endpoint):
        self.resources = template["Resources"]
        self.s3, self.dynamodb, self.sqs = (boto3.client(name, endpoint_url=endpoint, **CREDENTIALS) for name in ("s3", "dynamodb", "sqs"))
        self.made = {}  # logical id -> (what Ref gives, what Fn::GetAtt Arn gives)
        self.left_out = []

    def run(self):
        makers = {"AWS::S3::Bucket": self.bucket, "AWS::DynamoDB::Table": self.table, "AWS::DynamoDB::GlobalTable": self.table,
                  "AWS::SQS::Queue": self.queue}
        # A queue's dead-letter queue comes before it.
        order = sorted(self.resources, key=lambda name: "RedrivePolicy" in self.resources[name].get("Properties", {}))
        for name in order:
            kind, properties = self.resources[name]["Type"], self.resources[name].get("Properties", {})
            if kind in makers:
                self.made[name] = makers[kind](name, self.resolved(properties))
                print(f"{kind} {self.made[name][0]}")
            elif not kind.startswith("AWS::CDK::"):
                self.left_out.append(f"{kind} {name}")

    def resolved(self, value):
        """With references to what was made already in place of them."""
        if isinstance(value, list):
            return [self.resolved(element) for element in value]
        if not isinstance(value, dict):
            return value
        if list(value) == ["Ref"] and value["Ref"] in self.made:
            return self.made[value["Ref"]][0]
        if list(value) == ["Fn::GetAtt"] and value["Fn::GetAtt"][0] in self.made:
            return self.made[value["Fn::GetAtt"][0]][1]
        return {name: self.resolved(inner) for name, inner in value.items()}

    def bucket(self, name, properties):
        bucket = properties.get("BucketName", name.lower())
        self.s3.create_bucket(Bucket=bucket)
        if properties.get("VersioningConfiguration"):
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=properties["VersioningConfiguration"])
        return bucket, f"arn:aws:s3:::{bucket}"

    def table(self, name, properties):
        wanted = {member: properties[member] for member in TABLE if member in properties}
        if "ProvisionedThroughput" not in wanted:
            wanted.setdefault("BillingMode", "PAY_PER_REQUEST")
        if "StreamSpecification" in properties:
            wanted["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
        table = properties.get("TableName", name)
        made = self.dynamodb.create_table(TableName=table, **wanted)["TableDescription"]
        if "TimeToLiveSpecification" in properties:
            self.dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
        return table, made["TableArn"]

    def queue(self, name, properties):
        queue = properties.pop("QueueName", name + (".fifo" if properties.get("FifoQueue") else ""))
        tags = {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}
        attributes = {key: value if isinstance(value, str) else json.dumps(value) for key, value in properties.items()}
        url = self.sqs.create_queue(QueueName=queue, Attributes=attributes, tags=tags)["QueueUrl"]
        return url, self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    endpoint = sys.argv[2] if len(sys.argv) == 3 else os.environ.get("AWS_ENDPOINT_URL", "http://localhost:4566")
    with open(sys.argv[1]) as file:
        deployment = Deployment(json.load(file), endpoint)
    deployment.run()
    for what in deployment.left_out:
        print(f"left out: {what}", file=sys.stderr)


if __name__ == "__main__":
    main()
