"""PartiQL, backups, the past, exports and imports of DynamoDB, through boto3."""
import datetime
import gzip
import json
import time
import unittest

import boto3
from botocore.config import Config

from boto3_case import WithDaemon


class DynamoDbHistory(WithDaemon):
    def setUp(self):
        options = dict(endpoint_url=self.daemon.url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
                       config=Config(retries={"max_attempts": 0}))
        self.client = boto3.client("dynamodb", **options)
        self.s3 = boto3.client("s3", **options)

    def make_table(self, name):
        self.client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                                 AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
                                 KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}])
        self.client.update_continuous_backups(TableName=name,
                                              PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})

    def put(self, table, key, value):
        self.client.put_item(TableName=table, Item={"p": {"S": key}, "v": {"S": value}})

    def value(self, table, key):
        return self.client.get_item(TableName=table, Key={"p": {"S": key}}).get("Item", {}).get("v", {}).get("S")

    def fill(self, table, count):
        for first in range(0, count, 25):
            self.client.batch_write_item(RequestItems={table: [
                {"PutRequest": {"Item": {"p": {"S": str(i)}, "v": {"S": "x" * 300}}}} for i in range(first, first + 25)]})

    def wait_for(self, what, seconds=60):
        end = time.time() + seconds
        while not what():
            self.assertLess(time.time(), end, "that took too long")
            time.sleep(0.02)

    def count(self, table):
        pages = self.client.get_paginator("scan").paginate(TableName=table, Select="COUNT")
        return sum(page["Count"] for page in pages)

    def test_partiql(self):
        self.make_table("songs")
        run = self.client.execute_statement
        run(Statement="INSERT INTO songs VALUE {'p': ?, 'n': 1, 's': <<'a'>>}", Parameters=[{"S": "x"}])
        self.refused("DuplicateItemException", run, Statement="INSERT INTO songs VALUE {'p': 'x'}")
        out = run(Statement="UPDATE songs SET n = n + 1 SET s = set_add(s, <<'b'>>) WHERE p = 'x' RETURNING ALL NEW *")
        self.assertEqual(out["Items"], [{"p": {"S": "x"}, "n": {"N": "2"}, "s": {"SS": ["a", "b"]}}])
        for i in range(10):
            run(Statement="INSERT INTO \"songs\" VALUE {'p': ?, 'n': ?}", Parameters=[{"S": "k%d" % i}, {"N": str(i)}])
        pages, token = [], {}
        while True:
            page = run(Statement='SELECT p FROM "songs" WHERE n >= 5', Limit=3, **token)
            pages += [item["p"]["S"] for item in page["Items"]]
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        self.assertEqual(sorted(pages), ["k5", "k6", "k7", "k8", "k9"])
        done = self.client.execute_transaction(TransactStatements=[
            {"Statement": "DELETE FROM songs WHERE p = 'k1'"},
            {"Statement": "EXISTS(SELECT * FROM songs WHERE p = 'k2' AND n = 2)"}])
        self.assertEqual(done["Responses"], [{}, {}])
        batch = self.client.batch_execute_statement(Statements=[
            {"Statement": "SELECT * FROM songs WHERE p = 'k2'"}, {"Statement": "SELECT * FROM songs WHERE p = 'k1'"}])
        self.assertEqual(batch["Responses"][0]["Item"], {"p": {"S": "k2"}, "n": {"N": "2"}})
        self.assertNotIn("Item", batch["Responses"][1])
        answer = self.refused("ValidationException", run, Statement="SELEKT 1")
        self.assertEqual(answer["Error"]["Message"], "Statement wasn't well formed, can't be processed: Expected data manipulation")

    def test_a_backup_of_many_items(self):
        self.make_table("saved")
        self.fill("saved", 5000)
        arn = self.client.create_backup(TableName="saved", BackupName="one")["BackupDetails"]["BackupArn"]
        self.client.restore_table_from_backup(TargetTableName="restored", BackupArn=arn)
        self.fill("saved", 100)
        slowest = 0
        while self.client.describe_table(TableName="restored")["Table"]["TableStatus"] != "ACTIVE":
            began = time.time()
            self.value("saved", "1")
            slowest = max(slowest, time.time() - began)
        self.assertLess(slowest, 1)
        self.assertEqual(self.count("restored"), 5000)
        self.assertEqual(self.client.list_backups(TableName="saved")["BackupSummaries"][0]["BackupArn"], arn)
        self.client.delete_backup(BackupArn=arn)
        self.refused("BackupNotFoundException", self.client.describe_backup, BackupArn=arn)

    def test_the_past_of_a_table(self):
        self.make_table("past")
        moments = []
        for value in ("first", "second", "third"):
            self.put("past", "a", value)
            time.sleep(1.1)
            moments.append(datetime.datetime.now(datetime.timezone.utc))
            time.sleep(1.1)
        for i, value in enumerate(("first", "second", "third")):
            name = "past%d" % i
            self.client.restore_table_to_point_in_time(SourceTableName="past", TargetTableName=name, RestoreDateTime=moments[i])
            self.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
            self.assertEqual(self.value(name, "a"), value)
        export = self.client.export_table_to_point_in_time
        if "ExportType" not in self.client.meta.service_model.operation_model("ExportTableToPointInTime").input_shape.members:
            return  # this boto3 does not know incremental exports
        self.s3.create_bucket(Bucket="changes")
        started = export(TableArn="arn:aws:dynamodb:us-east-1:000000000000:table/past", S3Bucket="changes", ExportType="INCREMENTAL_EXPORT",
                         IncrementalExportSpecification={"ExportFromTime": moments[0], "ExportToTime": moments[2]})
        lines = self.exported(started["ExportDescription"]["ExportArn"], "changes")
        self.assertEqual(len(lines), 1)
        self.assertEqual(lines[0]["Keys"], {"p": {"S": "a"}})
        self.assertEqual(lines[0]["OldImage"]["v"], {"S": "first"})
        self.assertEqual(lines[0]["NewImage"]["v"], {"S": "third"})
        written = int(lines[0]["Metadata"]["WriteTimestampMicros"]["N"]) / 1e6
        self.assertTrue(moments[1].timestamp() < written < moments[2].timestamp(), "the time of the last write")

    def exported(self, arn, bucket):
        self.wait_for(lambda: self.client.describe_export(ExportArn=arn)["ExportDescription"]["ExportStatus"] != "IN_PROGRESS")
        done = self.client.describe_export(ExportArn=arn)["ExportDescription"]
        self.assertEqual(done["ExportStatus"], "COMPLETED", done)
        read = lambda key: self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        summary = json.loads(read(done["ExportManifest"]))
        lines = []
        for line in read(summary["manifestFilesS3Key"]).decode().splitlines():
            data = gzip.decompress(read(json.loads(line)["dataFileS3Key"])).decode()
            lines += [json.loads(item) for item in data.splitlines()]
        self.assertEqual(len(lines), summary["itemCount"])
        return lines

    def test_out_and_in_again(self):
        self.make_table("out")
        self.fill("out", 3000)
        self.s3.create_bucket(Bucket="lake")
        started = self.client.export_table_to_point_in_time(TableArn="arn:aws:dynamodb:us-east-1:000000000000:table/out",
                                                            S3Bucket="lake", S3Prefix="x")
        lines = self.exported(started["ExportDescription"]["ExportArn"], "lake")
        self.assertEqual(len({line["Item"]["p"]["S"] for line in lines}), 3000)
        self.s3.put_object(Bucket="lake", Key="in/a.json.gz", Body=gzip.compress("\n".join(json.dumps(line) for line in lines).encode()))
        begun = self.client.import_table(
            S3BucketSource={"S3Bucket": "lake", "S3KeyPrefix": "in/"}, InputFormat="DYNAMODB_JSON", InputCompressionType="GZIP",
            TableCreationParameters={"TableName": "again", "BillingMode": "PAY_PER_REQUEST",
                                     "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
                                     "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}]})["ImportTableDescription"]
        describe = lambda: self.client.describe_import(ImportArn=begun["ImportArn"])["ImportTableDescription"]
        self.wait_for(lambda: describe()["ImportStatus"] != "IN_PROGRESS")
        self.assertEqual((describe()["ImportStatus"], describe()["ImportedItemCount"]), ("COMPLETED", 3000), describe())
        self.assertEqual(self.count("again"), 3000)


if __name__ == "__main__":
    unittest.main()
