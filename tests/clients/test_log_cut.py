"""Histories of which a part is gone: the beginning, given up by `compact` or left behind by `fork`; or the end, which was lost."""
import glob
import json
import os
import re
import unittest

from support import Api, Daemon, create_table, run_log, temporary_directory


def everything_in(directory):
    """All files, with what makes a change show."""
    found = {}
    for folder, _, names in os.walk(directory):
        for path in [folder] + [os.path.join(folder, name) for name in names]:
            status = os.stat(path)
            found[path] = (status.st_size, status.st_mtime_ns)
    return found


class Names(unittest.TestCase):
    """What was made before the beginning keeps its name."""

    def setUp(self):
        holder = temporary_directory()
        self.top = holder.__enter__()
        self.addCleanup(holder.__exit__)
        self.main = self.top + "/main"
        with Daemon(self.main) as daemon:
            api = Api(daemon.port)
            create_table(api, "orders")
            for name in ("dlq", "jobs"):
                api.sqs("CreateQueue", {"QueueName": name})
            api.sqs("SetQueueAttributes", {"QueueUrl": self.url("jobs"), "Attributes": {"VisibilityTimeout": "5", "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dlq", "maxReceiveCount": "1"})}})
            self.message = api.sqs("SendMessage", {"QueueUrl": self.url("jobs"), "MessageBody": "x"})[1]["MessageId"]
            api.call("PUT", "/photos")
            self.upload = re.search(b"<UploadId>(.*)</UploadId>", api.call("POST", "/photos/up?uploads")[1]).group(1).decode()
            api.close()
            daemon.stop()
        self.before = 7

    def url(self, queue):
        return "http://127.0.0.1/000000000000/" + queue

    def go_on(self, data_dir):
        """Writes to what is there: the item, the message received, expired, received again and so moved; the upload given up."""
        with Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.dynamodb("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "fork"}}})
            api.dynamodb("UpdateItem", {"TableName": "orders", "Key": {"pk": {"S": "fork"}}, "UpdateExpression": "SET n = :n",
                                        "ExpressionAttributeValues": {":n": {"N": "1"}}})
            api.sqs("ReceiveMessage", {"QueueUrl": self.url("jobs")})
            api.call("POST", "/_cloudemu/clock", json.dumps({"advance": "10s"}).encode())
            api.sqs("ReceiveMessage", {"QueueUrl": self.url("jobs")})
            api.call("DELETE", "/photos/up?uploadId=" + self.upload)
            api.close()
            daemon.stop()

    def types(self, data_dir, *filters):
        code, out, error = run_log(data_dir, "--json", "log", *filters)
        self.assertEqual((code, error), (0, ""), filters)
        return [json.loads(line)["type"] for line in out.splitlines()]

    def check_names(self, data_dir):
        log = run_log(data_dir, "log")[1]
        self.assertNotIn("no longer in the log", log)
        self.assertRegex(log, r'PutItem +orders \{"S":"fork"\}\n')
        self.assertRegex(log, r"MessagesDue .* jobs \(visibility-timeout\) %s\n" % self.message)
        self.assertRegex(log, r"MessageMoved .* jobs \(to dlq\) %s\n" % self.message)
        self.assertRegex(log, r"UploadEnded .* photos/up  aborted\n")
        for words in (["--table", "orders"], ["dynamodb://orders/fork"], ["dynamodb://orders/fork", "--reverse"]):
            self.assertEqual(self.types(data_dir, "--since", str(self.before + 1), *words), ["ddb.ItemPut", "ddb.ItemPut"])
        life = ["sqs.MessageReceived", "sqs.MessagesDue", "sqs.MessageMoved"]
        for words in (["--queue", "jobs"], ["sqs://jobs/" + self.message], ["--service", "sqs", "--region", "us-east-1"]):
            self.assertEqual(self.types(data_dir, *words), life)
        self.assertEqual(self.types(data_dir, "--queue", "dlq"), ["sqs.MessageMoved"])
        shown = run_log(data_dir, "show", "HEAD~1")[1]
        self.assertRegex(shown, "Subject: +jobs .to dlq. " + self.message)

    def test_in_a_fork(self):
        fork = self.top + "/fork"
        self.assertEqual(run_log(self.main, "fork", "HEAD", fork)[0], 0)
        self.assertEqual(sorted(os.listdir(fork)), ["blobs", "log", "snapshots"])
        self.go_on(fork)
        self.check_names(fork)

    def test_after_compact(self):
        self.go_on(self.main)
        self.assertEqual(run_log(self.main, "compact", "--keep", str(self.before + 1))[0], 0)
        self.check_names(self.main)
        # Without the snapshot nobody knows the names, and all else is told.
        for snapshot in glob.glob(self.main + "/snapshots/*"):
            os.unlink(snapshot)
        log = run_log(self.main, "log")[1]
        self.assertIn("ddb.ItemPut             PutItem             (no longer in the log)", log)


class End(unittest.TestCase):
    """A log that ends before what the state knows."""

    def test_an_end_that_is_lost_is_told_by_whoever_looks(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                for number in range(6):
                    api.call("PUT", "/bucket-%d" % number)
                api.close()
                daemon.stop()
            segment, = glob.glob(data_dir + "/log/*.seg")
            self.assertEqual((run_log(data_dir, "info")[0], run_log(data_dir, "log")[2]), (0, ""))
            last = json.loads(run_log(data_dir, "--json", "log", "-1")[1])
            self.assertEqual(last["seq"], 6)
            os.truncate(segment, os.path.getsize(segment) - 10)
            lost = r"events? \d.* acknowledged, .* lost .*: the log ends with event \d, but .*(state.db|\.snap) knows event 6"
            code, out, error = run_log(data_dir, "info")
            self.assertEqual(code, 3)
            self.assertRegex(error, lost)
            self.assertIn(" repair", error)
            self.assertNotIn("the next start sets it aside", out)
            self.assertRegex(json.loads(run_log(data_dir, "--json", "info")[1])["lost"], lost)
            code, out, error = run_log(data_dir, "log")
            self.assertEqual(code, 0)
            self.assertRegex(error, lost)
            self.assertEqual(error.count("\n"), 1)
            self.assertEqual(run_log(data_dir, "verify")[0], 3)


class Compact(unittest.TestCase):
    """A directory whose early history is given up."""

    def test_compact_keeps_what_is_kept_and_drops_the_rest(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                api.call("PUT", "/photos")
                for i in range(10):
                    api.call("PUT", "/photos/cat.jpg", bytes([i]) * 50_000)
                    api.call("PUT", "/photos/dog%d.jpg" % i, b"dog%d" % i * 9000)
                api.call("DELETE", "/photos/dog3.jpg")
                code, _, error = run_log(data_dir, "compact")
                self.assertEqual(code, 4)
                self.assertIn("is held by another cloudemu", error)
                api.close()
                daemon.stop()
            blobs = lambda: len(glob.glob(data_dir + "/blobs/??/*"))  # noqa: E731
            self.assertEqual(blobs(), 20)
            before = everything_in(data_dir)
            code, out, _ = run_log(data_dir, "--json", "compact", "--keep", "HEAD~1", "--dry-run")
            self.assertEqual((code, everything_in(data_dir)), (0, before))
            told = json.loads(out)
            self.assertEqual((told["done"], told["keep"], told["events"], told["blobs"]), (False, 21, 20, 9))
            self.assertEqual(blobs(), 20)
            code, out, error = run_log(data_dir, "compact", "--keep", "HEAD~1")
            self.assertEqual((code, error), (0, ""))
            self.assertIn("the log begins with event 21", out)
            self.assertEqual(blobs(), 11)
            self.assertEqual(run_log(data_dir, "verify")[0], 0)
            self.assertEqual(run_log(data_dir, "rebuild", "--check")[0], 0)
            self.assertEqual([json.loads(line)["seq"] for line in run_log(data_dir, "--json", "log")[1].splitlines()], [21, 22])
            code, _, error = run_log(data_dir, "state", "--at", "5")
            self.assertEqual(code, 1)
            self.assertIn("the log begins with event 21; the state at event 5 was compacted away", error)
            for words in (["diff", "5"], ["cat", "--at", "5", "s3://photos/cat.jpg"]):
                self.assertIn("the state at event 5 was compacted away", run_log(data_dir, *words)[2])
            self.assertIn("dog3.jpg", run_log(data_dir, "state", "--at", "21", "bucket", "photos")[1])
            self.assertNotIn("dog3.jpg", run_log(data_dir, "state", "bucket", "photos")[1])
            for lost in ("", "/state.db"):
                if lost:
                    os.unlink(data_dir + lost)
                with Daemon(data_dir) as daemon:
                    api = Api(daemon.port)
                    self.assertEqual(api.call("GET", "/photos/cat.jpg"), (200, bytes([9]) * 50_000))
                    self.assertEqual(api.call("GET", "/photos/dog7.jpg"), (200, b"dog7" * 9000))
                    self.assertEqual(api.call("GET", "/photos/dog3.jpg")[0], 404)
                    self.assertEqual(api.call("PUT", "/photos/new" + lost.replace("/", "-"), b"n" * 20_000)[0], 200)
                    api.close()
                    daemon.stop()
            code, out, _ = run_log(data_dir, "rebuild")
            self.assertEqual((code, out.split(" from ")[1]), (0, "4 events and the snapshot as of event 20\n"))
            built = json.loads(run_log(data_dir, "--json", "rebuild")[1])
            self.assertEqual((built["first"], built["last"], built["events"]), (21, 24, 4))
            self.assertEqual(run_log(data_dir, "verify")[0], 0)


class Fork(unittest.TestCase):
    """A directory that goes on from the middle of another's history."""

    def test_a_fork_and_its_parent_go_their_own_ways(self):
        with temporary_directory() as top, Daemon(top + "/main") as daemon:
            main, fork = top + "/main", top + "/fork"
            api = Api(daemon.port)
            api.call("PUT", "/photos")
            api.call("PUT", "/photos/cat.jpg", b"1" * 50_000)
            api.call("PUT", "/photos/cat.jpg", b"2" * 50_000)
            code, out, error = run_log(main, "--json", "fork", "HEAD~1", fork)
            self.assertEqual((code, error, json.loads(out)), (0, "", {"directory": fork, "at": 2}))
            for parent, at, code, text in ((main, "HEAD", 4, "is not empty"), (main, "99", 1, "no event 99"), (fork, "1", 1, "is not in the log")):
                got, _, error = run_log(parent, "fork", at, fork if parent == main else top + "/other")
                self.assertEqual((got, text in error), (code, True), error)
            with Daemon(fork) as other:
                theirs = Api(other.port)
                self.assertEqual(theirs.call("GET", "/photos/cat.jpg"), (200, b"1" * 50_000))
                self.assertEqual(theirs.call("PUT", "/photos/dog.jpg", b"3" * 50_000)[0], 200)
                theirs.close()
                other.stop()
            self.assertEqual(api.call("GET", "/photos/cat.jpg"), (200, b"2" * 50_000))
            self.assertEqual(api.call("GET", "/photos/dog.jpg")[0], 404)
            api.close()
            daemon.stop()
            self.assertEqual([json.loads(line)["seq"] for line in run_log(fork, "--json", "log")[1].splitlines()], [2, 3])
            for directory in (main, fork):
                self.assertEqual(run_log(directory, "verify")[0], 0)
                self.assertEqual(run_log(directory, "rebuild", "--check")[0], 0)
            self.assertEqual(run_log(main, "compact")[0], 0)
            self.assertEqual(run_log(fork, "cat", "s3://photos/cat.jpg")[1], "1" * 50_000)


if __name__ == "__main__":
    unittest.main()
