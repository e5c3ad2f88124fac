"""CloudEmu through boto3, as an application would use it. Runs with whatever boto3 the interpreter has: today's speaks JSON to SQS,
that of Debian 12 speaks the Query protocol."""
import decimal
import hashlib
import io
import json
import os
import time
import unittest
import urllib.request

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError

from boto3_case import WithDaemon
from support import run_log

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def setUpModule():
    print("boto3", boto3.__version__, "botocore", botocore.__version__, flush=True)


def post_form(post, content, file_name="cat.jpg", **more):
    """Sends what generate_presigned_post made, as a browser's form would: (status, headers, body)."""
    boundary = "----WebKitFormBoundary" + os.urandom(8).hex()
    body = b""
    for name, value in {**post["fields"], **more}.items():
        body += ('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, name, value)).encode()
    body += ('--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: image/jpeg\r\n\r\n' % (
        boundary, file_name)).encode() + content + ("\r\n--%s--\r\n" % boundary).encode()
    request = urllib.request.Request(post["url"], data=body, headers={"Content-Type": "multipart/form-data; boundary=" + boundary})
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class Boto3(WithDaemon):
    def client(self, service, **more):
        options = dict(KEYS, endpoint_url=self.daemon.url, config=Config(retries={"max_attempts": 0}))
        options.update(more)
        return boto3.client(service, **options)


class S3(Boto3):
    def setUp(self):
        self.s3 = self.client("s3")
        self.bucket = "bucket-" + self.id().split(".")[-1].replace("_", "-").lower()
        self.s3.create_bucket(Bucket=self.bucket)

    def test_put_get_head_delete(self):
        put = self.s3.put_object(Bucket=self.bucket, Key="a/ü %+.txt", Body=b"hello", ContentType="text/plain",
                                 Metadata={"Colour": "blue"})
        self.assertEqual(put["ETag"], '"%s"' % hashlib.md5(b"hello").hexdigest())
        got = self.s3.get_object(Bucket=self.bucket, Key="a/ü %+.txt")
        self.assertEqual(got["Body"].read(), b"hello")
        self.assertEqual(got["ContentType"], "text/plain")
        self.assertEqual(got["Metadata"], {"colour": "blue"})
        head = self.s3.head_object(Bucket=self.bucket, Key="a/ü %+.txt")
        self.assertEqual(head["ContentLength"], 5)
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="a/ü %+.txt", Range="bytes=1-3")["Body"].read(), b"ell")
        self.s3.delete_object(Bucket=self.bucket, Key="a/ü %+.txt")
        self.refused("NoSuchKey", self.s3.get_object, Bucket=self.bucket, Key="a/ü %+.txt")
        self.refused("404", self.s3.head_object, Bucket=self.bucket, Key="a/ü %+.txt")

    def test_nothing_hangs_around_empty_bodies(self):
        """botocore asks for "100 Continue" with every upload, and takes a final status that comes instead for the next reply's, too."""
        s3 = self.client("s3", config=Config(retries={"max_attempts": 0}, read_timeout=5))
        for key in ("empty", "empty-again"):
            s3.put_object(Bucket=self.bucket, Key=key, Body=b"")
            s3.put_object(Bucket=self.bucket, Key="after", Body=b"x")
        upload = s3.create_multipart_upload(Bucket=self.bucket, Key="parts")["UploadId"]
        for body in (b"", b"some"):
            self.refused("NoSuchBucket", s3.put_object, Bucket="no-such-bucket", Key="k", Body=body)
            s3.put_object(Bucket=self.bucket, Key="after", Body=body)
            self.refused("NoSuchUpload", s3.upload_part, Bucket=self.bucket, Key="parts", UploadId="none", PartNumber=1, Body=body)
            s3.upload_part(Bucket=self.bucket, Key="parts", UploadId=upload, PartNumber=1, Body=body)
            self.refused("InvalidStorageClass", s3.put_object, Bucket=self.bucket, Key="k", Body=body, StorageClass="NONE")
            s3.put_object(Bucket=self.bucket, Key="after", Body=body)
            self.refused("BadDigest", s3.put_object, Bucket=self.bucket, Key="k", Body=body, ContentMD5="MTIzNDU2Nzg5MDEyMzQ1Ng==")
        self.assertEqual(s3.get_object(Bucket=self.bucket, Key="after")["Body"].read(), b"some")

    def test_listing_pages_through_everything(self):
        for number in range(25):
            self.s3.put_object(Bucket=self.bucket, Key="dir%d/file-%02d" % (number % 3, number), Body=b"x")
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, PaginationConfig={"PageSize": 7})
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        self.assertEqual(keys, sorted("dir%d/file-%02d" % (n % 3, n) for n in range(25)))
        top = self.s3.list_objects_v2(Bucket=self.bucket, Delimiter="/")
        self.assertEqual([p["Prefix"] for p in top["CommonPrefixes"]], ["dir0/", "dir1/", "dir2/"])

    def test_multipart_upload_by_the_transfer_manager(self):
        body = os.urandom(13 * 1024 * 1024)
        self.s3.upload_fileobj(io.BytesIO(body), self.bucket, "large")
        into = io.BytesIO()
        self.s3.download_fileobj(self.bucket, "large", into)
        self.assertEqual(into.getvalue(), body)
        self.assertTrue(self.s3.head_object(Bucket=self.bucket, Key="large")["ETag"].endswith('-2"'))
        self.s3.copy_object(Bucket=self.bucket, Key="copy", CopySource={"Bucket": self.bucket, "Key": "large"})
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="copy")["Body"].read(), body)

    def test_versions_and_delete_markers(self):
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        first = self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"one")["VersionId"]
        second = self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"two")["VersionId"]
        marker = self.s3.delete_object(Bucket=self.bucket, Key="k")
        self.assertTrue(marker["DeleteMarker"])
        self.refused("NoSuchKey", self.s3.get_object, Bucket=self.bucket, Key="k")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="k", VersionId=first)["Body"].read(), b"one")
        listed = self.s3.list_object_versions(Bucket=self.bucket)
        self.assertEqual([v["VersionId"] for v in listed["Versions"]], [second, first])
        self.assertEqual(len(listed["DeleteMarkers"]), 1)
        self.s3.delete_object(Bucket=self.bucket, Key="k", VersionId=marker["VersionId"])
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="k")["Body"].read(), b"two")

    def test_delete_objects(self):
        for number in range(5):
            self.s3.put_object(Bucket=self.bucket, Key=str(number), Body=b"x")
        done = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [{"Key": str(n)} for n in range(7)]})
        self.assertEqual(len(done["Deleted"]), 7)
        self.assertNotIn("Contents", self.s3.list_objects_v2(Bucket=self.bucket))

    def test_conditional_writes(self):
        if tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 36):
            self.skipTest("this boto3 does not know If-None-Match on writes")
        self.s3.put_object(Bucket=self.bucket, Key="once", Body=b"1", IfNoneMatch="*")
        self.refused("PreconditionFailed", self.s3.put_object, Bucket=self.bucket, Key="once", Body=b"2", IfNoneMatch="*")

    def test_presigned_urls(self):
        url = self.s3.generate_presigned_url("put_object", Params={"Bucket": self.bucket, "Key": "signed"}, ExpiresIn=60)
        urllib.request.urlopen(urllib.request.Request(url, data=b"by url", method="PUT", headers={"Content-Type": ""})).read()
        url = self.s3.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": "signed"}, ExpiresIn=60)
        self.assertEqual(urllib.request.urlopen(url).read(), b"by url")

    def test_notifications_to_a_queue(self):
        sqs = self.client("sqs")
        queue = sqs.create_queue(QueueName="told")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration={"QueueConfigurations": [
            {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"],
             "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "told/"}]}}}]})
        kept, = self.s3.get_bucket_notification_configuration(Bucket=self.bucket)["QueueConfigurations"]
        self.assertEqual((kept["QueueArn"], kept["Filter"]["Key"]["FilterRules"]), (arn, [{"Name": "Prefix", "Value": "told/"}]))
        test, = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)["Messages"]
        self.assertEqual(json.loads(test["Body"])["Event"], "s3:TestEvent")
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=test["ReceiptHandle"])
        self.s3.put_object(Bucket=self.bucket, Key="told/a b", Body=b"meow")
        self.s3.put_object(Bucket=self.bucket, Key="untold", Body=b"meow")
        told, = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)["Messages"]
        record, = json.loads(told["Body"])["Records"]
        self.assertEqual((record["eventName"], record["s3"]["object"]["key"], record["s3"]["object"]["size"]), ("ObjectCreated:Put", "told/a+b", 4))
        with self.assertRaisesRegex(ClientError, "Unable to validate the following destination configurations"):
            self.s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration={"QueueConfigurations": [
                {"QueueArn": arn + "x", "Events": ["s3:ObjectCreated:*"]}]})

    def test_presigned_posts(self):
        content = os.urandom(200_000)
        for version in ("s3v4", "s3"):
            s3 = self.client("s3", config=Config(signature_version=version, retries={"max_attempts": 0}))
            post = s3.generate_presigned_post(self.bucket, "pets/${filename}", Fields={"acl": "private", "success_action_status": "201"},
                                              Conditions=[{"acl": "private"}, {"success_action_status": "201"},
                                                          ["starts-with", "$Content-Type", "image/"], ["content-length-range", 1, 300_000]])
            status, headers, body = post_form(post, content, **{"Content-Type": "image/jpeg"})
            self.assertEqual(status, 201, body)
            self.assertIn(b"<Key>pets/cat.jpg</Key>", body)
            got = self.s3.get_object(Bucket=self.bucket, Key="pets/cat.jpg")
            self.assertEqual((got["Body"].read(), got["ContentType"]), (content, "image/jpeg"))
            for arguments, code in ((dict(content=content, **{"Content-Type": "text/html"}), b"AccessDenied"),
                                    (dict(content=content, **{"Content-Type": "image/a", "x-amz-meta-a": "1"}), b"Extra input fields"),
                                    (dict(content=content * 2, **{"Content-Type": "image/a"}), b"EntityTooLarge"),
                                    (dict(content=b"", **{"Content-Type": "image/a"}), b"EntityTooSmall")):
                status, headers, body = post_form(post, **arguments)
                self.assertIn(status, (400, 403))
                self.assertIn(code, body)

    def test_ranges_of_an_empty_object(self):
        self.s3.put_object(Bucket=self.bucket, Key="empty", Body=b"")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="empty", Range="bytes=-1")["Body"].read(), b"")
        self.refused("InvalidRange", self.s3.get_object, Bucket=self.bucket, Key="empty", Range="bytes=0-")

    def test_a_refused_header_is_named(self):
        error = self.refused("NotImplemented", self.s3.copy_object, Bucket=self.bucket, Key="k",
                             CopySource="arn:aws:s3:us-east-1:123456789012:accesspoint/a/object/k")
        self.assertIn("x-amz-copy-source", error["Error"]["Message"])

    def test_settings_of_a_bucket(self):
        s3, bucket = self.s3, self.bucket
        self.refused("NoSuchCORSConfiguration", s3.get_bucket_cors, Bucket=bucket)
        rules = [{"ID": "a", "AllowedMethods": ["PUT", "GET"], "AllowedOrigins": ["https://app.example"], "AllowedHeaders": ["*"], "ExposeHeaders": ["ETag"],
                  "MaxAgeSeconds": 60}]
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
        self.assertEqual(s3.get_bucket_cors(Bucket=bucket)["CORSRules"], rules)
        metrics = {"Id": "m", "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}}}
        s3.put_bucket_metrics_configuration(Bucket=bucket, Id="m", MetricsConfiguration=metrics)
        self.assertEqual(s3.get_bucket_metrics_configuration(Bucket=bucket, Id="m")["MetricsConfiguration"], metrics)
        self.assertEqual(s3.list_bucket_metrics_configurations(Bucket=bucket)["MetricsConfigurationList"], [metrics])
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": "logs/"}})
        self.assertEqual(s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]["TargetPrefix"], "logs/")
        website = {"IndexDocument": {"Suffix": "i.html"}, "RoutingRules": [{"Redirect": {"HostName": "example.com"}}]}
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)
        reply = s3.get_bucket_website(Bucket=bucket)
        self.assertEqual({name: reply[name] for name in website}, website)

    def test_a_page_uploads_by_a_presigned_url(self):
        origin = "https://shop.example"
        self.s3.put_bucket_cors(Bucket=self.bucket, CORSConfiguration={"CORSRules": [
            {"AllowedMethods": ["PUT"], "AllowedOrigins": [origin], "AllowedHeaders": ["content-type"]}]})
        url = self.s3.generate_presigned_url("put_object", Params={"Bucket": self.bucket, "Key": "by-page"})

        def call(method, origin, **headers):
            request = urllib.request.Request(url, data=b"meow" if method == "PUT" else None, method=method,
                                             headers={"Origin": origin, "Content-Type": "image/jpeg", **headers})
            try:
                with urllib.request.urlopen(request) as reply:
                    return reply.status, reply.headers
            except urllib.error.HTTPError as error:
                return error.code, error.headers

        asks = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
        status, headers = call("OPTIONS", origin, **asks)
        self.assertEqual((status, headers["Access-Control-Allow-Origin"], headers["Access-Control-Allow-Headers"]), (200, origin, "content-type"))
        status, headers = call("PUT", origin)
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (200, origin))
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="by-page")["Body"].read(), b"meow")
        self.assertEqual(call("OPTIONS", "https://evil.example", **asks)[0], 403)
        self.assertEqual(call("PUT", "https://evil.example")[0], 403)

    def test_encryption_is_told(self):
        key = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}, "BucketKeyEnabled": True}
        self.s3.put_bucket_encryption(Bucket=self.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        self.assertEqual(self.s3.get_bucket_encryption(Bucket=self.bucket)["ServerSideEncryptionConfiguration"]["Rules"], [rule])
        for reply in (self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"x"), self.s3.head_object(Bucket=self.bucket, Key="k")):
            self.assertEqual((reply["ServerSideEncryption"], reply["SSEKMSKeyId"], reply["BucketKeyEnabled"]), ("aws:kms", key, True))
        self.assertEqual(self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"x", ServerSideEncryption="AES256")["ServerSideEncryption"], "AES256")

    def test_public_access_has_to_be_unblocked(self):
        s3, bucket = self.s3, self.bucket
        policy = ('{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::%s/*"}]}' % bucket)
        self.refused("AccessDenied", s3.put_bucket_policy, Bucket=bucket, Policy=policy)
        self.refused("AccessControlListNotSupported", s3.put_bucket_acl, Bucket=bucket, ACL="public-read")
        s3.delete_public_access_block(Bucket=bucket)
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)
        self.assertTrue(s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"])
        s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
        acl = s3.get_bucket_acl(Bucket=bucket)
        self.assertEqual([grant["Permission"] for grant in acl["Grants"]], ["FULL_CONTROL", "READ"])
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", GrantRead='id="%s"' % acl["Owner"]["ID"])
        grants = s3.get_object_acl(Bucket=bucket, Key="k")["Grants"]
        s3.put_object_acl(Bucket=bucket, Key="k", AccessControlPolicy={"Owner": acl["Owner"], "Grants": grants})
        self.assertEqual(s3.get_object_acl(Bucket=bucket, Key="k")["Grants"], grants)

    def test_buckets(self):
        self.refused("BucketNotEmpty", self.delete_a_bucket_with_content)
        self.refused("NoSuchBucket", self.s3.list_objects_v2, Bucket="no-such-bucket-here")
        self.assertIn(self.bucket, [b["Name"] for b in self.s3.list_buckets()["Buckets"]])
        self.assertIsNone(self.s3.get_bucket_location(Bucket=self.bucket)["LocationConstraint"])
        self.refused("NoSuchBucketPolicy", self.s3.get_bucket_policy, Bucket=self.bucket)

    def delete_a_bucket_with_content(self):
        self.s3.put_object(Bucket=self.bucket, Key="x", Body=b"x")
        self.s3.delete_bucket(Bucket=self.bucket)

    def test_virtual_host_style(self):
        s3 = self.client("s3", endpoint_url=self.daemon.url.replace("127.0.0.1", "localhost"),
                         config=Config(s3={"addressing_style": "virtual"}, retries={"max_attempts": 0}))
        try:
            s3.put_object(Bucket=self.bucket, Key="k", Body=b"v")
        except botocore.exceptions.EndpointConnectionError:
            self.skipTest("this machine does not resolve names below localhost")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="k")["Body"].read(), b"v")


