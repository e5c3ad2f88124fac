"""Nothing that was acknowledged is lost: the daemon is killed at any moment, its state is thrown away, its log is damaged."""
import base64
import glob
import http.client
import os
import random
import resource
import shutil
import subprocess
import threading
import time
import unittest

import support
from support import LOG, Api, Daemon, content_md5, create_table, run_log, temporary_directory


class Writer(threading.Thread):
    """Writes items, objects and messages as fast as it can, and remembers what was acknowledged."""

    def __init__(self, port, number, start):
        super().__init__()
        self.port, self.number, self.next = port, number, start
        self.items, self.objects, self.messages = [], [], []
        self.failure = None

    def run(self):
        try:
            api = Api(self.port)
            while True:
                name = "%d-%d" % (self.number, self.next)
                self.next += 1
                status, _ = api.dynamodb("PutItem", {"TableName": "load", "Item": {"pk": {"S": name}, "n": {"N": str(self.next)}}})
                assert status == 200, status
                self.items.append(name)
                size = random.choice([10, 1000, 40000, 400000])
                status, _ = api.call("PUT", "/load/" + name, name.encode() * (size // len(name)))
                assert status == 200, status
                self.objects.append((name, size // len(name)))
                status, reply = api.sqs("SendMessage", {"QueueUrl": "http://127.0.0.1/000000000000/q", "MessageBody": name})
                assert status == 200, reply
                self.messages.append(reply["MessageId"])
        except (OSError, ConnectionError):
            pass  # the daemon was killed
        except Exception as error:  # noqa: BLE001
            self.failure = error


class StreamReader:
    """Reads a stream from its beginning, and goes on with the iterator that it has, whatever becomes of the daemon."""

    def __init__(self, api, table):
        self.arn = api.dynamodb("DescribeTable", {"TableName": table})[1]["Table"]["LatestStreamArn"]
        shards = self.ask(api, "DescribeStream", {"StreamArn": self.arn})["StreamDescription"]["Shards"]
        self.iterator = self.ask(api, "GetShardIterator", {"StreamArn": self.arn, "ShardId": shards[0]["ShardId"],
                                                           "ShardIteratorType": "TRIM_HORIZON"})["ShardIterator"]
        self.records = []

    @staticmethod
    def ask(api, operation, document):
        status, reply = api.json("DynamoDBStreams_20120810." + operation, document)
        assert status == 200, reply
        return reply

    def read(self, api, pages=1000):
        for _ in range(pages):
            page = self.ask(api, "GetRecords", {"ShardIterator": self.iterator})
            self.iterator = page["NextShardIterator"]
            self.records += page["Records"]
            if not page["Records"]:
                return

    def keys(self, event):
        return [r["dynamodb"]["Keys"]["pk"]["S"] for r in self.records if r["eventName"] == event]


class Crash(unittest.TestCase):
    rounds = int(os.environ.get("CLOUDEMU_KILL_ROUNDS", "12"))

    def check_all(self, daemon, writers, data_dir):
        api = Api(daemon.port)
        for writer in writers:
            for name in writer.items[-200:]:
                status, reply = api.dynamodb("GetItem", {"TableName": "load", "Key": {"pk": {"S": name}}})
                self.assertEqual(reply.get("Item", {}).get("pk"), {"S": name}, "item %s was acknowledged and is gone" % name)
            for name, count in writer.objects[-50:]:
                status, body = api.call("GET", "/load/" + name)
                self.assertEqual(status, 200, "object %s was acknowledged and is gone" % name)
                self.assertEqual(body, name.encode() * count)
        api.close()
        code, out, _ = run_log(data_dir, "--json", "log", "--type", "MessageSent")
        self.assertEqual(code, 0)
        for writer in writers:
            for message in writer.messages[-200:]:
                self.assertIn(message, out, "message %s was acknowledged and is gone" % message)

    def test_kill_under_load(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                self.assertEqual(create_table(api)[0], 200)
                self.assertEqual(api.call("PUT", "/load")[0], 200)
                self.assertEqual(api.sqs("CreateQueue", {"QueueName": "q"})[0], 200)
                api.close()
                start = 0
                for turn in range(self.rounds):
                    writers = [Writer(daemon.port, number, start) for number in range(4)]
                    for writer in writers:
                        writer.start()
                    time.sleep(random.uniform(0.02, 0.6))
                    daemon.kill()
                    for writer in writers:
                        writer.join()
                        self.assertIsNone(writer.failure)
                    start = max(writer.next for writer in writers)
                    if turn % 3 == 2:  # the state is disposable
                        for path in glob.glob(data_dir + "/state.db*"):
                            os.remove(path)
                    # A killed process loses nothing in any mode; the modes differ in what a power cut takes.
                    daemon.flags = ["--sync", random.choice(["always", "always", "everysec", "no"])]
                    daemon.start()
                    self.check_all(daemon, writers, data_dir)
                self.assertEqual(daemon.stop(), 0)
            code, out, error = run_log(data_dir, "verify")
            self.assertEqual(code, 0, out + error)
            code, out, error = run_log(data_dir, "rebuild", "--check")
            self.assertEqual(code, 0, out + error)

    def test_a_job_goes_on_after_a_kill(self):
        """A message move task at a rate: killed now and then, under a frozen clock, each message still moves once, at its time."""
        url = "http://127.0.0.1/000000000000/"
        arn = "arn:aws:sqs:us-east-1:000000000000:"
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.call("POST", "/_cloudemu/clock", b'{"freeze": true}')
            api.sqs("CreateQueue", {"QueueName": "dead"})
            api.sqs("CreateQueue", {"QueueName": "alive", "Attributes": {
                "RedrivePolicy": '{"deadLetterTargetArn":"%sdead","maxReceiveCount":1}' % arn}})
            for i in range(6):
                api.sqs("SendMessage", {"QueueUrl": url + "dead", "MessageBody": str(i)})
            status, task = api.sqs("StartMessageMoveTask", {"SourceArn": arn + "dead", "DestinationArn": arn + "alive",
                                                            "MaxNumberOfMessagesPerSecond": 1})
            self.assertEqual(status, 200, task)
            for moved in range(1, 6):
                latest = api.sqs("ListMessageMoveTasks", {"SourceArn": arn + "dead"})[1]["Results"][0]
                self.assertEqual((latest["Status"], latest["ApproximateNumberOfMessagesMoved"]), ("RUNNING", moved))
                api.close()
                daemon.kill()
                if moved == 3:
                    for left in glob.glob(os.path.join(data_dir, "state.db*")):
                        os.remove(left)
                daemon.start()
                api = Api(daemon.port)
                api.call("POST", "/_cloudemu/clock", b'{"advance": 1}')
            latest = api.sqs("ListMessageMoveTasks", {"SourceArn": arn + "dead"})[1]["Results"][0]
            self.assertEqual((latest["Status"], latest["ApproximateNumberOfMessagesMoved"]), ("COMPLETED", 6))
            got = api.sqs("ReceiveMessage", {"QueueUrl": url + "alive", "MaxNumberOfMessages": 10})[1]["Messages"]
            self.assertEqual(sorted(m["Body"] for m in got), list("012345"))
            api.close()

    def test_what_time_does_to_objects_survives_a_kill(self):
        """Lifecycle rules and a restore: killed between midnights, once without its state, each object still goes at its time."""
        rules = (b"<LifecycleConfiguration><Rule><ID>r</ID><Filter/><Status>Enabled</Status><Expiration><Days>%d</Days></Expiration></Rule>"
                 b"</LifecycleConfiguration>")
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.call("POST", "/_cloudemu/clock", b'{"freeze": "2030-01-01T12:00:00Z"}')
            api.call("PUT", "/aging")
            for number in range(3000):  # more than one commit of the state
                api.call("PUT", "/aging/%d" % number, b"x")
            api.call("PUT", "/aging/cold", b"x", {"x-amz-storage-class": "GLACIER"})
            self.assertEqual(api.call("POST", "/aging/cold?restore", b"<RestoreRequest><Days>9</Days></RestoreRequest>")[0], 202)
            self.assertEqual(api.call("PUT", "/aging?lifecycle", rules % 3, content_md5(rules % 3))[0], 200)
            for day, (restored, left) in enumerate([(b"200", 1000), (b"200", 1000), (b"200", 1000), (b"404", 0)]):
                api.close()
                daemon.kill()
                if day == 1:
                    for left_over in glob.glob(os.path.join(data_dir, "state.db*")):
                        os.remove(left_over)
                daemon.start()
                api = Api(daemon.port)
                api.call("POST", "/_cloudemu/clock", b'{"advance": "1d"}')
                self.assertEqual(api.call("GET", "/aging?list-type=2")[1].count(b"<Key>"), left, day)
                self.assertEqual(b"%d" % api.call("GET", "/aging/cold")[0], restored, day)
            api.close()
            self.assertEqual(daemon.stop(), 0)
            code, out, error = run_log(data_dir, "rebuild", "--check")
            self.assertEqual(code, 0, out + error)

    def test_streams_and_expiry_survive_kills(self):
        """Records are neither lost nor doubled, iterators and sequence numbers go on, and each item expires once."""
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.call("POST", "/_cloudemu/clock", b'{"freeze": "2030-01-01T12:00:00Z"}')
            api.dynamodb("CreateTable", {
                "TableName": "load", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}})
            api.dynamodb("UpdateTimeToLive", {"TableName": "load", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "until"}})
            reader, kept = StreamReader(api, "load"), []

            def restart(without_state=False):
                daemon.kill()
                for path in glob.glob(data_dir + "/state.db*") if without_state else []:
                    os.remove(path)
                daemon.start()
                return Api(daemon.port)

            def write(number):
                mine, writer = [], Api(daemon.port)
                try:
                    while True:
                        keys = ["%d-%d-%d" % (number, len(mine), i) for i in range(25)]
                        puts = [{"PutRequest": {"Item": {"pk": {"S": key}, "until": {"N": "1893499500"}}}} for key in keys]
                        mine.append(keys)
                        assert writer.dynamodb("BatchWriteItem", {"RequestItems": {"load": puts}})[0] == 200
                        kept.extend(keys)
                except (OSError, ConnectionError):
                    pass

            for turn in range(4):
                writers = [threading.Thread(target=write, args=(10 * turn + i,)) for i in range(2)]
                for writer in writers:
                    writer.start()
                time.sleep(0.3)
                reader.read(api, 3)
                api.close()
                api = restart(without_state=turn == 2)
                for writer in writers:
                    writer.join()
                reader.read(api)
            inserted = reader.keys("INSERT")
            self.assertEqual(len(inserted), len(set(inserted)), "records were doubled")
            self.assertEqual(set(kept) - set(inserted), set(), "records were lost")
            # All items expire at one moment; the daemon is killed while it deletes them.
            for turn in range(3):
                advance = threading.Thread(target=lambda: self.try_to_advance(daemon.port))
                advance.start()
                time.sleep(random.uniform(0.01, 0.15))
                api.close()
                api = restart(without_state=turn == 1)
                advance.join()
                reader.read(api, 2)
            self.try_to_advance(daemon.port)
            reader.read(api)
            removed = reader.keys("REMOVE")
            self.assertEqual(sorted(removed), sorted(inserted), "each item expires once")
            self.assertTrue(all("userIdentity" in r for r in reader.records if r["eventName"] == "REMOVE"))
            numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in reader.records]
            self.assertEqual(numbers, sorted(set(numbers)))
            self.assertEqual(api.dynamodb("Scan", {"TableName": "load", "Select": "COUNT"})[1]["Count"], 0)
            api.close()
            self.assertEqual(daemon.stop(), 0)
            code, out, error = run_log(data_dir, "rebuild", "--check")
            self.assertEqual(code, 0, out + error)

    def test_a_kill_within_a_batch_that_is_written_in_parts(self):
        """What was acknowledged is there; of the batch under way whole items are, or none."""
        random.seed(21)
        long = "x" * 390_000
        with temporary_directory() as data_dir:
            daemon, replies, begun, in_parts = Daemon(data_dir), {}, 0, 0
            create_table(Api(daemon.port))

            def write(port, number):
                puts = [{"PutRequest": {"Item": {"pk": {"S": "%d-%d" % (number, i)}, "text": {"S": long}}}} for i in range(25)]
                try:
                    replies[number] = Api(port).dynamodb("BatchWriteItem", {"RequestItems": {"load": puts}})
                except (OSError, http.client.HTTPException):
                    pass

            for _ in range(8):
                begun += 1
                writer = threading.Thread(target=write, args=(daemon.port, begun))
                writer.start()
                time.sleep(random.uniform(0.05, 0.25))
                daemon.kill()
                writer.join()
                daemon = Daemon(data_dir)
                api = Api(daemon.port)
                there = [i for i in range(25) if self.text_of(api, "%d-%d" % (begun, i), long)]
                self.assertEqual(there, list(range(len(there))), "parts are written in order")
                if begun in replies:
                    self.assertEqual((replies[begun], len(there)), ((200, {"UnprocessedItems": {}}), 25))
                in_parts += 0 < len(there) < 25
            print("of %d batches %d were cut within" % (begun, in_parts))
            self.assertEqual(daemon.stop(), 0)
            code, out, error = run_log(data_dir, "rebuild", "--check")
            self.assertEqual(code, 0, out + error)

    def text_of(self, api, key, expected):
        """Whether the item is there, and whole."""
        item = api.dynamodb("GetItem", {"TableName": "load", "Key": {"pk": {"S": key}}})[1].get("Item")
        if item:
            self.assertEqual(item["text"]["S"], expected)
        return item is not None

    def try_to_advance(self, port):
        """The clock reaches the moment at which all expire; the daemon may be killed meanwhile."""
        try:
            api = Api(port)
            api.call("POST", "/_cloudemu/clock", b'{"freeze": "2030-01-01T12:10:00Z"}')
            api.close()
        except (OSError, ConnectionError):
            pass

    def test_removing_the_state_changes_nothing(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                create_table(api)
                for number in range(50):
                    api.dynamodb("PutItem", {"TableName": "load", "Item": {"pk": {"S": str(number)}}})
                before = api.dynamodb("Scan", {"TableName": "load"})
                api.close()
                self.assertEqual(daemon.stop(), 0)
                self.assertTrue(glob.glob(data_dir + "/snapshots/*.snap"), "a clean end leaves a snapshot")
                for path in glob.glob(data_dir + "/state.db*") + glob.glob(data_dir + "/snapshots/*"):
                    os.remove(path)
                daemon.start()
                api = Api(daemon.port)
                self.assertEqual(api.dynamodb("Scan", {"TableName": "load"}), before)
                api.close()

    def test_torn_tail_is_set_aside(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                for number in range(5):
                    api.call("PUT", "/bucket-%d" % number)
                api.close()
                daemon.stop()
                (segment,) = glob.glob(data_dir + "/log/*.seg")
                with open(segment, "r+b") as file:
                    half_a_frame = file.read(150)
                    file.seek(0, os.SEEK_END)
                    file.write(half_a_frame)
                daemon.start()
                api = Api(daemon.port)
                self.assertEqual(api.call("HEAD", "/bucket-4")[0], 200)
                self.assertEqual(api.call("PUT", "/bucket-5")[0], 200)
                api.close()
                daemon.stop()
                self.assertIn("was cut short", daemon.stderr)
                self.assertTrue(glob.glob(data_dir + "/log/*.torn-*"))

    def start_must_fail(self, *arguments):
        _, message = support.start_refused(*arguments)
        self.assertEqual(message.count("\n"), 1, "one clear sentence: " + message)
        return message

    def test_a_kill_while_a_segment_is_sealed(self):
        """The footer is the last that is written of a segment: cut anywhere, it is a torn tail like any other."""
        with temporary_directory() as data_dir:
            log = os.path.join(data_dir, "log")
            with Daemon(data_dir, ["--sync", "no"]) as daemon:
                api = Api(daemon.port)
                create_table(api)
                items = 0
                while len(glob.glob(log + "/*.seg")) < 2:
                    item = {"pk": {"S": "item-%d" % items}, "noise": {"B": base64.b64encode(os.urandom(290_000)).decode()}}
                    self.assertEqual(api.dynamodb("PutItem", {"TableName": "load", "Item": item})[0], 200)
                    items += 1
                api.close()
                daemon.kill()
            segments = sorted(glob.glob(log + "/*.seg"))
            # As it was a moment before: one segment, and what is known of it.
            os.remove(segments[1])
            with open(segments[0], "rb") as file:
                sealed = file.read()
            for cut in (1, 200):
                for path in glob.glob(data_dir + "/state.db*") + glob.glob(data_dir + "/snapshots/*") + glob.glob(data_dir + "/*-log-tail*"):
                    os.remove(path)
                for path in glob.glob(log + "/*"):
                    os.remove(path)
                with open(segments[0], "wb") as file:
                    file.write(sealed[:-cut])
                with self.subTest(cut=cut), Daemon(data_dir) as daemon:
                    api = Api(daemon.port)
                    kept = api.dynamodb("GetItem", {"TableName": "load", "Key": {"pk": {"S": "item-%d" % (items - 5)}}})[1]
                    self.assertIn("Item", kept)
                    self.assertEqual(api.dynamodb("PutItem", {"TableName": "load", "Item": {"pk": {"S": "more"}}})[0], 200)
                    api.close()
                    self.assertEqual(daemon.stop(), 0)
                    self.assertEqual(run_log(data_dir, "verify")[0], 0)
                    self.assertEqual(run_log(data_dir, "rebuild", "--check")[0], 0)

    def test_corruption_is_refused_and_repaired(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                for number in range(5):
                    api.call("PUT", "/bucket-%d" % number)
                api.close()
                daemon.stop()
            (segment,) = glob.glob(data_dir + "/log/*.seg")
            with open(segment, "r+b") as file:
                file.seek(os.path.getsize(segment) // 2)
                byte = file.read(1)
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte[0] ^ 1]))
            message = self.start_must_fail("--data-dir", data_dir, "--port", "0")
            self.assertIn(segment, message)
            self.assertIn("offset", message)
            self.assertEqual(run_log(data_dir, "verify")[0], 3)
            remedy = message.rstrip().split("cloudemu-log ")[-1].split()
            done = subprocess.run([LOG, *remedy], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                self.assertEqual(api.call("HEAD", "/bucket-0")[0], 200)
                self.assertEqual(api.call("PUT", "/another")[0], 200)
                api.close()
                daemon.stop()
            self.assertEqual(run_log(data_dir, "verify")[0], 0)

    def test_what_is_missing_is_told(self):
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.call("PUT", "/photos")
            api.call("PUT", "/photos/large", b"x" * 100_000)
            api.close()
            shutil.rmtree(data_dir + "/blobs")
            api = Api(daemon.port)
            status, body = api.call("GET", "/photos/large")
            self.assertEqual(status, 500)
            self.assertIn(b"<Code>InternalError</Code>", body)
            api.close()
            daemon.stop()
            self.assertIn("warning: s3://photos/large cannot be read", daemon.stderr)
            shutil.rmtree(data_dir + "/log")
            message = self.start_must_fail("--data-dir", data_dir, "--port", "0")
            self.assertIn("events 1 to 2, which were acknowledged, are missing", message)
            self.assertFalse(os.path.exists(data_dir + "/log"), "nothing was changed")

    def test_a_log_that_is_too_short_is_refused_until_the_loss_is_accepted(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                for number in range(10):
                    api.call("PUT", "/bucket-%d" % number)
                api.close()
                daemon.stop()
            (segment,) = glob.glob(data_dir + "/log/*.seg")
            os.truncate(segment, os.path.getsize(segment) // 2)
            before = sorted((path, os.path.getsize(path)) for path in glob.glob(data_dir + "/*/*"))
            message = self.start_must_fail("--data-dir", data_dir, "--port", "0")
            self.assertRegex(message, "events [0-9]+ to 10, which were acknowledged, are missing")
            code, out, error = run_log(data_dir, "verify")
            self.assertEqual(code, 3)
            self.assertIn("which were acknowledged, are missing", error)
            code, out, error = run_log(data_dir, "repair", "--dry-run")
            self.assertEqual(code, 3)
            self.assertRegex(out, r"are lost \([0-9]+ events\)")
            self.assertIn("nothing was changed", out)
            self.assertEqual(sorted((path, os.path.getsize(path)) for path in glob.glob(data_dir + "/*/*")), before)
            code, out, error = run_log(data_dir, "repair")
            self.assertEqual(code, 0, out + error)
            self.assertTrue(glob.glob(data_dir + "/state.db.lost-*"))
            self.assertTrue(glob.glob(data_dir + "/snapshots/*.lost-*"))
            self.assertEqual(run_log(data_dir, "verify")[0], 0)
            self.assertIn("nothing to repair", run_log(data_dir, "repair")[1])
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                self.assertEqual(api.call("HEAD", "/bucket-0")[0], 200)
                self.assertEqual(api.call("HEAD", "/bucket-9")[0], 404)
                self.assertEqual(api.call("PUT", "/another")[0], 200)
                api.close()

    def test_a_shortage_passes(self):
        """A limit on the size of files stands for a full disk; it comes with a signal that must not kill."""
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            self.assertEqual(api.call("PUT", "/kept")[0], 200)
            (segment,) = glob.glob(data_dir + "/log/*.seg")
            limit = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (os.path.getsize(segment) + 10, limit[1]))
            self.assertEqual(api.call("PUT", "/refused")[0], 503)
            self.assertEqual(api.call("HEAD", "/kept")[0], 200)
            self.assertEqual(api.call("HEAD", "/refused")[0], 404)
            resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, limit)
            deadline = time.monotonic() + 10
            while api.call("PUT", "/again")[0] != 200:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            api.close()
            daemon.stop()
            daemon.start()
            api = Api(daemon.port)
            self.assertEqual([api.call("HEAD", "/" + name)[0] for name in ("kept", "refused", "again")], [200, 404, 200])
            api.close()

    def test_descriptors_are_raised_to_what_is_allowed(self):
        with temporary_directory() as data_dir:
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, hard), hard))
            try:
                with Daemon(data_dir) as daemon:
                    self.assertEqual(resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE), (hard, hard))
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_files_are_the_owners_alone(self):
        with temporary_directory() as holder:
            data_dir = holder + "/data"
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                api.call("PUT", "/photos")
                api.call("PUT", "/photos/large", b"x" * 100_000)
                api.close()
                daemon.stop()
            for path in [data_dir] + glob.glob(data_dir + "/**", recursive=True):
                self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)

    def test_what_cannot_start_says_why(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                self.assertIn("is held by another cloudemu", self.start_must_fail("--data-dir", data_dir, "--port", "0"))
                other = data_dir + "/elsewhere"
                self.assertIn("is in use", self.start_must_fail("--data-dir", other, "--port", str(daemon.port)))
        with temporary_directory() as directory:
            with open(directory + "/thesis.txt", "w") as file:
                file.write("years of work")
            self.assertIn("is not empty", self.start_must_fail("--data-dir", directory, "--port", "0"))
            self.assertIn("cannot", self.start_must_fail("--data-dir", directory + "/thesis.txt/data", "--port", "0"))
        self.assertIn("is not an IP address", self.start_must_fail("--ephemeral", "--host", "nowhere", "--port", "0"))
        for senseless in (["--sync", "sometimes"], ["--ephemeral", "--data-dir", "/nowhere"]):
            self.assertEqual(support.start_refused(*senseless)[0], 2)

    def test_the_log_is_readable_with_zstd_and_jq(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                api.call("PUT", "/photos")
                api.close()
                daemon.stop()
            out = subprocess.run("zstd -dcq %s/log/*.seg | jq -r '.type + \" \" + .data.bucket'" % data_dir, shell=True,
                                 capture_output=True, text=True)
            self.assertEqual(out.stdout, "s3.BucketCreated photos\n", out.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
