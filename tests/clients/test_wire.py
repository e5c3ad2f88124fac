"""Small things that clients, disks and strangers do, each over a real socket: what the unit tests claim of the rules holds of the program."""
import glob
import hashlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import unittest
import urllib.parse

import support
from support import Api, Daemon, create_table, run_log, temporary_directory

QUEUE = "/000000000000/jobs"
FORM = "application/x-www-form-urlencoded"


def credential(service, key="test"):
    return ("AWS4-HMAC-SHA256 Credential=%s/20261123/us-east-1/%s/aws4_request, SignedHeaders=host, Signature=%s"
            % (key, service, "0" * 64))


class WireCase(unittest.TestCase):
    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(flags=cls.flags)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def setUp(self):
        self.api = Api(self.daemon.port)

    def tearDown(self):
        self.api.close()

    def request(self, method, path, body=b"", headers=None):
        """Status, headers by lower-case name, body."""
        connection = self.api.connection
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()


class Sqs(WireCase):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.api.sqs("CreateQueue", {"QueueName": "jobs"})[0], 200)

    def form(self, headers=None, path="/", **fields):
        sent = {"Content-Type": FORM, "Authorization": credential("sqs"), "X-Amz-Date": "20261123T000000Z", **(headers or {})}
        return self.request("POST", path, urllib.parse.urlencode(fields), sent)

    def test_a_list_of_one_needs_no_number(self):
        status, _, body = self.form(path=QUEUE, Action="GetQueueAttributes", AttributeName="All", Version="2012-11-05")
        self.assertEqual(status, 200)
        self.assertIn(b"<Name>VisibilityTimeout</Name>", body)
        status, _, _ = self.form(path=QUEUE, Action="SetQueueAttributes", **{"Attribute.Name": "VisibilityTimeout", "Attribute.Value": "77"})
        self.assertEqual(status, 200)
        attributes = self.api.sqs("GetQueueAttributes", {"QueueUrl": "jobs", "AttributeNames": ["All"]})[1]["Attributes"]
        self.assertEqual(attributes["VisibilityTimeout"], "77")

    def test_a_form_is_a_form(self):
        status, _, body = self.form({"X-Amz-Target": "AmazonSQS.ListQueues"}, Action="ListQueues")
        self.assertEqual((status, b"<QueueUrl>" in body), (200, True))
        status, _, body = self.form({"Content-Type": "Application/X-WWW-Form-Urlencoded"}, Action="ListQueues")
        self.assertEqual((status, b"<QueueUrl>" in body), (200, True))

    def test_the_address_of_a_queue_is_not_a_bucket(self):
        _, _, body = self.request("GET", QUEUE)
        self.assertNotIn(b"NoSuchBucket", body)

    def test_null_is_as_good_as_absent(self):
        policy = json.dumps({"redrivePermission": "allowAll", "sourceQueueArns": None})
        status, reply = self.api.sqs("SetQueueAttributes", {"QueueUrl": "jobs", "Attributes": {"RedriveAllowPolicy": policy}})
        self.assertEqual(status, 200, reply)

    def test_what_is_no_longer_in_flight_is_not_hidden_again(self):
        api = self.api
        api.sqs("CreateQueue", {"QueueName": "shown"})
        api.sqs("SendMessage", {"QueueUrl": "shown", "MessageBody": "m"})
        handle = api.sqs("ReceiveMessage", {"QueueUrl": "shown", "VisibilityTimeout": 1})[1]["Messages"][0]["ReceiptHandle"]
        time.sleep(1.2)
        status, _ = api.sqs("ChangeMessageVisibility", {"QueueUrl": "shown", "ReceiptHandle": handle, "VisibilityTimeout": 600})
        self.assertEqual(status, 200)
        self.assertEqual(len(api.sqs("ReceiveMessage", {"QueueUrl": "shown"})[1].get("Messages", [])), 1)

    def test_a_reset_ends_long_polls(self):
        with Daemon() as daemon:
            Api(daemon.port).sqs("CreateQueue", {"QueueName": "jobs"})
            took = []

            def poll():
                start = time.monotonic()
                Api(daemon.port).sqs("ReceiveMessage", {"QueueUrl": "jobs", "WaitTimeSeconds": 8})
                took.append(time.monotonic() - start)

            waiting = threading.Thread(target=poll)
            waiting.start()
            time.sleep(0.3)
            Api(daemon.port).call("POST", "/_cloudemu/reset")
            waiting.join()
            self.assertLess(took[0], 4)

    def test_a_long_poll_sees_what_lies_behind_dead_messages(self):
        api = self.api
        api.sqs("CreateQueue", {"QueueName": "dlq"})
        policy = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dlq", "maxReceiveCount": 1})
        api.sqs("CreateQueue", {"QueueName": "busy", "Attributes": {"RedrivePolicy": policy}})
        for _ in range(250):
            api.sqs("SendMessageBatch", {"QueueUrl": "busy", "Entries": [{"Id": str(i), "MessageBody": "dead"} for i in range(10)]})
        for _ in range(250):
            api.sqs("ReceiveMessage", {"QueueUrl": "busy", "MaxNumberOfMessages": 10, "VisibilityTimeout": 600})
        api.call("POST", "/_cloudemu/clock", b'{"advance": "601"}')
        api.sqs("SendMessage", {"QueueUrl": "busy", "MessageBody": "alive"})
        got = api.sqs("ReceiveMessage", {"QueueUrl": "busy", "WaitTimeSeconds": 2})[1].get("Messages", [])
        self.assertEqual([message["Body"] for message in got], ["alive"])