class DynamoDb(Boto3):
    def setUp(self):
        self.db = self.client("dynamodb")
        self.table = "table_" + self.id().split(".")[-1]
        self.db.create_table(
            TableName=self.table, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
                                  {"AttributeName": "colour", "AttributeType": "S"}],
            GlobalSecondaryIndexes=[{"IndexName": "by-colour", "Projection": {"ProjectionType": "ALL"},
                                     "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}])
        self.db.get_waiter("table_exists").wait(TableName=self.table, WaiterConfig={"Delay": 1, "MaxAttempts": 3})
        self.resource = boto3.resource("dynamodb", endpoint_url=self.daemon.url, **KEYS).Table(self.table)

    def test_items_come_back_as_they_were(self):
        item = {"pk": "a", "sk": decimal.Decimal("1.50"), "s": "ü", "b": b"\x00\xff", "n": decimal.Decimal("-1E+20"), "t": True, "none": None,
                "l": [1, "x", {"y": set(["a", "b"])}], "ns": set([decimal.Decimal(1), decimal.Decimal("2.5")]), "empty": ""}
        self.resource.put_item(Item=item)
        got = self.resource.get_item(Key={"pk": "a", "sk": decimal.Decimal("1.5")}, ConsistentRead=True)["Item"]
        got["b"] = bytes(got["b"])
        self.assertEqual(got, item)

    def test_conditions(self):
        self.resource.put_item(Item={"pk": "a", "sk": 1}, ConditionExpression="attribute_not_exists(pk)")
        self.refused("ConditionalCheckFailedException", self.resource.put_item, Item={"pk": "a", "sk": 1},
                     ConditionExpression="attribute_not_exists(pk)")

    def test_update(self):
        self.resource.put_item(Item={"pk": "a", "sk": 1, "count": 5, "list": [1]})
        new = self.resource.update_item(
            Key={"pk": "a", "sk": 1}, ReturnValues="ALL_NEW",
            UpdateExpression="SET #c = #c + :one, #l = list_append(#l, :l), x = if_not_exists(z, :m) REMOVE gone ADD tags :t",
            ExpressionAttributeNames={"#c": "count", "#l": "list"},
            ExpressionAttributeValues={":one": 1, ":l": [2], ":m": {"k": "v"}, ":t": set(["t"])})["Attributes"]
        self.assertEqual(new, {"pk": "a", "sk": 1, "count": 6, "list": [1, 2], "x": {"k": "v"}, "tags": {"t"}})

    def test_query_and_scan(self):
        from boto3.dynamodb.conditions import Attr, Key
        for number in range(30):
            self.resource.put_item(Item={"pk": "p%d" % (number % 2), "sk": number, "colour": ["red", "blue", "green"][number % 3]})
        found = self.resource.query(KeyConditionExpression=Key("pk").eq("p1") & Key("sk").between(5, 11), ScanIndexForward=False)
        self.assertEqual([int(i["sk"]) for i in found["Items"]], [11, 9, 7, 5])
        found = self.resource.query(IndexName="by-colour", KeyConditionExpression=Key("colour").eq("blue"), FilterExpression=Attr("pk").eq("p0"))
        self.assertEqual([int(i["sk"]) for i in found["Items"]], [4, 10, 16, 22, 28])
        pages = self.db.get_paginator("scan").paginate(TableName=self.table, PaginationConfig={"PageSize": 4})
        self.assertEqual(sum(len(page["Items"]) for page in pages), 30)
        one = self.db.get_paginator("query").paginate(
            TableName=self.table, KeyConditionExpression="pk = :p AND sk = :s", PaginationConfig={"PageSize": 1},
            ExpressionAttributeValues={":p": {"S": "p0"}, ":s": {"N": "4"}})
        self.assertEqual([page["Count"] for page in one], [1])
        halves = [self.resource.scan(TotalSegments=2, Segment=s)["Count"] for s in (0, 1)]
        self.assertEqual(sum(halves), 30)

    def test_delete(self):
        self.resource.put_item(Item={"pk": "a", "sk": 1, "x": 1})
        self.assertEqual(self.resource.delete_item(Key={"pk": "a", "sk": 1}, ReturnValues="ALL_OLD")["Attributes"]["x"], 1)
        self.assertNotIn("Item", self.resource.get_item(Key={"pk": "a", "sk": 1}))

    def test_tables(self):
        described = self.db.describe_table(TableName=self.table)["Table"]
        self.assertEqual(described["TableStatus"], "ACTIVE")
        self.assertEqual(described["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        self.assertIn(self.table, self.db.list_tables()["TableNames"])
        self.refused("ResourceInUseException", self.db.create_table, TableName=self.table, BillingMode="PAY_PER_REQUEST",
                     KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                     AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
        self.db.delete_table(TableName=self.table)
        self.refused("ResourceNotFoundException", self.db.describe_table, TableName=self.table)
        self.refused("ResourceNotFoundException", self.db.get_item, TableName=self.table, Key={"pk": {"S": "a"}})

    def test_mistakes_are_told_as_aws_tells_them(self):
        answer = self.refused("ValidationException", self.db.put_item, TableName=self.table, Item={"pk": {"S": "a"}})
        self.assertIn("One or more parameter values were invalid: Missing the key sk in the item", answer["Error"]["Message"])
        self.refused("ValidationException", self.db.get_item, TableName=self.table, Key={"pk": {"S": "a"}})

    def test_accounts_and_regions_are_apart(self):
        for other in ({"region_name": "eu-west-1"}, {"aws_access_key_id": "123456789012"}):
            self.assertNotIn(self.table, self.client("dynamodb", **other).list_tables()["TableNames"])


class Sqs(Boto3):
    def setUp(self):
        self.sqs = self.client("sqs")
        self.name = "queue-" + self.id().split(".")[-1]
        self.url = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]

    def test_send_receive_delete(self):
        sent = self.sqs.send_message(QueueUrl=self.url, MessageBody="hé <&>",
                                     MessageAttributes={"n": {"DataType": "Number", "StringValue": "5"}, "b": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})
        got = self.sqs.receive_message(QueueUrl=self.url, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"][0]
        self.assertEqual((got["MessageId"], got["Body"]), (sent["MessageId"], "hé <&>"))
        self.assertEqual(got["MessageAttributes"]["b"]["BinaryValue"], b"\x00\xff")
        self.assertEqual(got["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=self.url))
        self.sqs.change_message_visibility(QueueUrl=self.url, ReceiptHandle=got["ReceiptHandle"], VisibilityTimeout=0)
        again = self.sqs.receive_message(QueueUrl=self.url)["Messages"][0]
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=again["ReceiptHandle"])
        counts = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        self.assertEqual(counts["ApproximateNumberOfMessages"], "0")
        self.assertEqual(counts["ApproximateNumberOfMessagesNotVisible"], "0")

    def test_a_long_poll_ends_when_a_message_comes(self):
        import threading
        threading.Timer(0.5, lambda: self.client("sqs").send_message(QueueUrl=self.url, MessageBody="wake up")).start()
        start = time.time()
        got = self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=10)["Messages"]
        self.assertEqual(got[0]["Body"], "wake up")
        self.assertLess(time.time() - start, 8)

    def test_a_long_poll_ends_empty(self):
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=1))

    def test_visibility_timeout_and_delay_run_out(self):
        self.sqs.send_message(QueueUrl=self.url, MessageBody="late", DelaySeconds=1)
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=self.url))
        self.assertEqual(len(self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=5, VisibilityTimeout=1)["Messages"]), 1)
        again = self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=5, AttributeNames=["All"])["Messages"]
        self.assertEqual(again[0]["Attributes"]["ApproximateReceiveCount"], "2")

    def test_queues(self):
        self.assertEqual(self.sqs.get_queue_url(QueueName=self.name)["QueueUrl"], self.url)
        self.assertIn(self.url, self.sqs.list_queues()["QueueUrls"])
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"VisibilityTimeout": "5"})
        self.assertEqual(self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["VisibilityTimeout"])["Attributes"],
                         {"VisibilityTimeout": "5"})
        self.sqs.tag_queue(QueueUrl=self.url, Tags={"team": "a"})
        self.assertEqual(self.sqs.list_queue_tags(QueueUrl=self.url)["Tags"], {"team": "a"})
        self.sqs.send_message(QueueUrl=self.url, MessageBody="x")
        self.sqs.purge_queue(QueueUrl=self.url)
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=self.url))
        self.sqs.delete_queue(QueueUrl=self.url)
        self.refused("AWS.SimpleQueueService.NonExistentQueue", self.sqs.get_queue_url, QueueName=self.name)


