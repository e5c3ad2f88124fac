#!/usr/bin/python3
"""Whether what is done to large tables, or with large requests, keeps others waiting.

One client restores, exports, imports, indexes, replicates and drops tables of many small items and of some large ones, lets tens of
thousands of items expire, reads long pages of a stream, and sends and asks for as much as one request may; another reads a small item
again and again. A fault is a turn of the loop of more than 20 ms.
usage: torture_dynamodb_stalls.py [ITEMS] [STORY ...]"""
import json
import multiprocessing
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from stalls import Stalls  # noqa: E402
from support import Api, Daemon, create_table, run_log, temporary_directory  # noqa: E402

ITEMS = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
LARGE_BYTES = 390_000
stalls = Stalls()


class Client(Api):
    def __init__(self, port, region="us-east-1"):
        super().__init__(port)
        self.connection.timeout, self.region = 600, region

    def json(self, target, document):
        status, body = self.call("POST", "/", json.dumps(document), {
            "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20261123T000000Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20261123/%s/dynamodb/aws4_request, "
                             "SignedHeaders=host, Signature=%s" % (self.region, "0" * 64)})
        reply = json.loads(body or b"{}")
        assert status == 200, (target, status, reply)
        return reply

    def ask(self, operation, **document):
        return self.json("DynamoDB_20120810." + operation, document)

    def ask_streams(self, operation, **document):
        return self.json("DynamoDBStreams_20120810." + operation, document)

    def clock(self, **command):
        status, reply = self.call("POST", "/_cloudemu/clock", json.dumps(command))
        assert status == 200, reply

    def until(self, operation, is_done, **document):
        while not is_done(self.ask(operation, **document)):
            time.sleep(0.05)

    def until_active(self, table):
        self.until("DescribeTable", lambda reply: reply["Table"]["TableStatus"] == "ACTIVE", TableName=table)

    def until_gone(self, table):
        while table in self.ask("ListTables")["TableNames"]:
            time.sleep(0.05)


def small_item(number):
    return {"pk": {"S": "item-%d" % number}, "color": {"S": "red"}, "text": {"S": "x" * 200}, "until": {"N": "2000000000"}}


def large_item(number, size=LARGE_BYTES):
    """Much of it is structure, which costs more to take apart than text does."""
    return {"pk": {"S": "large-%d" % number}, "color": {"S": "red"}, "text": {"S": "x" * (size - 10_000)},
            "list": {"L": [{"N": str(i)} for i in range(1000)]}, "until": {"N": "2000000000"}}


def put_all(port, table, first, end):
    api = Client(port)
    for at in range(first, end, 25):
        api.ask("BatchWriteItem", RequestItems={table: [{"PutRequest": {"Item": small_item(n)}} for n in range(at, min(at + 25, end))]})
    api.close()


