"""DynamoDB Streams, time to live and replicas through boto3: what a KCL-style reader does."""
import json
import time
import unittest
import urllib.request

import boto3
from botocore.config import Config

from boto3_case import WithDaemon

KEYS = dict(aws_access_key_id="test", aws_secret_access_key="test", config=Config(retries={"max_attempts": 0}))


class Reader:
    """Reads a stream as Amazon's client library does: shards, an iterator for each, pages until a shard ends."""

    def __init__(self, streams, arn):
        self.streams, self.arn = streams, arn
        self.iterators, self.seen_shards, self.records = {}, set(), []
        self.checkpoint = None

    def find_shards(self):
        start = {}
        while True:
            found = self.streams.describe_stream(StreamArn=self.arn, **start)["StreamDescription"]
            for shard in found["Shards"]:
                if shard["ShardId"] not in self.seen_shards:
                    self.seen_shards.add(shard["ShardId"])
                    place = dict(ShardIteratorType="TRIM_HORIZON")
                    if self.checkpoint:
                        place = dict(ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=self.checkpoint)
                    self.iterators[shard["ShardId"]] = self.streams.get_shard_iterator(
                        StreamArn=self.arn, ShardId=shard["ShardId"], **place)["ShardIterator"]
            if "LastEvaluatedShardId" not in found:
                return found
            start = {"ExclusiveStartShardId": found["LastEvaluatedShardId"]}

    def poll(self, **more):
        """One round over all open shards."""
        self.find_shards()
        for shard, iterator in list(self.iterators.items()):
            page = self.streams.get_records(ShardIterator=iterator, **more)
            self.records += page["Records"]
            if page["Records"]:
                self.checkpoint = page["Records"][-1]["dynamodb"]["SequenceNumber"]
            if "NextShardIterator" in page:
                self.iterators[shard] = page["NextShardIterator"]
            else:
                del self.iterators[shard]

    def brief(self):
        return [(r["eventName"], r["dynamodb"]["Keys"]["pk"]["S"]) for r in self.records]


class Streams(WithDaemon):
    def setUp(self):
        self.table = "table_" + self.id().split(".")[-1]
        self.db, self.streams = self.client("dynamodb"), self.client("dynamodbstreams")
        self.db.create_table(
            TableName=self.table, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        self.arn = self.db.describe_table(TableName=self.table)["Table"]["LatestStreamArn"]

    def client(self, service, region="us-east-1"):
        return boto3.client(service, endpoint_url=self.daemon.url, region_name=region, **KEYS)

    def put(self, key, **attributes):
        self.db.put_item(TableName=self.table, Item=dict({"pk": {"S": key}}, **attributes))

    def clock(self, command):
        request = urllib.request.Request(self.daemon.url + "/_cloudemu/clock", json.dumps(command).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=60))

    def test_reader_loop(self):
        reader = Reader(self.streams, self.arn)
        for number in range(25):
            self.put("item%02d" % number)
        while len(reader.records) < 25:
            reader.poll(Limit=10)
        self.assertEqual(reader.brief(), [("INSERT", "item%02d" % number) for number in range(25)])
        self.put("item03", x={"B": b"\x00\xff"})
        self.put("item03", x={"B": b"\x00\xff"})
        self.db.delete_item(TableName=self.table, Key={"pk": {"S": "item04"}})
        # A reader that begins anew goes on behind what it had.
        again = Reader(self.streams, self.arn)
        again.checkpoint = reader.checkpoint
        again.poll()
        self.assertEqual(again.brief(), [("MODIFY", "item03"), ("REMOVE", "item04")])
        image = again.records[0]["dynamodb"]
        self.assertEqual(image["NewImage"], {"pk": {"S": "item03"}, "x": {"B": b"\x00\xff"}})
        self.assertEqual(image["OldImage"], {"pk": {"S": "item03"}})
        self.assertEqual(image["StreamViewType"], "NEW_AND_OLD_IMAGES")
        self.db.update_table(TableName=self.table, StreamSpecification={"StreamEnabled": False})
        again.poll()
        self.assertEqual(again.iterators, {}, "the shard of a disabled stream ends")
        self.assertEqual(again.find_shards()["StreamStatus"], "DISABLED")

    def test_expiry_before_the_clock_answers(self):
        self.db.update_time_to_live(TableName=self.table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
        now = time.time()
        for number in range(700):
            self.put("item%d" % number, until={"N": str(int(now) + 3600)})
        self.put("stays", until={"N": str(int(now) + 360000)})
        self.clock({"advance": 3700})
        self.assertEqual(self.db.scan(TableName=self.table, Select="COUNT")["Count"], 1)
        reader = Reader(self.streams, self.arn)
        reader.poll()
        reader.poll()
        removed = [r for r in reader.records if r["eventName"] == "REMOVE"]
        self.assertEqual(len(removed), 700)
        for record in removed:
            self.assertEqual(record["userIdentity"], {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"})
        self.clock({"reset": True})

    def test_replica(self):
        self.put("before")
        self.db.update_table(TableName=self.table, ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
        there = self.client("dynamodb", "eu-west-1")
        self.put("after")
        there.put_item(TableName=self.table, Item={"pk": {"S": "there"}})
        for client in (self.db, there):
            keys = sorted(item["pk"]["S"] for item in client.scan(TableName=self.table)["Items"])
            self.assertEqual(keys, ["after", "before", "there"])
        reader = Reader(self.client("dynamodbstreams", "eu-west-1"), there.describe_table(TableName=self.table)["Table"]["LatestStreamArn"])
        reader.poll()
        self.assertEqual(reader.brief(), [("INSERT", "before"), ("INSERT", "after"), ("INSERT", "there")])

    def test_health(self):
        self.streams.list_streams()
        with urllib.request.urlopen(self.daemon.url + "/_localstack/health") as reply:
            self.assertEqual(json.load(reply)["services"]["dynamodbstreams"], "running")


if __name__ == "__main__":
    unittest.main(verbosity=2)