class Sts(Boto3):
    def test_who_am_i(self):
        self.assertEqual(self.client("sts").get_caller_identity()["Account"], "000000000000")
        self.assertEqual(self.client("sts", aws_access_key_id="123456789012").get_caller_identity()["Account"], "123456789012")

    def test_assumed_roles_are_in_their_account(self):
        role = self.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/deploy", RoleSessionName="me")["Credentials"]
        as_role = self.client("sts", aws_access_key_id=role["AccessKeyId"], aws_secret_access_key=role["SecretAccessKey"],
                              aws_session_token=role["SessionToken"])
        identity = as_role.get_caller_identity()
        self.assertEqual(identity["Account"], "123456789012")
        self.assertEqual(identity["Arn"], "arn:aws:sts::123456789012:assumed-role/deploy/me")


class Verify(Boto3):
    """With --auth verify a right signature is let in and a wrong one is not, in every service."""
    flags = ("--auth", "verify")

    def test_signatures(self):
        self.client("s3").create_bucket(Bucket="mine")
        self.client("s3").put_object(Bucket="mine", Key="a b/ü+", Body=b"x", Metadata={"k": "v  w"})
        self.assertEqual(self.client("s3").get_object(Bucket="mine", Key="a b/ü+")["Body"].read(), b"x")
        self.client("dynamodb").list_tables()
        self.client("sqs").list_queues()
        self.client("sts").get_caller_identity()
        wrong = {"aws_secret_access_key": "wrong"}
        self.refused("SignatureDoesNotMatch", self.client("s3", **wrong).list_buckets)
        self.refused("InvalidAccessKeyId", self.client("s3", aws_access_key_id="nobody").list_buckets)
        for service, call in (("dynamodb", "list_tables"), ("sqs", "list_queues"), ("sts", "get_caller_identity")):
            with self.assertRaises(ClientError):
                getattr(self.client(service, **wrong), call)()

    def test_presigned(self):
        s3 = self.client("s3", config=Config(signature_version="s3v4", retries={"max_attempts": 0}))
        s3.create_bucket(Bucket="signed")
        s3.put_object(Bucket="signed", Key="k", Body=b"v")
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "signed", "Key": "k"}, ExpiresIn=60)
        self.assertEqual(urllib.request.urlopen(url).read(), b"v")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"))
        self.assertIn(b"SignatureDoesNotMatch", caught.exception.read())


    def test_presigned_posts(self):
        content = b"meow"
        for version in ("s3v4", "s3"):
            s3 = self.client("s3", config=Config(signature_version=version, retries={"max_attempts": 0}))
            bucket = "posted-" + version
            self.client("s3").create_bucket(Bucket=bucket)
            post = s3.generate_presigned_post(bucket, "cat")
            status, headers, body = post_form(post, content)
            self.assertEqual(status, 204, body)
            self.assertEqual(self.client("s3").get_object(Bucket=bucket, Key="cat")["Body"].read(), content)
            stranger = self.client("s3", aws_secret_access_key="wrong", config=Config(signature_version=version))
            status, headers, body = post_form(stranger.generate_presigned_post(bucket, "cat"), content)
            self.assertEqual(status, 403)
            self.assertIn(b"SignatureDoesNotMatch", body)
            status, headers, body = post_form({"url": post["url"], "fields": {"key": "cat"}}, content)
            self.assertEqual((status, b"AccessDenied" in body), (403, True))