def fill(port, table, items=ITEMS, large=100):
    """As many small items and some large ones."""
    parts = [multiprocessing.Process(target=put_all, args=(port, table, items * part // 4, items * (part + 1) // 4)) for part in range(4)]
    for part in parts:
        part.start()
    api = Client(port)
    for number in range(large):
        api.ask("PutItem", TableName=table, Item=large_item(number))
    api.close()
    for part in parts:
        part.join()
        assert part.exitcode == 0


def measure(port, what, act):
    ask = {"TableName": "small", "Key": {"pk": {"S": "a"}}}
    stalls.measure(port, what, act, lambda api: api.dynamodb("GetItem", ask))


def backups(port):
    api = Client(port)
    create_table(api, "load")
    fill(port, "load")
    api.ask("UpdateContinuousBackups", TableName="load", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    time.sleep(2)
    at = int(time.time())
    time.sleep(2)
    arn = api.ask("CreateBackup", TableName="load", BackupName="first")["BackupDetails"]["BackupArn"]

    def restore():
        api.ask("RestoreTableFromBackup", TargetTableName="restored", BackupArn=arn)
        api.until_active("restored")

    def restore_past():
        api.ask("RestoreTableToPointInTime", SourceTableName="load", TargetTableName="past", RestoreDateTime=at)
        api.until_active("past")

    def drop(table):
        api.ask("DeleteTable", TableName=table)
        api.until_gone(table)

    measure(port, "restore from a backup", restore)
    measure(port, "restore of a past second", restore_past)
    measure(port, "table dropped", lambda: drop("restored"))
    measure(port, "table dropped that a backup needs", lambda: drop("load"))
    measure(port, "backup deleted", lambda: api.ask("DeleteBackup", BackupArn=arn))


def transfers(port):
    api = Client(port)
    create_table(api, "load")
    fill(port, "load")
    api.ask("UpdateContinuousBackups", TableName="load", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    begin = int(time.time())
    table = api.ask("DescribeTable", TableName="load")["Table"]["TableArn"]
    assert api.call("PUT", "/transfers")[0] == 200
    exports = []

    def export(kind, **more):
        arn = api.ask("ExportTableToPointInTime", TableArn=table, S3Bucket="transfers", ExportType=kind, **more)["ExportDescription"]["ExportArn"]
        api.until("DescribeExport", lambda reply: reply["ExportDescription"]["ExportStatus"] == "COMPLETED", ExportArn=arn)
        exports.append(arn.rsplit("/", 1)[1])

    def load(**more):
        prefix = "AWSDynamoDB/%s/data/" % exports[0]
        reply = api.ask("ImportTable", ClientToken="import", S3BucketSource={"S3Bucket": "transfers", "S3KeyPrefix": prefix}, InputFormat="DYNAMODB_JSON",
                        InputCompressionType="GZIP", TableCreationParameters={
                            "TableName": "imported", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"})
        arn = reply["ImportTableDescription"]["ImportArn"]
        api.until("DescribeImport", lambda reply: reply["ImportTableDescription"]["ImportStatus"] == "COMPLETED", ImportArn=arn)

    measure(port, "full export", lambda: export("FULL_EXPORT"))
    measure(port, "import", load)
    assert api.ask("DescribeTable", TableName="imported")["Table"]["ItemCount"] == ITEMS + 100
    for number in range(0, 2000):
        api.ask("PutItem", TableName="load", Item={"pk": {"S": "item-%d" % number}})
    time.sleep(1.1)
    measure(port, "incremental export", lambda: export("INCREMENTAL_EXPORT", IncrementalExportSpecification={
        "ExportFromTime": begin, "ExportToTime": int(time.time())}))


def indexes(port):
    api = Client(port)
    create_table(api, "load")
    fill(port, "load")

    def add_index():
        api.ask("UpdateTable", TableName="load", AttributeDefinitions=[{"AttributeName": "color", "AttributeType": "S"}],
                GlobalSecondaryIndexUpdates=[{"Create": {"IndexName": "by-color", "KeySchema": [{"AttributeName": "color", "KeyType": "HASH"}],
                                                         "Projection": {"ProjectionType": "ALL"}}}])
        api.until("DescribeTable", lambda reply: reply["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE", TableName="load")

    def add_replica():
        api.ask("UpdateTable", TableName="load", ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
        api.until("DescribeTable", lambda reply: reply["Table"]["Replicas"][0]["ReplicaStatus"] == "ACTIVE", TableName="load")

    measure(port, "an index is filled", add_index)
    measure(port, "a replica is filled", add_replica)
    measure(port, "an index is dropped", lambda: api.ask("UpdateTable", TableName="load", GlobalSecondaryIndexUpdates=[
        {"Delete": {"IndexName": "by-color"}}]))
    write_large(port, api)


def write_large(port, api):
    """As much as one request may, into a table with replicas."""
    for region in ("eu-central-1", "eu-west-2", "eu-west-3", "ap-south-1"):
        api.ask("CreateTable", TableName="wide-" + region, KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
    create_table(api, "wide")
    puts = [{"PutRequest": {"Item": large_item(n)}} for n in range(25)]
    measure(port, "BatchWriteItem of 25 large items", lambda: api.ask("BatchWriteItem", RequestItems={"wide": puts}))
    keys = [{"pk": {"S": "large-%d" % n}} for n in range(25)]
    measure(port, "BatchGetItem of them", lambda: api.ask("BatchGetItem", RequestItems={"wide": {"Keys": keys}}))
    measure(port, "Scan of large items, filtered", lambda: api.ask(
        "Scan", TableName="wide", FilterExpression="size(#t) > :n AND #l[999] = :n", ExpressionAttributeNames={"#t": "text", "#l": "list"},
        ExpressionAttributeValues={":n": {"N": "999"}}))
    items = [{"Put": {"TableName": "wide", "Item": {"pk": {"S": "part-%d" % n}, "text": {"S": "x" * 38_000}}}} for n in range(100)]
    measure(port, "TransactWriteItems of 100", lambda: api.ask("TransactWriteItems", TransactItems=items))
    create_table(api, "inserted")
    inserts = [{"Statement": "INSERT INTO inserted VALUE ?", "Parameters": [{"M": large_item(n)}]} for n in range(25)]
    measure(port, "BatchExecuteStatement of 25 large items", lambda: api.ask("BatchExecuteStatement", Statements=inserts))
    lists = [{"Statement": "INSERT INTO inserted VALUE ?", "Parameters": [{"M": {
        "pk": {"S": "part-%d" % n}, "text": {"S": "x" * 20_000}, "list": {"L": [{"N": str(i)} for i in range(2000)]}}}]} for n in range(100)]
    measure(port, "ExecuteTransaction of 100", lambda: api.ask("ExecuteTransaction", TransactStatements=lists))
    for region in ("eu-central-1", "eu-west-2", "eu-west-3", "ap-south-1"):
        api.ask("UpdateTable", TableName="wide", ReplicaUpdates=[{"Create": {"RegionName": region}}])
        api.until("DescribeTable", lambda reply: all(r["ReplicaStatus"] == "ACTIVE" for r in reply["Table"]["Replicas"]), TableName="wide")
    puts = [{"PutRequest": {"Item": large_item(n, LARGE_BYTES - 1)}} for n in range(25)]
    measure(port, "BatchWriteItem of 25 large items, 4 replicas", lambda: api.ask("BatchWriteItem", RequestItems={"wide": puts}))
    time.sleep(2)
    for region in ("eu-central-1", "eu-west-2", "eu-west-3", "ap-south-1"):
        there, start, same, total = Client(port, region), {}, 0, 0
        while True:
            page = there.ask("Scan", TableName="wide", **start)
            same += sum(len(item["text"]["S"]) == LARGE_BYTES - 10_001 for item in page["Items"])
            total += len(page["Items"])
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert (same, total) == (25, 125), "replica %s has %d of 25 written items, %d in all" % (region, same, total)


def expiry(port):
    api = Client(port)
    api.clock(freeze="2030-01-01T00:00:00Z")
    api.ask("CreateTable", TableName="load", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    fill(port, "load")

    def enable():
        api.ask("UpdateTimeToLive", TableName="load", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
        time.sleep(3)

    measure(port, "time to live is enabled", enable)
    measure(port, "%d items expire" % (ITEMS + 100), lambda: api.clock(freeze="2034-01-01T00:00:00Z"))
    assert api.ask("Scan", TableName="load", Select="COUNT")["Count"] == 0
    measure(port, "their records are trimmed", lambda: api.clock(freeze="2034-01-03T00:00:00Z"))


def stream_pages(port):
    api = Client(port)
    api.ask("CreateTable", TableName="load", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    arn = api.ask("DescribeTable", TableName="load")["Table"]["LatestStreamArn"]
    shard = api.ask_streams("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]

    def page():
        iterator = api.ask_streams("GetShardIterator", StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        for _ in range(10):
            api.ask_streams("GetRecords", ShardIterator=iterator)

    structured = {"L": [{"NULL": True} for _ in range(200)]}  # little data, much text
    for number in range(1000):
        api.ask("PutItem", TableName="load", Item={"pk": {"S": "%d" % number}, "list": structured})
        api.ask("PutItem", TableName="load", Item={"pk": {"S": "%d" % number}, "list": structured, "again": {"BOOL": True}})
    measure(port, "GetRecords of 1,000 records of much text", page)
    api.ask("DeleteTable", TableName="load")
    fill_stream(port, api)


def fill_stream(port, api):
    api.ask("CreateTable", TableName="long", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    arn = api.ask("DescribeTable", TableName="long")["Table"]["LatestStreamArn"]
    shard = api.ask_streams("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    for number in range(1000):
        api.ask("PutItem", TableName="long", Item=large_item(number % 50, 50_000 + number))

    def pages():
        iterator = api.ask_streams("GetShardIterator", StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        count = 0
        while count < 1000:
            page = api.ask_streams("GetRecords", ShardIterator=iterator)
            count, iterator = count + len(page["Records"]), page["NextShardIterator"]

    measure(port, "1,000 large records by GetRecords", pages)


STORIES = {story.__name__: story for story in (backups, transfers, indexes, expiry, stream_pages)}


def run(story, data_dir, flags):
    with Daemon(data_dir, flags, stalls.meter) as daemon:
        api = Api(daemon.port)
        create_table(api, "small")
        api.dynamodb("PutItem", {"TableName": "small", "Item": {"pk": {"S": "a"}}})
        api.close()
        story(daemon.port)
        assert daemon.stop() == 0
    if data_dir:
        code, out, error = run_log(data_dir, "rebuild", "--check")
        assert code == 0, out + error


def main():
    for name in sys.argv[2:] or STORIES:
        print("--- %s" % name)
        with temporary_directory() as data_dir:
            run(STORIES[name], data_dir, ["--sync", os.environ.get("STALLS_SYNC", "everysec")])
    stalls.end()


if __name__ == "__main__":
    main()