class DynamoDb(WireCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        api = Api(cls.daemon.port)
        create_table(api, "tab")
        api.dynamodb("CreateTable", {
            "TableName": "ranged", "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}, {"AttributeName": "r", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": "h", "AttributeType": "S"}, {"AttributeName": "r", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST"})
        api.close()

    def call(self, operation, status=200, **document):
        got, reply = self.api.dynamodb(operation, document)
        self.assertEqual(got, status, reply)
        return reply

    def test_a_range_of_one_item_has_no_further_page(self):
        self.call("PutItem", TableName="ranged", Item={"h": {"S": "a"}, "r": {"S": "1"}})
        reply = self.call("Query", TableName="ranged", Limit=1, KeyConditionExpression="h = :h AND r = :r",
                          ExpressionAttributeValues={":h": {"S": "a"}, ":r": {"S": "1"}})
        self.assertEqual(reply["Count"], 1)
        self.assertNotIn("LastEvaluatedKey", reply)

    def test_an_upsert_sees_its_own_key(self):
        self.call("UpdateItem", TableName="tab", Key={"pk": {"S": "new"}}, UpdateExpression="SET b = if_not_exists(b, pk)")
        self.assertEqual(self.call("GetItem", TableName="tab", Key={"pk": {"S": "new"}})["Item"]["b"], {"S": "new"})

    def test_an_empty_key_in_a_transaction_is_a_validation_error(self):
        reply = self.call("TransactWriteItems", 400, TransactItems=[{"Put": {"TableName": "tab", "Item": {"pk": {"S": ""}}}}])
        self.assertIn("ValidationException", reply["__type"])

    def test_a_wrong_type_for_add(self):
        reply = self.call("UpdateItem", 400, TableName="tab", Key={"pk": {"S": "x"}}, UpdateExpression="ADD a :v",
                          ExpressionAttributeValues={":v": {"S": "text"}})
        self.assertTrue(reply["message"].endswith(", typeSet: ALLOWED_FOR_ADD_OPERAND"), reply)

    def test_reversed_bounds_of_bytes(self):
        reply = self.call("Scan", 400, TableName="tab", FilterExpression="a BETWEEN :a AND :b",
                          ExpressionAttributeValues={":a": {"B": "eg=="}, ":b": {"B": "YQ=="}})
        self.assertIn("{B:eg==}", reply["message"])

    def test_a_real_member_that_is_not_built_is_refused(self):
        reply = self.api.dynamodb("CreateTable", {
            "TableName": "vectors", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST",
            "VectorIndexes": [{"IndexName": "x"}]})
        self.assertGreaterEqual(reply[0], 400, reply)
        self.assertIn("VectorIndexes", str(reply[1]))


class S3(WireCase):
    def setUp(self):
        super().setUp()
        self.api.call("PUT", "/bkt")
        self.api.call("PUT", "/bkt/empty")

    def test_the_last_bytes_of_an_empty_object(self):
        self.assertEqual(self.request("GET", "/bkt/empty", headers={"Range": "bytes=-1"})[0], 200)
        self.assertEqual(self.request("GET", "/bkt/empty", headers={"Range": "bytes=0-"})[0], 416)

    def test_a_bucket_in_the_name_of_any_host(self):
        self.api.call("PUT", "/bkt/there", b"x")
        self.assertEqual(self.request("GET", "/there", headers={"Host": "bkt.s3.host.docker.internal:4566"})[2], b"x")

    def test_the_source_of_a_copy_is_decoded_like_a_form(self):
        self.api.call("PUT", "/bkt/a%20b", b"x")
        self.assertEqual(self.request("PUT", "/bkt/copy", headers={"x-amz-copy-source": "/bkt/a+b"})[0], 200)
        status, _, body = self.request("PUT", "/bkt/copy", headers={"x-amz-copy-source": "/bkt/%zz"})
        self.assertEqual((status, b"Invalid copy source encoding" in body), (400, True), body)

    def test_a_form_of_a_browser(self):
        body = ("--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nfrom-form\r\n"
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nbytes\r\n--x--\r\n")
        status, _, reply = self.request("POST", "/bkt", body, {"Content-Type": "multipart/form-data; boundary=x"})
        self.assertEqual(status, 204, reply)
        self.assertEqual(self.api.call("GET", "/bkt/from-form"), (200, b"bytes"))

    def test_a_refused_header_is_named_in_the_message(self):
        status, _, body = self.request("PUT", "/bkt/x", b"x", {"x-amz-object-lock-mode": "GOVERNANCE", "x-amz-server-side-encryption-customer-key": "k"})
        self.assertGreaterEqual(status, 400)
        self.assertRegex(body.decode(), "<Message>[^<]*(x-amz-|lock|SSE|encryption|Encryption|ObjectLock)")

    def test_early_refusals_say_how_far_the_log_is(self):
        status, headers, _ = self.request("PUT", "/no-such-bucket-here/key", b"x")
        self.assertEqual(status, 404)
        self.assertIn("x-cloudemu-seq", headers)


class Strangers(unittest.TestCase):
    def test_control_under_verify_is_not_for_everybody(self):
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            self.skipTest("this machine has no address but loopback's")
        finally:
            probe.close()
        if address.startswith("127."):
            self.skipTest("this machine has no address but loopback's")
        with Daemon(flags=["--host", "0.0.0.0", "--auth", "verify"]) as daemon:
            api = Api(daemon.port)
            api.connection.host = address
            self.assertEqual(api.call("POST", "/_cloudemu/reset")[0], 403)
            self.assertEqual(api.call("POST", "/_cloudemu/clock", b'{"advance": "1h"}')[0], 403)
            self.assertEqual(Api(daemon.port).call("POST", "/_cloudemu/reset")[0], 200)

    def test_health_is_told_to_any_name_as_wait_loops_want_it(self):
        with Daemon() as daemon:
            for host in ("localstack:4566", "docker:4566", "host.docker.internal:4566"):
                status, body = Api(daemon.port).call("GET", "/_localstack/health", headers={"Host": host})
                self.assertEqual(status, 200, host)
                self.assertRegex(body.decode(), '"s3": "(available|running)"')


class Accounts(unittest.TestCase):
    """Under verify; signed as botocore signs."""

    KEYS = {"one": ("AKIAONEONEONEONEONE1", "first secret", "111111111111"), "two": ("AKIATWOTWOTWOTWOTWO2", "second secret", "222222222222")}

    def setUp(self):
        try:
            from botocore.auth import SigV4Auth
            from botocore.awsrequest import AWSRequest
            from botocore.credentials import Credentials
        except ImportError:
            self.skipTest("this python3 has no botocore")
        directory = temporary_directory()
        path = directory.__enter__() + "/credentials"
        self.addCleanup(directory.__exit__)
        with open(path, "w") as file:
            for name, (key, secret, account) in self.KEYS.items():
                file.write("[%s]\naws_access_key_id=%s\naws_secret_access_key=%s\naws_account_id=%s\n" % (name, key, secret, account))
        self.daemon = Daemon(flags=["--auth", "verify", "--credentials", path])
        self.addCleanup(self.daemon.__exit__)

        def signed(who, service, region, method, path, body, headers):
            if service == "s3":
                headers = {**headers, "X-Amz-Content-SHA256": hashlib.sha256(body.encode()).hexdigest()}
            request = AWSRequest(method=method, url=self.daemon.url + path, data=body, headers=headers)
            SigV4Auth(Credentials(*self.KEYS[who][:2]), service, region).add_auth(request)
            return dict(request.headers)

        self.signed = signed

    def call(self, who, target, document, sign_target=True):
        service = "dynamodb" if target.startswith("DynamoDB") else "sqs"
        body = json.dumps(document)
        headers = {"Content-Type": "application/x-amz-json-1.0", **({"X-Amz-Target": target} if sign_target else {})}
        headers = {**self.signed(who, service, "us-east-1", "POST", "/", body, headers), "X-Amz-Target": target}
        status, reply = Api(self.daemon.port).call("POST", "/", body, headers)
        return status, reply.decode()

    def test_what_is_anothers_is_out_of_reach(self):
        table = {"TableName": "tab", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                 "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}
        self.assertEqual(self.call("one", "DynamoDB_20120810.CreateTable", table)[0], 200)
        self.assertEqual(self.call("one", "AmazonSQS.CreateQueue", {"QueueName": "jobs"})[0], 200)
        arn = {"TableName": "arn:aws:dynamodb:us-east-1:111111111111:table/tab"}
        queue = {"QueueUrl": self.daemon.url + "/111111111111/jobs"}
        for target, document in (("DynamoDB_20120810.Scan", arn), ("DynamoDB_20120810.DeleteTable", arn), ("AmazonSQS.ReceiveMessage", queue),
                                 ("AmazonSQS.PurgeQueue", queue), ("AmazonSQS.DeleteQueue", queue)):
            status, reply = self.call("two", target, document)
            self.assertIn(status, (400, 403), target)
            self.assertIn("AccessDenied", reply)
        self.assertEqual(self.call("one", "DynamoDB_20120810.Scan", {"TableName": "tab"})[0], 200)

    def test_the_operation_is_signed_too(self):
        status, reply = self.call("one", "AmazonSQS.ListQueues", {}, sign_target=False)
        self.assertIn(status, (400, 403), reply)

    def test_the_region_must_be_the_buckets(self):
        api = Api(self.daemon.port)
        self.assertEqual(api.call("PUT", "/bkt", b"", self.signed("one", "s3", "us-east-1", "PUT", "/bkt", "", {}))[0], 200)
        status, reply = api.call("GET", "/bkt", b"", self.signed("one", "s3", "eu-west-1", "GET", "/bkt", "", {}))
        self.assertEqual((status, b"AuthorizationHeaderMalformed" in reply), (400, True), reply)


class Size(unittest.TestCase):
    def test_an_index_that_no_frame_could_hold(self):
        """20,000 items with keys of 2,000 characters: its rows are 80 MB, and a frame of the log has 64 at most."""
        items = 20_000
        with temporary_directory() as data_dir, Daemon(data_dir, ["--sync", "no"]) as daemon:
            api = Api(daemon.port)
            create_table(api)
            for at in range(0, items, 25):
                puts = [{"PutRequest": {"Item": {"pk": {"S": "%06d%s" % (n, "k" * 2000)}, "g": {"S": "%06d%s" % (n, "g" * 2000)}}}}
                        for n in range(at, at + 25)]
                self.assertEqual(api.dynamodb("BatchWriteItem", {"RequestItems": {"load": puts}})[0], 200)
            status, reply = api.dynamodb("UpdateTable", {
                "TableName": "load", "AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}],
                "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                                                            "Projection": {"ProjectionType": "KEYS_ONLY"}}}]})
            self.assertEqual(status, 200, reply)
            until = time.monotonic() + 60
            index = {}
            while time.monotonic() < until and index.get("IndexStatus") != "ACTIVE":
                index = api.dynamodb("DescribeTable", {"TableName": "load"})[1]["Table"]["GlobalSecondaryIndexes"][0]
                time.sleep(0.05)
            self.assertEqual(index["IndexStatus"], "ACTIVE")
            self.assertEqual(index["ItemCount"], items)
            api.close()
            self.assertEqual(daemon.stop(), 0)
            self.assertEqual(run_log(data_dir, "rebuild", "--check")[0], 0)


class Disk(unittest.TestCase):
    def fill(self, daemon, objects=20, size=3000):
        api = Api(daemon.port)
        self.assertEqual(api.call("PUT", "/bkt")[0], 200)
        for n in range(objects):
            self.assertEqual(api.call("PUT", "/bkt/key-%d" % n, os.urandom(size // 2).hex().encode())[0], 200)
        api.close()

    def check(self, daemon, objects=20):
        api = Api(daemon.port)
        for n in range(objects):
            self.assertEqual(api.call("GET", "/bkt/key-%d" % n)[0], 200, "key-%d" % n)
        api.close()

    def test_the_state_is_on_the_disk_before_it_says_so(self):
        if not shutil.which("strace"):
            self.skipTest("no strace here")
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            self.fill(daemon)
            trace = data_dir + "-trace"
            strace = subprocess.Popen(["strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", trace, "-p", str(daemon.process.pid)],
                                      stderr=subprocess.PIPE)
            strace.stderr.readline()
            self.assertEqual(daemon.stop(), 0)
            strace.wait()
            with open(trace) as lines:
                synced = lines.read()
            os.unlink(trace)
        self.assertIn("/state.db>", synced)

    def test_a_hole_in_the_last_frame_is_a_torn_tail(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir, ["--sync", "no"]) as daemon:
                self.fill(daemon)
                self.assertEqual(Api(daemon.port).call("PUT", "/bkt/last", os.urandom(8000).hex().encode())[0], 200)
                daemon.kill()
            last = sorted(glob.glob(data_dir + "/log/*.seg"))[-1]
            size = os.path.getsize(last)
            with open(last, "r+b") as file:
                file.seek((size - 5000) // 512 * 512)
                file.write(bytes(512))
            shutil.rmtree(data_dir + "/snapshots", ignore_errors=True)
            for name in glob.glob(data_dir + "/state.db*"):
                os.unlink(name)
            with Daemon(data_dir) as daemon:
                self.check(daemon)

    def test_time_in_the_log_never_goes_back(self):
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.sqs("CreateQueue", {"QueueName": "jobs"})
            api.sqs("SendMessage", {"QueueUrl": "jobs", "MessageBody": "m", "DelaySeconds": 60})
            api.call("POST", "/_cloudemu/clock", b'{"advance": "2h"}')
            api.sqs("GetQueueAttributes", {"QueueUrl": "jobs", "AttributeNames": ["All"]})
            api.close()
            code, out, _ = run_log(data_dir, "--json", "log")
            self.assertEqual(code, 0)
            times = [json.loads(line)["time"] for line in out.splitlines()]
            self.assertEqual(len(times), 4, out)  # what became visible is an event, too
            self.assertEqual(times, sorted(times))

    def test_what_a_fresh_volume_holds_is_no_reason_to_refuse(self):
        with temporary_directory() as directory:
            os.makedirs(directory + "/data/lost+found")
            with Daemon(directory + "/data") as daemon:
                self.fill(daemon, 1)
                daemon.stop()

    def test_a_foreign_log_is_left_alone(self):
        with temporary_directory() as directory:
            os.makedirs(directory + "/log")
            with open(directory + "/log/app.log", "w") as file:
                file.write("not ours")
            support.start_refused("--data-dir", directory, "--port", "0")
            self.assertEqual(os.listdir(directory + "/log"), ["app.log"])

    def test_a_full_disk_at_the_start_takes_nothing_away(self):
        """A limit on the size of files stands for the disk. The state is to be made anew, and cannot be."""
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                self.fill(daemon, 300)
                daemon.stop()
            shutil.rmtree(data_dir + "/snapshots", ignore_errors=True)
            with open(data_dir + "/state.db", "r+b") as file:
                file.write(b"damaged")
            limit = os.path.getsize(data_dir + "/state.db") // 4
            done = subprocess.run(["prlimit", "--fsize=%d" % limit, support.DAEMON, "--data-dir", data_dir, "--port", "0"],
                                  capture_output=True, text=True, timeout=20)
            self.assertGreater(done.returncode, 0, done)
            self.assertNotIn("INSERT", done.stderr)
            self.assertTrue(glob.glob(data_dir + "/state.db*"))
            with Daemon(data_dir) as daemon:
                self.check(daemon, 300)


if __name__ == "__main__":
    unittest.main()