class TheClock(Boto3):
    def post(self, path, body):
        request = urllib.request.Request(self.daemon.url + path, data=body, method="POST")
        return urllib.request.urlopen(request).read()

    def test_advancing_runs_what_becomes_due(self):
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="tomorrow", DelaySeconds=900)
        self.assertNotIn("Messages", sqs.receive_message(QueueUrl=url))
        self.post("/_cloudemu/clock", b'{"advance":"15m"}')
        self.assertEqual(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"], "tomorrow")
        self.post("/_cloudemu/clock", b'{"advance":"5d"}')
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual(counts["ApproximateNumberOfMessagesNotVisible"], "0")
        code, out, _ = run_log(self.data_dir, "log", "--type", "MessagesDue", "--json")
        for cause in ("delay", "retention"):
            self.assertIn(cause, out)

    def test_presigned_urls_expire_by_it(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="clock")
        s3.put_object(Bucket="clock", Key="k", Body=b"v")
        url = self.client("s3", config=Config(signature_version="s3v4")).generate_presigned_url(
            "get_object", Params={"Bucket": "clock", "Key": "k"}, ExpiresIn=3600 * 24 * 7)
        self.post("/_cloudemu/clock", b'{"advance":"8d"}')
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url)
        self.assertIn(b"Request has expired", caught.exception.read())
        post = s3.generate_presigned_post("clock", "k", ExpiresIn=3600 * 24 * 7)
        self.assertIn(b"Policy expired", post_form(post, b"v")[2])


if __name__ == "__main__":
    unittest.main(verbosity=2)
