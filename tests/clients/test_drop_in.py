"""What users of LocalStack and DynamoDB Local type, set and wait for; where it can listen; and what it says of what it does not know."""
import http.client
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import unittest

from support import DAEMON, Api, Daemon, create_table, start_refused, temporary_directory


class Started:
    """The daemon with arguments and an environment of one's own; `said` are its lines up to "Ready."."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen([DAEMON, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=dict(os.environ, **environment))
        self.said = []
        while not self.said or self.said[-1] != "Ready.\n":
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("it did not start: " + self.process.stderr.read())
            self.said.append(line)
        found = re.search(r":(\d+),", self.said[0])
        self.port = int(found.group(1)) if found else 0

    def stop(self):
        self.process.terminate()
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        self.process.stdout.close()
        self.process.stderr.close()


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self.path)


def get(connection, path="/_cloudemu/health", method="GET", headers=None):
    connection.request(method, path, headers=headers or {})
    reply = connection.getresponse()
    return reply.status, reply.read()


class Listening(unittest.TestCase):
    def setUp(self):
        directory = temporary_directory()
        self.place = directory.__enter__()
        self.addCleanup(directory.__exit__)
        self.file = os.path.join(self.place, "cloudemu.sock")

    def test_a_unix_socket_beside_a_port(self):
        with Started("--ephemeral", "--port", "0", "--listen", "127.0.0.1,unix:" + self.file) as daemon:
            self.assertIn("also at unix:" + self.file, "".join(daemon.said))
            self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode) & 0o077, 0)
            self.assertEqual(get(UnixConnection(self.file), "/photos", "PUT")[0], 200)
            self.assertEqual(get(http.client.HTTPConnection("127.0.0.1", daemon.port), "/photos", "HEAD")[0], 200)
            self.assertEqual(daemon.stop()[0], 0)
        self.assertFalse(os.path.exists(self.file))

    def test_a_unix_socket_alone_also_where_a_killed_one_left_its_file(self):
        for _ in range(2):
            with Started("--ephemeral", "--listen", "unix:" + self.file) as daemon:
                self.assertEqual(daemon.said[0].split(",")[0].split(" at ")[1], "unix:" + self.file)
                self.assertEqual(get(UnixConnection(self.file))[0], 200)
            self.assertTrue(os.path.exists(self.file))

    def test_commands_by_a_unix_socket_come_from_this_machine(self):
        with Started("--ephemeral", "--auth", "verify", "--listen", "unix:" + self.file):
            self.assertEqual(get(UnixConnection(self.file), "/_cloudemu/reset", "POST")[0], 200)

    def test_what_cannot_be_listened_on_is_said(self):
        with Started("--ephemeral", "--listen", "unix:" + self.file):
            code, said = start_refused("--ephemeral", "--listen", "unix:" + self.file)
            self.assertEqual((code, said), (1, "cloudemu: %s is in use by another process, or is no socket\n" % self.file))
        text = os.path.join(self.place, "text")
        with open(text, "w") as file:
            file.write("precious")
        self.assertEqual(start_refused("--ephemeral", "--listen", "unix:" + text)[0], 1)
        with open(text) as file:
            self.assertEqual(file.read(), "precious")
        self.assertIn("too long", start_refused("--ephemeral", "--listen", "unix:/" + "x" * 200)[1])

    def test_a_port_in_use_is_told_with_who_has_it(self):
        with Daemon() as daemon:
            code, said = start_refused("--ephemeral", "--port", str(daemon.port))
            self.assertEqual(code, 1)
            self.assertIn("is in use by cloudemu (process %d); stop it or choose --port" % daemon.process.pid, said)


class Words(unittest.TestCase):
    def test_unknown_flags_are_named_with_the_nearest(self):
        for flag, sentence in (("--data_dir", "there is no flag --data_dir; was --data-dir meant?"), ("--prot=1", "there is no flag --prot=1; was --port meant?"),
                               ("--frobnicate-all", "there is no flag --frobnicate-all; --help lists them"),
                               ("serve", "serve was not expected: all that cloudemu takes is flags, which --help lists")):
            self.assertEqual(start_refused("--ephemeral", flag), (2, "cloudemu: %s\n" % sentence))

    def test_variables_that_nobody_heeds_are_named(self):
        with Started("--ephemeral", "--port", "0", CLOUDEMU_DATADIR="/x", SERVICES="s3,lambda", SNAPSHOT_SAVE_STRATEGY="MANUAL", USE_SSL="1") as daemon:
            lines = daemon.stop()[2].splitlines()
        self.assertEqual(len(lines), 4, lines)
        self.assertIn("cloudemu: warning: CLOUDEMU_DATADIR is no variable of cloudemu; was CLOUDEMU_DATA_DIR meant?", lines)
        self.assertIn("cloudemu: warning: SERVICES names what is not here: lambda", lines)


class LocalStack(unittest.TestCase):
    def test_waits_of_its_users(self):
        with Daemon() as daemon:
            api = Api(daemon.port)
            self.assertIn(b'"s3": "available"', api.call("GET", "/_localstack/health")[1])
            self.assertEqual(api.call("HEAD", "/_localstack/health")[0], 200)
            self.assertIn(b'"completed": true', api.call("GET", "/_localstack/init/ready")[1])
            for path in ("config", "plugins", "diagnose", "info"):
                json.loads(api.call("GET", "/_localstack/" + path)[1])
            api.close()

    def test_restart_and_kill(self):
        with temporary_directory() as directory:
            for data, left in ((None, 404), (directory + "/data", 200)):
                with Daemon(data) as daemon:
                    api = Api(daemon.port)
                    api.call("PUT", "/photos")
                    self.assertEqual(api.call("POST", "/_localstack/health", b'{"action": "restart"}'), (200, b"ok"))
                    self.assertEqual(api.call("HEAD", "/photos")[0], left)
                    self.assertEqual(api.call("POST", "/_localstack/health", b'{"action": "kill"}'), (200, b"ok"))
                    api.close()
                    self.assertEqual(daemon.process.wait(timeout=20), 0)

    def test_queue_urls_in_each_strategy_can_be_called(self):
        for strategy, pattern in (("standard", "http://sqs.us-east-1.localhost.localstack.cloud:%d/000000000000/jobs"),
                                  ("domain", "http://queue.localhost.localstack.cloud:%d/000000000000/jobs"),
                                  ("path", "http://127.0.0.1:%d/queue/us-east-1/000000000000/jobs"),
                                  ("dynamic", "http://127.0.0.1:%d/000000000000/jobs"), ("", "http://127.0.0.1:%d/000000000000/jobs")):
            with self.subTest(strategy), Started("--ephemeral", "--port", "0", SQS_ENDPOINT_STRATEGY=strategy) as daemon:
                api = Api(daemon.port)
                url = api.sqs("CreateQueue", {"QueueName": "jobs"})[1]["QueueUrl"]
                self.assertEqual(url, pattern % daemon.port)
                self.assertEqual(api.sqs("SendMessage", {"QueueUrl": url, "MessageBody": "x"})[0], 200)
                host, path = re.fullmatch("http://([^/]+)(/.*)", url).groups()
                status, body = api.call("GET", path + "?Action=ReceiveMessage", headers={"Host": host})
                self.assertEqual(status, 200)
                self.assertIn(b"<Body>x</Body>", body)
                api.close()

    def test_a_look_into_a_queue_changes_nothing(self):
        with Daemon() as daemon:
            api = Api(daemon.port)
            url = api.sqs("CreateQueue", {"QueueName": "jobs"})[1]["QueueUrl"]
            sent = {"QueueUrl": url, "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "a"}}}
            for body in ("hidden", "<shown>"):
                api.sqs("SendMessage", dict(sent, MessageBody=body))
            api.sqs("SendMessage", {"QueueUrl": url, "MessageBody": "later", "DelaySeconds": 900})
            self.assertEqual(api.sqs("ReceiveMessage", {"QueueUrl": url})[1]["Messages"][0]["Body"], "hidden")
            before = api.sqs("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})[1]

            def bodies(parameters="", path="", method="GET", body=None, headers=None):
                target = "/_aws/sqs/messages" + (path or "?QueueUrl=" + url) + parameters
                status, reply = api.call(method, target, body, dict({"Accept": "application/json"}, **(headers or {})))
                self.assertEqual(status, 200, reply)
                answer = json.loads(reply)
                if "ReceiveMessageResponse" in answer:  # LocalStack's XML as JSON: one stands alone, several are a list
                    messages = (answer["ReceiveMessageResponse"]["ReceiveMessageResult"] or {}).get("Message", [])
                    messages = messages if isinstance(messages, list) else [messages]
                    self.assertTrue(all(m["ReceiptHandle"] == "SQS/BACKDOOR/ACCESS" and len(m["Attribute"]) >= 3 for m in messages))
                else:
                    messages = answer.get("Messages", [])
                return [message["Body"] for message in messages]

            self.assertEqual(bodies(), ["<shown>"])
            self.assertEqual(bodies("&ShowInvisible=true"), ["hidden", "<shown>"])
            reply = api.call("GET", "/_aws/sqs/messages?QueueUrl=" + url + "&ShowInvisible=true&ShowDelayed=true")[1].decode()
            for name, values in (("IsVisible", ["false", "true", "false"]), ("IsDelayed", ["false", "false", "true"])):
                self.assertEqual(re.findall("<Name>%s</Name><Value>(.*?)</Value>" % name, reply), values)
            self.assertEqual(reply.count("<Name>ApproximateFirstReceiveTimestamp</Name><Value>0</Value>"), 2)
            self.assertEqual(bodies("&ShowDelayed=true"), ["<shown>", "later"])
            self.assertEqual(bodies("?ShowInvisible=True&ShowDelayed=true", "/us-east-1/000000000000/jobs"), ["hidden", "<shown>", "later"])
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            self.assertEqual(bodies(path="/", method="POST", body=("Action=ReceiveMessage&QueueUrl=" + url).encode(), headers=form), ["<shown>"])
            target = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.ReceiveMessage"}
            asked = json.dumps({"QueueUrl": url, "MaxNumberOfMessages": 1}).encode()
            self.assertEqual(bodies(path="/", method="POST", body=asked, headers=target), ["<shown>"])

            status, reply = api.call("GET", "/_aws/sqs/messages?QueueUrl=" + url)
            self.assertEqual(status, 200)
            for part in (b"<ReceiveMessageResponse", b"<ReceiptHandle>SQS/BACKDOOR/ACCESS</ReceiptHandle>", b"<Body>&lt;shown&gt;</Body>",
                         b"<Name>ApproximateReceiveCount</Name><Value>0</Value>", b"<Name>kind</Name>"):
                self.assertIn(part, reply)
            for path, code in (("?QueueUrl=%s-not" % url, b"NonExistentQueue"), ("/eu-west-1/000000000000/jobs", b"NonExistentQueue"),
                               ("/us-east-1", b"InvalidAddress"), ("", b"NonExistentQueue")):
                status, reply = api.call("GET", "/_aws/sqs/messages" + path)
                self.assertGreaterEqual(status, 400, path)
                self.assertIn(code, reply)
            self.assertEqual(api.sqs("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})[1], before)
            api.sqs("PurgeQueue", {"QueueUrl": url})
            self.assertEqual(bodies("&ShowInvisible=true&ShowDelayed=true"), [])
            api.close()

    def test_awslocal_and_tflocal(self):
        """The one is the AWS CLI with an endpoint and keys; the other writes such endpoints into a Terraform file: of S3 by its own name."""
        with Daemon() as daemon:
            if shutil.which("aws"):
                keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
                for words in (("s3", "mb", "s3://mine"), ("sqs", "create-queue", "--queue-name", "q"), ("dynamodb", "list-tables")):
                    done = subprocess.run(["aws", "--endpoint-url=http://localhost:%d" % daemon.port, *words], env=dict(os.environ, **keys), capture_output=True, text=True,
                                          timeout=60)
                    self.assertEqual(done.returncode, 0, done.stderr)
            for host, path in (("s3.localhost.localstack.cloud:%d", "/tf-path"), ("tf-host.s3.localhost.localstack.cloud:%d", "/"),
                               ("s3.localhost:%d", "/tf-third")):
                self.assertEqual(get(http.client.HTTPConnection("127.0.0.1", daemon.port), path, "PUT", {"Host": host % daemon.port})[0], 200)
            names = get(http.client.HTTPConnection("127.0.0.1", daemon.port), "/")[1]
            for name in (b"tf-path", b"tf-host", b"tf-third"):
                self.assertIn(b"<Name>%s</Name>" % name, names)


class DynamoDbLocal(unittest.TestCase):
    def port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return str(probe.getsockname()[1])

    def test_its_command_line_lines_and_health_check(self):
        port = self.port()
        with Started("-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-sharedDb", "-inMemory", "-port", port) as daemon:
            self.assertIn("Initializing DynamoDB Local with the following configuration:\n", daemon.said)
            self.assertIn("Port:\t%s\n" % port, daemon.said)
            self.assertIn("SharedDb:\ttrue\n", daemon.said)
            if shutil.which("curl"):
                done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "localhost:" + port], capture_output=True, text=True)
                self.assertEqual(done.stdout, "400")
            status, body = get(http.client.HTTPConnection("127.0.0.1", int(port)), "/")
            self.assertEqual((status, json.loads(body)["__type"]), (400, "com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken"))
            api = Api(int(port))
            self.assertEqual(create_table(api, "shared")[1]["TableDescription"]["TableArn"], "arn:aws:dynamodb:ddblocal:000000000000:table/shared")
            api.close()

    def test_any_key_and_region_see_shared_tables(self):
        try:
            import boto3
        except ImportError:
            self.skipTest("boto3 is not installed")
        for flags, seen in ((("-sharedDb",), ["orders"]), ((), [])):
            port = self.port()
            with Started(*flags, "-inMemory", "-port", port):
                def client(key, region):
                    return boto3.client("dynamodb", endpoint_url="http://localhost:" + port, region_name=region, aws_access_key_id=key, aws_secret_access_key="x")
                client("key", "us-east-1").create_table(TableName="orders", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                                                        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
                self.assertEqual(client("another", "localhost").list_tables()["TableNames"], seen)
                self.assertEqual(client("another", "us-east-1").list_tables()["TableNames"], ["orders"])

    def test_a_directory_keeps_it(self):
        with temporary_directory() as directory:
            for names in ([], ["kept"]):
                port = self.port()
                with Started("-sharedDb", "-dbPath", directory, "-port", port) as daemon:
                    api = Api(int(port))
                    self.assertEqual(api.dynamodb("ListTables", {})[1]["TableNames"], names)
                    if not names:
                        create_table(api, "kept")
                    api.close()
                    self.assertEqual(daemon.stop()[0], 0)


class Page(unittest.TestCase):
    def test_a_real_browser_sees_it(self):
        browser = shutil.which("chromium") or shutil.which("chromium-browser")
        if not browser:
            self.skipTest("chromium is not installed")
        with temporary_directory() as directory, Daemon() as daemon:
            api = Api(daemon.port)
            api.call("PUT", "/photos")
            api.close()
            done = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + directory, "--dump-dom",
                                   "http://localhost:%d/" % daemon.port], capture_output=True, text=True, timeout=60)
            self.assertIn("<title>CloudEmu</title>", done.stdout, done.stderr[-500:])
            self.assertIn("s3.CreateBucket", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
