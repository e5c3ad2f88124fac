"""cloudemu-log, as somebody at a terminal uses it."""
import base64
import fcntl
import glob
import hashlib
import json
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
import unittest

from support import LOG, Api, Daemon, content_md5, create_table, run_log, temporary_directory


os.environ.update(PAGER="", CLOUDEMU_PAGER="")  # what a test prints to a terminal, it reads itself


def on_terminal(columns, data_dir, *arguments, **environment):
    """The lines that a terminal of so many columns gets, without colours."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen([LOG, "--data-dir", data_dir, "--no-color", *arguments], stdout=slave, env={**os.environ, **environment})
    os.close(slave)
    text = b""
    try:
        while piece := os.read(master, 65536):
            text += piece
    except OSError:  # the end, on Linux
        pass
    os.close(master)
    process.wait()
    return text.decode().splitlines()


# Of a frame: docs/log_format.md.
FRAME_MAGIC, FRAME_HEADER_BYTES = b"\x5c\x2a\x4d\x18\x78\x00\x00\x00CEL1", 128


def write_flipped(path, content, offset):
    with open(path, "wb") as file:
        file.write(content[:offset] + bytes([content[offset] ^ 1]) + content[offset + 1:])


class LogTool(unittest.TestCase):
    """On a live directory with a short history: 1 bucket, 2 object, 3 table, 4 item, 5 the item changed, 6 queue, 7 message, 8 object deleted."""

    @classmethod
    def setUpClass(cls):
        cls.holder = temporary_directory()
        cls.dir = cls.holder.__enter__()
        os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
        cls.daemon = Daemon(cls.dir)
        cls.addClassCleanup(cls.tear_down)
        cls.api = api = Api(cls.daemon.port)
        api.call("PUT", "/photos")
        api.call("PUT", "/photos/cat.txt", b"meow")
        create_table(api, "orders")
        for total in ("1", "2"):
            api.dynamodb("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}, "total": {"N": total}}})
        api.sqs("CreateQueue", {"QueueName": "jobs"})
        api.sqs("SendMessage", {"QueueUrl": "http://127.0.0.1/000000000000/jobs", "MessageBody": "hello"})
        api.call("DELETE", "/photos/cat.txt")

    @classmethod
    def tear_down(cls):
        cls.api.close()
        cls.daemon.__exit__()
        cls.holder.__exit__()

    def ok(self, *arguments):
        code, out, error = run_log(self.dir, *arguments)
        self.assertEqual((code, error), (0, ""), arguments)
        return out

    def lines(self, *arguments):
        return [json.loads(line) for line in self.ok("--json", *arguments).splitlines()]

    def refused(self, code, text, *arguments):
        got, out, error = run_log(self.dir, *arguments)
        self.assertEqual(got, code, out + error)
        self.assertIn(text, error)

    def test_log_tells_what_happened(self):
        out = self.ok("log").splitlines()
        self.assertEqual(len(out), 8)
        self.assertRegex(out[0], r"^ +1  \d{4}-.*Z  s3.BucketCreated +CreateBucket +photos$")
        self.assertRegex(out[1], r"s3.ObjectPut +PutObject +photos/cat.txt  4 B$")
        self.assertEqual([e["seq"] for e in self.lines("log", "--reverse")], [8, 7, 6, 5, 4, 3, 2, 1])

    def test_log_filters(self):
        def numbers(*arguments):
            return [e["seq"] for e in self.lines("log", *arguments)]
        self.assertEqual(numbers("--since", "3", "--until", "5"), [3, 4, 5])
        self.assertEqual(numbers("-n", "2"), [7, 8])
        self.assertEqual(numbers("-2"), [7, 8])
        self.assertEqual(numbers("-n", "0"), [])
        self.assertEqual(numbers("--service", "sqs"), [6, 7])
        self.assertEqual(numbers("--service", "sqs,DynamoDB"), [3, 4, 5, 6, 7])
        self.assertEqual(numbers("--type", "ItemPut", "--type", "ObjectPut"), [2, 4, 5])
        self.assertEqual(numbers("--op", "DeleteObject"), [8])
        self.assertEqual(numbers("--bucket", "photos"), [1, 2, 8])
        self.assertEqual(numbers("--table", "orders"), [3, 4, 5])
        self.assertEqual(numbers("--queue", "jobs"), [6, 7])
        self.assertEqual(numbers("--key", "cat", "--type", "ObjectPut"), [2])
        self.assertEqual(numbers("--account", "000000000000", "--region", "us-east-1"), [1, 2, 3, 4, 5, 6, 7, 8])
        self.assertEqual(numbers("--grep", "hello"), [7])
        self.assertEqual(numbers("--service", "ddb"), [3, 4, 5])
        for types in ("ddb.*", "DynamoDB.*", "ddb.TableCreated,ddb.ItemPut"):
            self.assertEqual(numbers("--type", types), [3, 4, 5])
        self.assertEqual(numbers("s3://photos/cat.txt"), [2, 8])
        self.refused(1, "no event type is called lambda.*", "log", "--type", "lambda.*")
        self.assertEqual(numbers("--since", "@-1h"), [1, 2, 3, 4, 5, 6, 7, 8])
        self.assertEqual(numbers("--since", "@"), [8])

    def test_a_number_with_a_dash_is_a_count_only_where_log_expects_no_value(self):
        for words in (("--grep", "-5"), ("--key", "-5"), ("--request", "-5"), ("--grep", "-5", "-1")):
            code, _, error = run_log(self.dir, "log", *words)
            self.assertIn(code, (0, 1, 2))
            self.assertNotIn("--last", error)
        self.assertEqual([e["seq"] for e in self.lines("log", "--grep", "-1", "-1")], [8])
        for words in (("state", "--at", "-5"), ("show", "-1"), ("diff", "HEAD", "-1")):
            self.refused(2, "cannot read the coordinate " + words[-1], *words)

    def test_log_follows(self):
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.call("PUT", "/before")
            process = subprocess.Popen([LOG, "--data-dir", data_dir, "--json", "log", "--follow", "-n", "1"], stdout=subprocess.PIPE,
                                       text=True)
            self.addCleanup(process.stdout.close)
            guard = threading.Timer(20, process.kill)
            guard.start()
            for name in ("before", "after-1", "after-2", "after-3", "after-4"):
                if name in ("after-1", "after-3"):  # two at once: "the last" was said of what was there at the beginning
                    api.call("PUT", "/" + name)
                    api.call("PUT", "/after-%d" % (int(name[-1]) + 1))
                event = json.loads(process.stdout.readline())
                self.assertEqual((event["type"], event["data"]["bucket"]), ("s3.BucketCreated", name))
            guard.cancel()
            process.terminate()
            process.wait()
            api.close()

    def test_following_ends_where_nothing_can_follow(self):
        self.assertEqual([e["seq"] for e in self.lines("log", "--follow", "--since", "7", "--until", "HEAD")], [7, 8])
        # Nobody reads any more, and nothing new comes.
        process = subprocess.Popen([LOG, "--data-dir", self.dir, "log", "--follow"], stdout=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(20), 0)

    def test_request_ids_in_every_spelling(self):
        request = self.lines("show", "4")[0]["req"]
        spellings = [request, request.lower(), request[:9], request[:5].lower(), request + "1234",
                     "%s-%s-%s-9999-aaaaaaaaaaaa" % (request[:8].lower(), request[8:12].lower(), request[12:].lower())]
        for spelling in spellings:
            self.assertEqual(self.lines("show", "req:" + spelling)[0]["seq"], 4, spelling)
            for shown in (spelling, "req:" + spelling):
                self.assertEqual([e["seq"] for e in self.lines("log", "--request", shown)], [4], spelling)
        self.refused(2, "is not a request id", "show", "req:" + request[:3])
        self.refused(2, "is not a request id", "show", "req:hello")
        self.refused(1, "no event of request 0000000000000000", "show", "req:0000000000000000")

    def test_show(self):
        out = self.ok("show", "4")
        self.assertIn("event 4  ddb.ItemPut", out)
        event = self.lines("show", "4")[0]
        self.assertEqual(event["data"]["item"], {"pk": {"S": "a"}, "total": {"N": "1"}})
        self.assertEqual(self.lines("show", "req:" + event["req"])[0]["seq"], 4)

    def test_state_at_any_point(self):
        outline = {row["name"]: row["count"] for row in self.lines("state", "--at", "7")}
        self.assertEqual(outline, {"photos": 1, "orders": 1, "jobs": 1})
        self.assertEqual([row["name"] for row in self.lines("state", "--at", "7", "tables")], ["orders"])
        self.assertEqual(self.lines("state", "--at", "7", "bucket", "photos")[0]["version"], "null")
        self.assertEqual([row["name"] for row in self.lines("state", "--at", "1")], ["photos"])
        self.assertEqual(self.lines("state", "--at", "0"), [])
        self.assertEqual(self.lines("state", "--at", "7", "bucket", "photos")[0]["key"], "cat.txt")
        self.assertEqual(self.lines("state", "--at", "8", "bucket", "photos"), [])
        self.assertEqual(self.lines("state", "--at", "4", "table", "orders"), [{"pk": {"S": "a"}, "total": {"N": "1"}}])
        self.assertEqual(self.lines("state", "--at", "8", "table", "orders"), [{"pk": {"S": "a"}, "total": {"N": "2"}}])
        self.assertEqual(self.lines("state", "--at", "8", "queue", "jobs")[0]["body"], "hello")

    def test_info_verify_rebuild_on_a_live_directory(self):
        self.assertIn("Segments:   1 (0 sealed)", self.ok("info"))
        self.assertTrue(self.ok("verify").startswith("ok: "))
        self.assertTrue(self.ok("rebuild", "--check").startswith("equal: "))
        compared, = self.lines("rebuild", "--check")
        self.assertEqual((compared["equal"], compared["sequence"] + compared["not_compared"]), (True, 8))
        self.refused(4, "is held by another cloudemu", "rebuild")

    def test_colours_are_for_terminals_that_want_them(self):
        def coloured(terminal, *arguments, **environment):
            environment = {**{k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}, **environment}
            command = [LOG, "--data-dir", self.dir, *arguments, "log", "-1"]
            if terminal:
                master, slave = pty.openpty()
                process = subprocess.Popen(command, stdout=slave, env=environment)
                os.close(slave)
                out = os.read(master, 65536)
                process.wait()
                os.close(master)
            else:
                out = subprocess.run(command, stdout=subprocess.PIPE, env=environment).stdout
            self.assertIn(b"ObjectPut" if b"ObjectPut" in out else b"s3.", out)
            return b"\x1b[" in out
        self.assertTrue(coloured(True))
        self.assertTrue(coloured(True, TERM="xterm", NO_COLOR=""))
        self.assertFalse(coloured(True, NO_COLOR="1"))
        self.assertFalse(coloured(True, TERM="dumb"))
        self.assertFalse(coloured(True, "--no-color"))
        self.assertFalse(coloured(True, "--color=never"))
        self.assertFalse(coloured(False))
        self.assertFalse(coloured(False, "--color", "auto"))
        self.assertTrue(coloured(False, "--color=always", NO_COLOR="1", TERM="dumb"))
        self.refused(2, "is none of auto, always, never", "--color=maybe", "log")

    def test_a_terminal_gets_a_pager(self):
        def lines(*arguments, **environment):
            return on_terminal(200, self.dir, *arguments, **{"TERM": "xterm", "CLOUDEMU_PAGER": "tr a-z A-Z", **environment})
        wide = lines("log")
        self.assertEqual(len(wide), 8)
        self.assertIn("S3.BUCKETCREATED", wide[0])
        self.assertRegex(wide[0], "PHOTOS$")
        self.assertEqual(max(len(line) for line in lines("log", CLOUDEMU_PAGER="cat")), max(len(line) for line in wide))
        self.assertIn("EXAMPLES:", lines("help", "log"))
        self.assertIn("--REVERSE", "".join(lines("help", "log")))
        for plain in (lines("--no-pager", "log"), lines("log", TERM="dumb"), lines("log", CLOUDEMU_PAGER=""), lines("info"), lines("verify"),
                      lines("cat", "--at", "2", "s3://photos/cat.txt")):
            self.assertEqual([line for line in plain if line.isupper()], [])
        self.assertEqual(lines("log", CLOUDEMU_PAGER="head -1")[0], wide[0].replace("S3.BUCKETCREATED", "s3.BucketCreated").replace(
            "CREATEBUCKET", "CreateBucket").replace("PHOTOS", "photos"))
        self.assertEqual(run_log(self.dir, "log")[1].upper(), "\n".join(wide) + "\n", "no pager where nobody looks")
        for missing in ("/nonexistent", "nonexistent-pager -x"):
            self.assertEqual(lines("log", CLOUDEMU_PAGER=missing)[-1].upper(), wide[-1], "nothing is lost")

    def test_help_has_examples(self):
        done = subprocess.run([LOG, "help"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        verbs = re.findall(r"(?m)^  ([a-z]+) ", done.stdout.split("Subcommands:")[1])
        self.assertIn("diff", verbs)
        for verb in verbs:
            told = self.ok("help", verb)
            self.assertRegex(told, "(?m)^Usage: cloudemu-log %s( |$)(?!%s)" % (verb, verb))
            self.assertEqual("Examples:" in told, verb != "help", told)
            self.assertIn("Examples:" if verb != "help" else "Usage:", self.ok(verb, "--help"))
        self.refused(2, "there is no verb fly. There are: info, log,", "help", "fly")

    def test_examples_run(self):
        """Those that read, with what is here in place of what they name."""
        examples = [line.strip() for verb in ("info", "log", "show", "state", "cat", "diff", "verify", "rebuild")
                    for line in self.ok("help", verb).split("Examples:\n")[1].splitlines() if line]
        self.assertGreater(len(examples), 20)
        message = self.lines("state", "queue", "jobs")[0]["message"]
        request = self.lines("show", "4")[0]["req"]
        for name, here in (("0f3a5b1c-...", message), ("orders/42", "orders/a"), ("4F0C2D6A", request), ("--follow ", ""), (" 1234", " 4"),
                           ("HEAD~10", "HEAD~7"), ("5 9", "4 8"), ("5 s3:", "7 s3:"), ("2026/", "cat"), ("--at @-1h", "--at 7"), ("--versions", "--versions --at 7"),
                           ("--stat @-1h", "--stat 0"), ("--at 5 s3", "--at 7 s3")):
            examples = [line.replace(name, here) for line in examples]
        for line in examples:
            words = line.split("  # ")[0].split()[1:]
            code, out, error = run_log(self.dir, *words)
            self.assertIn(code, (0, 1) if words[0] == "diff" else (0,), line + "\n" + out + error)
            self.assertNotEqual(out, "", line)

    def test_the_life_of_an_item_and_of_a_message(self):
        message = self.lines("state", "queue", "jobs")[0]["message"]
        def numbers(address):
            return [e["seq"] for e in self.lines("log", address)]
        self.assertEqual(numbers("dynamodb://orders/a"), [4, 5])
        self.assertEqual(numbers('dynamodb://orders/{"S":"a"}'), [4, 5])
        self.assertEqual(numbers("dynamodb://orders"), [3, 4, 5])
        self.assertEqual(numbers("sqs://jobs/" + message), [7])
        self.assertEqual(numbers("sqs://jobs/"), [6, 7])
        self.refused(1, "no event matches --key " + message, "log", "--key", message)  # it is no key
        self.refused(1, "no event matches dynamodb://orders/b", "log", "dynamodb://orders/b")
        self.refused(2, "is no address", "log", "lambda://orders/b")
        self.assertEqual(self.ok("cat", "--at", "4", "dynamodb://orders/a"), '{"pk":{"S":"a"},"total":{"N":"1"}}\n')
        self.assertEqual(self.ok("cat", "sqs://jobs/" + message), "hello")
        self.refused(1, "there was no item b in orders at event 8", "cat", "dynamodb://orders/b")
        self.refused(1, "there was no message x in jobs", "cat", "sqs://jobs/x")
        self.refused(1, "there was no table nope", "cat", "dynamodb://nope/b")

    def test_settings_of_everything(self):
        def settings(*arguments):
            return {row["name"]: row["value"] for row in self.lines("state", "--settings", *arguments)}
        self.assertEqual(settings("bucket", "photos")["region"], "us-east-1")
        table = settings("table", "orders")
        self.assertEqual(table["KeySchema"], [{"AttributeName": "pk", "KeyType": "HASH"}])
        self.assertEqual(table["ItemCount"], 1)
        self.assertEqual(settings("dynamodb://orders"), table)
        queue = settings("queue", "jobs")
        self.assertEqual((queue["VisibilityTimeout"], queue["ApproximateNumberOfMessages"]), ("30", "1"))
        self.assertRegex(self.ok("state", "--schema", "table", "orders"), r"(?m)^TableStatus +ACTIVE$")
        self.assertRegex(self.ok("state", "--attributes", "queue", "jobs"), r"(?m)^VisibilityTimeout +30$")
        for words in (["--settings"], ["--settings", "tables"]):
            self.refused(2, "settings are of one bucket, table or queue: name it", "state", *words)
        self.refused(2, "versions are those of the objects in one bucket", "state", "--versions", "table", "orders")
        self.refused(1, "there was no table nope", "state", "--settings", "table", "nope")

    def test_state_of_a_part(self):
        self.assertEqual(self.lines("state", "dynamodb://orders/a"), [{"pk": {"S": "a"}, "total": {"N": "2"}}])
        self.refused(1, "there was no item b in orders at event 8", "state", "table", "orders", "b")
        self.assertEqual([row["key"] for row in self.lines("state", "--at", "7", "s3://photos/c")], ["cat.txt"])
        self.refused(1, "there was no object whose key begins with d in photos at event 7", "state", "--at", "7", "s3://photos/d")
        message = self.lines("state", "queue", "jobs")[0]["message"]
        self.assertEqual(len(self.lines("state", "sqs://jobs/" + message)), 1)
        self.refused(1, "there was no message x in jobs", "state", "sqs://jobs/x")
        self.refused(2, "nothing follows an address", "state", "s3://photos", "x")

    def test_keys_cannot_move_the_cursor_and_are_cut_on_a_terminal_only(self):
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.call("PUT", "/photos")
            api.call("PUT", "/photos/a%1B%5B31mb%0Ac", b"x")
            api.call("PUT", "/photos/" + "k" * 300, b"x")
            api.close()
            for verb in (["log"], ["state", "bucket", "photos"]):
                out = run_log(data_dir, *verb)[1]
                self.assertIn("a\\x1b[31mb\\nc", out)
                self.assertIn("k" * 300, out)
                for columns in (80, 200):
                    for line in on_terminal(columns, data_dir, *verb):
                        self.assertLessEqual(len(line), columns, line)

    def test_state_says_that_it_was_cut(self):
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            for path in ("/photos", "/photos/a", "/photos/b"):
                api.call("PUT", path)
            api.close()
            code, out, error = run_log(data_dir, "--json", "state", "--limit", "1", "bucket", "photos")
            self.assertEqual((code, [json.loads(line)["key"] for line in out.splitlines()]), (0, ["a"]))
            self.assertIn("there is more than --limit 1", error)
            for limit in ("2", "0"):
                code, out, error = run_log(data_dir, "--json", "state", "--limit", limit, "bucket", "photos")
                self.assertEqual((code, len(out.splitlines()), error), (0, 2, ""))
        code, out, error = run_log(self.dir, "--json", "state", "--limit", "2")
        self.assertEqual((code, [json.loads(line)["name"] for line in out.splitlines()]), (0, ["photos", "orders"]))
        self.assertIn("there is more than --limit 2", error)

    def test_a_blob_that_is_missing_is_damage(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                api.call("PUT", "/photos")
                api.call("PUT", "/photos/large", b"x" * 20000)
                api.close()
            for path in glob.glob(data_dir + "/blobs/??/*"):
                os.remove(path)
            code, _, error = run_log(data_dir, "cat", "s3://photos/large")
            self.assertEqual(code, 3)
            self.assertRegex(error, "blob [0-9a-f]{64} is missing.*cloudemu-log verify")

    def test_mistakes(self):
        self.refused(1, "there is no event 9999", "show", "9999")
        self.refused(2, "cannot read the coordinate soon", "show", "soon")
        self.refused(1, "there was no bucket nope", "state", "bucket", "nope")
        expected = "bucket, table, queue or an address such as s3://BUCKET/KEY was expected, not "
        self.refused(2, expected + "lake", "state", "lake", "x")
        self.refused(2, expected + "7", "diff", "5", "6", "7")
        self.refused(2, "sqs://jobs names a queue, and nothing in it: write sqs://QUEUE/MESSAGE-ID", "cat", "sqs://jobs")
        self.refused(2, "--version-id is for objects, and dynamodb://orders/a is none", "cat", "--version-id", "x", "dynamodb://orders/a")
        self.refused(2, "there is no verb fly. There are: info, log, show, state, ", "fly")
        self.refused(2, "not expected: soon", "info", "soon")
        self.refused(2, "not expected: a b c", "info", "a", "b", "c")
        for bounds in (("--since", "8", "--until", "5"), ("--until", "0"), ("--since", "@2100-01-01T00:00:00Z")):
            self.refused(1, "not found: no event matches " + " ".join(bounds), "log", *bounds)
        for what in (("--account", "111111111111"), ("--region", "eu-west-1"), ("--bucket", "nope"), ("--table", "nope"),
                     ("--queue", "nope"), ("--type", "Nope"), ("--op", "Nope"), ("--request", "0000"), ("--service", "sts")):
            self.refused(1, "not found: no event matches " + " ".join(what), "log", *what)
        self.refused(1, "no event type is called Nope. There are: sys.ClockChanged", "log", "--type", "Nope")
        self.refused(2, "is no request id", "log", "--request", "xyz")
        for what in (("--account", "111111111111"), ("--region", "eu-west-1"), ("tables", "--account", "111111111111")):
            self.refused(1, "not found: no", "state", *what)
        self.refused(1, "there was no table nope", "state", "table", "nope")
        self.refused(1, "there was no table orders", "state", "table", "orders", "--region", "eu-west-1")
        self.refused(1, "there was no bucket photos", "state", "bucket", "photos", "--account", "111111111111")
        self.refused(2, "Usage:")
        for count in ("-1", "x", "99999999999999999999"):
            self.refused(2, "is no number", "log", "-n", count)
            self.refused(2, "is no number", "state", "--limit", count)
        self.refused(2, "lambda", "log", "--service", "lambda")
        self.refused(2, "--reverse", "log", "--reverse", "--follow")
        with open("/dev/full", "w") as full:
            done = subprocess.run([LOG, "--data-dir", self.dir, "log"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 4)
        self.assertIn("No space left", done.stderr)
        done = subprocess.run([LOG, "--data-dir", "/nonexistent", "info"], capture_output=True, text=True)
        self.assertEqual((done.returncode, "is no data directory" in done.stderr), (4, True))

    def test_a_directory_that_may_not_be_read_is_not_absent(self):
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        with temporary_directory() as data_dir:
            os.mkdir(data_dir + "/log")
            os.chmod(data_dir, 0)
            try:
                done = subprocess.run([LOG, "--data-dir", data_dir, "info"], capture_output=True, text=True, **nobody)
            except PermissionError:
                self.skipTest("the program is not for everybody")
            finally:
                os.chmod(data_dir, 0o700)
            self.assertEqual(done.returncode, 4)
            self.assertIn("Permission denied", done.stderr)

    def test_damage_is_told(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                for number in range(20):
                    api.call("PUT", "/bucket-%d" % number)
                api.close()
                daemon.stop()
            segment, = glob.glob(data_dir + "/log/*.seg")
            with open(segment, "rb") as file:
                whole = file.read()
            header = whole.index(FRAME_MAGIC, len(whole) // 2)
            # What an event says is looked at by whoever reads it; headers by everybody.
            write_flipped(segment, whole, header + FRAME_HEADER_BYTES)
            for words in (["verify"], ["log"]):
                code, out, error = run_log(data_dir, *words)
                self.assertEqual(code, 3, (words, out, error))
            write_flipped(segment, whole, header)
            for words in (["verify"], ["log"], ["log", "-1"], ["info"], ["state"], ["diff", "1"], ["show"], ["cat", "s3://bucket-1/x"],
                          ["state", "--at", "@-1s"], ["compact", "--dry-run"], ["fork", "1", data_dir + "/fork"]):
                code, out, error = run_log(data_dir, *words)
                self.assertEqual(code, 3, (words, out, error))
                self.assertIn(os.path.basename(segment), error, words)
                self.assertIn(" repair", error, words)
                self.assertNotIn("newer", error)
            code, out, error = run_log(data_dir, "--json", "repair", "--dry-run")
            plan = json.loads(out)
            self.assertEqual((code, error, plan["ok"], plan["cut"]["path"], plan["done"]), (3, "", False, segment, []))
            code, out, error = run_log(data_dir, "--json", "repair")
            self.assertEqual((code, error, len(json.loads(out)["done"]) > 0), (0, "", True))
            self.assertEqual(json.loads(run_log(data_dir, "--json", "repair", "--dry-run")[1])["ok"], True)

    def test_a_broken_pipe_is_no_error(self):
        done = subprocess.run("'%s' --data-dir '%s' log | head -1; exit ${PIPESTATUS[0]}" % (LOG, self.dir), shell=True, executable="/bin/bash",
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Calls(unittest.TestCase):
    """What is told of calls with several events, of messages, of other accounts: each test makes its own history."""

    def setUp(self):
        holder = temporary_directory()
        self.dir = holder.__enter__()
        self.addCleanup(holder.__exit__)
        self.daemon = Daemon(self.dir)
        self.addCleanup(self.daemon.__exit__)
        self.api = Api(self.daemon.port)
        self.addCleanup(self.api.close)

    def ok(self, *arguments):
        code, out, error = run_log(self.dir, *arguments)
        self.assertEqual((code, error), (0, ""), arguments)
        return out

    def numbers(self, *arguments):
        return [json.loads(line)["seq"] for line in self.ok("--json", "log", *arguments).splitlines()]

    def test_a_call_is_known_from_its_middle_on(self):
        self.api.call("PUT", "/photos")
        self.api.call("PUT", "/photos/a", b"1")
        self.api.call("PUT", "/photos/b", b"2")
        keys = "".join("<Object><Key>%s</Key></Object>" % key for key in "ab")
        digest = base64.b64encode(hashlib.md5(("<Delete>%s</Delete>" % keys).encode()).digest()).decode()
        status, body = self.api.call("POST", "/photos?delete", ("<Delete>%s</Delete>" % keys).encode(), {"Content-MD5": digest})
        self.assertEqual(status, 200, body)
        self.api.call("PUT", "/photos/c", b"3")
        self.assertEqual(self.numbers("--op", "DeleteObjects"), [4, 5])
        for filters in (["--op", "DeleteObjects"], ["--account", "000000000000", "--op", "DeleteObjects"],
                        ["--region", "us-east-1", "--op", "DeleteObjects"]):
            self.assertEqual(self.numbers("--since", "5", *filters), [5])
            self.assertEqual(self.numbers("--since", "5", "-n", "9", *filters), [5])
            self.assertEqual(self.numbers("--since", "5", "--reverse", *filters), [5])
        self.assertEqual(self.numbers("--since", "5"), [5, 6])
        self.assertIn("DeleteObjects", self.ok("log", "--since", "5", "--until", "5"))
        shown = self.ok("show", "5")
        for text in ("Call:     DeleteObjects", "Began:    with event 4", "Account:  000000000000", "Region:   us-east-1", "From:     127.0.0.1"):
            self.assertIn(text, shown)
        self.assertNotIn("Began:", self.ok("show", "4"))

    def url(self, queue):
        return "http://127.0.0.1/000000000000/" + queue

    def test_messages_are_told_by_their_ids(self):
        sqs = self.api.sqs
        sqs("CreateQueue", {"QueueName": "dlq"})
        sqs("CreateQueue", {"QueueName": "jobs", "Attributes": {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(
            {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dlq", "maxReceiveCount": "1"})}})
        message = sqs("SendMessage", {"QueueUrl": self.url("jobs"), "MessageBody": "hello"})[1]["MessageId"]
        for _ in range(2):
            sqs("ReceiveMessage", {"QueueUrl": self.url("jobs")})
        got, = sqs("ReceiveMessage", {"QueueUrl": self.url("dlq"), "VisibilityTimeout": 0})[1]["Messages"]
        self.assertEqual(got["MessageId"], message)
        status, task = sqs("StartMessageMoveTask", {"SourceArn": "arn:aws:sqs:us-east-1:000000000000:dlq"})
        self.assertEqual(status, 200, task)
        sqs("SetQueueAttributes", {"QueueUrl": self.url("jobs"), "Attributes": {"RedrivePolicy": ""}})
        deadline = time.monotonic() + 10
        while "MessageRedriven" not in (log := self.ok("log")) and time.monotonic() < deadline:
            time.sleep(0.05)
        sqs("SendMessage", {"QueueUrl": self.url("jobs"), "MessageBody": "later", "DelaySeconds": 900})
        self.api.call("POST", "/_cloudemu/clock", json.dumps({"advance": "20m"}).encode())
        sqs("ReceiveMessage", {"QueueUrl": self.url("jobs"), "MaxNumberOfMessages": 10, "VisibilityTimeout": 30})
        log = self.ok("log")
        moved, = [line for line in log.splitlines() if "MessageMoved" in line]
        self.assertRegex(moved, r"jobs \(to dlq\) %s$" % message)
        redriven, = [line for line in log.splitlines() if "MessageRedriven" in line]
        self.assertRegex(redriven, r"dlq \(to jobs\) %s$" % message)
        due = [line for line in log.splitlines() if "MessagesDue" in line]
        self.assertRegex(due[-1], r"jobs \(delay\) [0-9a-f-]{36}$")
        for line in log.splitlines():
            if "sqs.Message" in line:
                self.assertRegex(line, "[0-9a-f]{8}-[0-9a-f]{4}-", "a message without its id")
        in_dlq = self.ok("log", "--queue", "dlq")
        for event in ("sqs.QueueCreated", "sqs.MessageMoved", "sqs.MessageRedriven", "sqs.MoveTaskStarted"):
            self.assertIn(event, in_dlq)
        life = self.ok("log", "sqs://jobs/" + message)
        for event in ("sqs.MessageSent", "sqs.MessageReceived", "sqs.MessageMoved", "sqs.MessageRedriven"):
            self.assertIn(event, life)
        self.assertNotIn("QueueCreated", life)
        self.assertEqual(life, self.ok("log", "sqs://dlq/" + message), "wherever it is")

    def test_a_message_is_found_among_many_that_an_event_is_about(self):
        sqs = self.api.sqs
        sqs("CreateQueue", {"QueueName": "jobs"})
        entries = [{"Id": str(i), "MessageBody": "m", "DelaySeconds": 60} for i in range(8)]
        sent = sqs("SendMessageBatch", {"QueueUrl": self.url("jobs"), "Entries": entries})[1]["Successful"]
        self.api.call("POST", "/_cloudemu/clock", json.dumps({"advance": "2m"}).encode())
        due = [e["seq"] for e in map(json.loads, self.ok("--json", "log", "--type", "MessagesDue").splitlines())]
        for message in sent:
            self.assertEqual(self.numbers("sqs://jobs/" + message["MessageId"])[1:], due)
            self.assertEqual(self.numbers("--reverse", "sqs://jobs/" + message["MessageId"])[:-1], due)

    def test_a_chain_is_shown_both_ways(self):
        def lines(*arguments):
            return [json.loads(line) for line in self.ok("--json", *arguments).splitlines()]

        sqs = self.api.sqs
        sqs("CreateQueue", {"QueueName": "dlq"})
        sqs("CreateQueue", {"QueueName": "jobs", "Attributes": {"RedrivePolicy": json.dumps(
            {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dlq", "maxReceiveCount": "1"})}})
        sqs("SendMessageBatch", {"QueueUrl": self.url("dlq"), "Entries": [{"Id": str(i), "MessageBody": "m"} for i in range(3)]})
        first = self.ok("show", "3")
        self.assertNotIn("Led here", first)
        self.assertRegex(first, r"Followed:\n  4  sqs.MessageSent  dlq [0-9a-f-]{36}\n  5  sqs.MessageSent  dlq [0-9a-f-]{36}\n$")
        self.assertRegex(self.ok("show", "5"), r"Led here:\n  3  sqs.MessageSent  dlq [0-9a-f-]{36}\n$")
        self.assertEqual([e.get("cause") for e in lines("log")], [None, None, None, 3, 3])
        shown = lines("show", "5")[0]
        self.assertEqual((shown["cause"], [e["seq"] for e in shown["led_here"]]), (3, [3]))
        self.assertEqual([(e["seq"], e["type"], e["depth"]) for e in lines("show", "3")[0]["followed"]],
                         [(4, "sqs.MessageSent", 1), (5, "sqs.MessageSent", 1)])

        sqs("StartMessageMoveTask", {"SourceArn": "arn:aws:sqs:us-east-1:000000000000:dlq", "MaxNumberOfMessagesPerSecond": 1,
                                     "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:jobs"})
        self.api.call("POST", "/_cloudemu/clock", json.dumps({"advance": "5s"}).encode())
        # The job is one thing: 7 its start, then three slices of one message each, all of which name it.
        whole = self.ok("log", "--job", "7").splitlines()
        self.assertEqual(len(whole), 8, whole)
        self.assertRegex(whole[0], r" 7  .* job.Started +StartMessageMoveTask +dlq \(job 7 sqs.MoveMessages\)$")
        self.assertRegex(whole[1], r" 8  .* sqs.MessageRedriven +Job:sqs.MoveMess")
        self.assertRegex(whole[2], r"dlq \(job 7 sqs.MoveMessages, 1 done\)$")
        self.assertRegex(whole[7], r"dlq \(job 7 sqs.MoveMessages, COMPLETED, 3 done\)$")
        self.assertEqual([e["seq"] for e in lines("log", "--job", "7")], [7, 8, 9, 11, 12, 13, 14, 15])
        self.assertEqual([e["seq"] for e in lines("log", "--service", "job")], [7, 9, 12, 15])
        shown = self.ok("show", "9")
        self.assertRegex(shown, r"(?s)Led here:\n  6  sqs.MoveTaskStarted  .*\n  7  job.Started  .*\n  8  sqs.MessageRedriven  ")
        shown = self.ok("show", "7")
        self.assertRegex(shown, r"Followed:\n  8  sqs.MessageRedriven .*\n    9  job.Advanced .*\n  11  sqs.MessageRedriven ")

    def test_nothing_odd_reaches_a_terminal(self):
        self.api.connection.putrequest("PUT", "/photos")
        self.api.connection.putheader("User-Agent", b"evil\xff\xc3\xa9\x9b31m")
        self.api.connection.putheader("Content-Length", "0")
        self.api.connection.endheaders()
        self.assertEqual(self.api.connection.getresponse().read(), b"")
        self.api.call("PUT", "/photos/cat", b"x", {"User-Agent": "caf\u00e9".encode("utf-8"), "x-amz-meta-a": "=?UTF-8?B?4oCuYWJj?="})
        create_table(self.api, "orders")
        item = {"pk": {"S": "a\u202e\u009b31m\x1b[2J\x7f"}, "n": {"S": "\u2028"}}
        self.assertEqual(self.api.dynamodb("PutItem", {"TableName": "orders", "Item": item})[0], 200)
        for arguments in (["show", "1"], ["show", "2"], ["show", "4"], ["log"], ["state", "table", "orders"], ["--json", "log"],
                          ["--json", "state", "table", "orders"], ["--json", "show", "4"]):
            done = subprocess.run([LOG, "--data-dir", self.dir, *arguments], capture_output=True)
            text = done.stdout.decode("utf-8")  # it is UTF-8
            for c in text:
                odd = ord(c) < 0x20 and c != "\n" or 0x7F <= ord(c) <= 0x9F or c in "\u202e\u2028"
                self.assertFalse(odd, (arguments, c, text))
            if "--json" in arguments:
                for line in text.splitlines():
                    json.loads(line)
        self.assertIn("Agent:    evil\u00ff", self.ok("show", "1"))
        self.assertIn("Agent:    caf\u00e9", self.ok("show", "2"))
        self.assertEqual(json.loads(self.ok("--json", "state", "table", "orders"))["pk"]["S"], item["pk"]["S"])

    def test_secrets_of_sessions_are_never_told(self):
        status, body = self.api.call("POST", "/", "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn=arn:aws:iam::"
                                     "000000000000:role/admin", {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(status, 200, body)
        secret = re.search(b"<SecretAccessKey>(.*)</SecretAccessKey>", body).group(1).decode()
        token = re.search(b"<SessionToken>(.*)</SessionToken>", body).group(1).decode()
        key = re.search(b"<AccessKeyId>(.*)</AccessKeyId>", body).group(1).decode()
        for arguments in (["log"], ["show", "1"], ["--json", "log"], ["--json", "show", "1"], ["log", "-1"], ["--json", "log", "--reverse"]):
            out = self.ok(*arguments)
            self.assertIn(key, out)
            self.assertNotIn(secret, out)
            self.assertNotIn(token, out)
        self.assertEqual(run_log(self.dir, "log", "--grep", secret)[0], 1)
        self.assertEqual(json.loads(self.ok("--json", "show", "1"))["data"]["secret_key"], "(hidden)")

    def test_accounts_and_regions_are_told_apart(self):
        def call(target, document, account, region):
            authorization = ("AWS4-HMAC-SHA256 Credential=%s/20261123/%s/%s/aws4_request, SignedHeaders=host, Signature=%s" %
                             (account, region, "dynamodb" if target.startswith("Dyn") else "sqs", "0" * 64))
            status, body = self.api.call("POST", "/", json.dumps(document), {
                "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20261123T000000Z", "Authorization": authorization})
            self.assertEqual(status, 200, body)
        table = {"TableName": "orders", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                 "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}
        create_table(self.api, "orders")
        call("DynamoDB_20120810.CreateTable", table, "111111111111", "us-east-1")
        call("DynamoDB_20120810.PutItem", {"TableName": "orders", "Item": {"pk": {"S": "b"}}}, "111111111111", "us-east-1")
        call("AmazonSQS.CreateQueue", {"QueueName": "jobs"}, "111111111111", "eu-west-1")
        self.assertRegex(self.ok("log"), "(?m)ItemPut .* 111111111111:orders")
        self.assertEqual(self.numbers("--account", "111111111111"), [2, 3, 4])
        self.assertEqual(self.numbers("--account", "000000000000"), [1])
        out = self.ok("state")
        self.assertEqual(len([line for line in out.splitlines() if "orders" in line]), 2)
        self.assertRegex(out, "table +orders +1 +111111111111 +us-east-1")
        self.assertRegex(out, "queue +jobs +0 +111111111111 +eu-west-1")
        self.assertEqual(self.ok("state", "--account", "111111111111", "table", "orders"), '{"pk":{"S":"b"}}\n')
        code, _, error = run_log(self.dir, "state", "table", "orders")
        self.assertEqual(code, 2)
        self.assertIn("000000000000 in us-east-1, 111111111111 in us-east-1", error)
        self.assertIn("choose with --account", error)
        self.assertEqual(self.ok("state", "queue", "jobs"), "")
        # The same name in another region: told apart in what is shown, and chosen with flags.
        call("DynamoDB_20120810.CreateTable", table, "000000000000", "eu-west-1")
        for total in ("1", "2"):
            item = {"TableName": "orders", "Item": {"pk": {"S": "b"}, "total": {"N": total}}}
            call("DynamoDB_20120810.PutItem", item, "000000000000", "eu-west-1")
        life = self.ok("log", "dynamodb://orders/b").splitlines()
        self.assertEqual([line.split("  ")[-1].strip() for line in life],
                         ['111111111111:orders {"S":"b"}', 'eu-west-1:orders {"S":"b"}', 'eu-west-1:orders {"S":"b"}'])
        self.assertEqual(self.numbers("dynamodb://orders/b", "--region", "eu-west-1"), [6, 7])
        self.assertEqual(json.loads(self.ok("cat", "--region", "eu-west-1", "dynamodb://orders/b"))["total"], {"N": "2"})
        self.assertEqual(self.ok("cat", "--account", "111111111111", "dynamodb://orders/b"), '{"pk":{"S":"b"}}\n')
        code, _, error = run_log(self.dir, "cat", "dynamodb://orders/b")
        self.assertEqual((code, "choose with --account and --region" in error), (2, True), error)
        self.api.call("PUT", "/photos")
        self.api.call("PUT", "/photos/cat", b"x")
        self.assertEqual(self.ok("cat", "--region", "us-east-1", "s3://photos/cat"), "x")
        self.assertEqual(run_log(self.dir, "cat", "--region", "eu-west-1", "s3://photos/cat")[0], 1)

        def names(*flags):
            return [json.loads(line)["name"] for line in run_log(self.dir, "--json", "diff", "0", *flags)[1].splitlines()]
        self.assertEqual(names("--region", "eu-west-1"), ["eu-west-1:orders", 'eu-west-1:orders {"S":"b"}', "111111111111:eu-west-1:jobs"])
        self.assertEqual(names("--account", "000000000000", "--region", "us-east-1"), ["photos", "photos/cat", "orders"])
        self.assertEqual(names("HEAD", "table", "orders", "--account", "111111111111"),
                         ["111111111111:orders", '111111111111:orders {"S":"b"}'])

    def test_what_time_does_is_found_by_account_and_region(self):
        self.api.sqs("CreateQueue", {"QueueName": "jobs"})
        self.api.sqs("SendMessage", {"QueueUrl": self.url("jobs"), "MessageBody": "x", "DelaySeconds": 60})
        self.api.call("POST", "/_cloudemu/clock", json.dumps({"advance": "5d"}).encode())
        due = self.numbers("--type", "MessagesDue")
        self.assertEqual(len(due), 2)  # the delay, and the retention
        for where in (["--region", "us-east-1"], ["--account", "000000000000"], ["--account", "000000000000", "--region", "us-east-1"]):
            self.assertEqual(self.numbers("--type", "MessagesDue", *where), due)
        self.assertEqual(run_log(self.dir, "log", "--type", "MessagesDue", "--region", "eu-west-1")[0], 1)

    def test_long_texts_are_cut_where_people_read(self):
        self.api.call("PUT", "/photos")
        self.api.call("PUT", "/photos/long", b"x" * 3000)
        out = self.ok("show", "2")
        self.assertIn("… (4000 characters; all with --json)", out)
        self.assertLess(max(len(line) for line in out.splitlines()), 200)
        self.assertEqual(len(json.loads(self.ok("--json", "show", "2"))["data"]["content"][0]["bytes"]), 4000)

    def test_items_are_known_by_their_keys_whatever_is_written_of_them(self):
        self.api.dynamodb("CreateTable", {
            "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}]})
        key = {"pk": {"S": "a\0b"}, "sk": {"N": "-12.5"}}
        self.api.dynamodb("PutItem", {"TableName": "orders", "Item": {**key, "long": {"S": "x" * 100_000}}})
        status, body = self.api.dynamodb("UpdateItem", {
            "TableName": "orders", "Key": key, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}})
        self.assertEqual(status, 200, body)
        self.api.dynamodb("DeleteItem", {"TableName": "orders", "Key": key})
        for line in self.ok("log").splitlines()[1:]:
            self.assertIn('orders {"S":"a\\u0000b"} {"N":"-12.5"}', line)
        self.assertEqual(self.numbers("--key", "-12.5"), [2, 3, 4])
        self.assertEqual(run_log(self.dir, "log", "dynamodb://orders/a")[0], 1)
        self.api.dynamodb("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "x/y"}, "sk": {"N": "3"}}})
        for name in ("x/y", "x/y/3", '{"S":"x/y"} {"N":"3"}', '{"S":"x/y"}/{"N":"3"}', '{"S":"x/y"}'):
            self.assertEqual(self.numbers("dynamodb://orders/" + name), [5])
            self.assertEqual(json.loads(self.ok("cat", "dynamodb://orders/" + name))["sk"], {"N": "3"})
        self.assertEqual(run_log(self.dir, "log", "dynamodb://orders/x")[0], 1)

    def test_an_object_is_had_back(self):
        def cat(*arguments):
            done = subprocess.run([LOG, "--data-dir", self.dir, "cat", *arguments], capture_output=True)
            return done.returncode, done.stdout, done.stderr.decode()
        large = os.urandom(300_000)
        self.api.call("PUT", "/photos")
        self.api.call("PUT", "/photos/cat.txt", b"meow\n\x1b")
        self.api.call("PUT", "/photos/a%20b/large", large)
        self.api.call("DELETE", "/photos/cat.txt")
        upload = re.search(b"<UploadId>(.*)</UploadId>", self.api.call("POST", "/photos/parts?uploads")[1]).group(1).decode()
        part = b"p" * (5 << 20)
        for number, body in ((1, part), (2, b"end")):
            self.api.call("PUT", "/photos/parts?partNumber=%d&uploadId=%s" % (number, upload), body)
        parts = "".join("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>" % (number, hashlib.md5(body).hexdigest())
                        for number, body in ((1, part), (2, b"end")))
        self.assertEqual(self.api.call("POST", "/photos/parts?uploadId=" + upload,
                                       ("<CompleteMultipartUpload>%s</CompleteMultipartUpload>" % parts).encode())[0], 200)
        self.assertEqual(cat("--at", "2", "s3://photos/cat.txt"), (0, b"meow\n\x1b", ""))
        self.assertEqual(cat("s3://photos/a b/large")[1], large)
        self.assertEqual(cat("s3://photos/parts")[1], part + b"end")
        for object, text in (("s3://photos/cat.txt", "there was no object cat.txt in photos at event"), ("s3://nope/cat.txt", "there was no bucket nope")):
            code, out, error = cat(object)
            self.assertEqual((code, out), (1, b""))
            self.assertIn(text, error)
        for object in ("photos/cat.txt", "s3://photos", "s3:///x"):
            self.assertEqual(cat(object)[0], 2, object)
        self.assertEqual(self.numbers("s3://photos/cat.txt"), [2, 4])
        self.assertEqual(self.numbers("s3://photos/"), list(range(1, 10)))
        self.assertEqual(self.numbers("s3://photos/parts"), [5, 6, 7, 8, 9])
        self.assertEqual(run_log(self.dir, "log", "photos/cat.txt")[0], 2)

    def test_what_is_different_between_two_points(self):
        self.api.call("PUT", "/photos")
        self.api.call("PUT", "/photos/cat", b"1")
        self.api.call("PUT", "/photos/dog", b"1")
        create_table(self.api, "orders")
        self.api.dynamodb("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}, "n": {"N": "1"}}})
        self.api.dynamodb("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "b"}}})
        self.api.sqs("CreateQueue", {"QueueName": "jobs"})
        sent = self.api.sqs("SendMessage", {"QueueUrl": self.url("jobs"), "MessageBody": "x"})[1]["MessageId"]
        self.assertEqual(run_log(self.dir, "diff", "8"), (0, "", ""))
        self.api.call("PUT", "/photos/cat", b"22")
        self.api.call("DELETE", "/photos/dog")
        self.api.dynamodb("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}, "n": {"N": "2"}}})
        self.api.dynamodb("DeleteItem", {"TableName": "orders", "Key": {"pk": {"S": "b"}}})
        self.api.sqs("ReceiveMessage", {"QueueUrl": self.url("jobs")})
        code, out, error = run_log(self.dir, "--json", "diff", "8", "HEAD")
        self.assertEqual((code, error), (1, ""))
        found = {(d["kind"], d["name"]): d for d in map(json.loads, out.splitlines())}
        self.assertEqual({key: d["change"] for key, d in found.items()}, {
            ("object", "photos/cat"): "changed", ("object", "photos/dog"): "removed", ("message", "jobs " + sent): "changed",
            ("item", 'orders {"S":"a"}'): "changed", ("item", 'orders {"S":"b"}'): "removed"})
        self.assertEqual(found["item", 'orders {"S":"a"}']["after"], {"pk": {"S": "a"}, "n": {"N": "2"}})
        self.assertEqual((found["object", "photos/cat"]["before"]["size"], found["object", "photos/cat"]["after"]["size"]), (1, 2))
        self.assertEqual((found["object", "photos/dog"]["before"]["size"], found["object", "photos/dog"]["after"]), (1, None))
        self.assertEqual(found["message", "jobs " + sent]["after"]["received"], 1)
        back = [json.loads(line)["change"] for line in run_log(self.dir, "--json", "diff", "HEAD", "8")[1].splitlines()]
        self.assertEqual(sorted(back), ["added", "added", "changed", "changed", "changed"])
        self.assertIn("- object         photos/dog", run_log(self.dir, "diff", "8")[1])
        everything = [json.loads(line) for line in run_log(self.dir, "--json", "diff", "0")[1].splitlines()]
        self.assertEqual(sorted(d["kind"] for d in everything), ["bucket", "item", "message", "object", "queue", "table"])
        self.assertEqual(run_log(self.dir, "diff")[0], 2)

        def names(*arguments):
            code, out, error = run_log(self.dir, "--json", "diff", *arguments)
            self.assertEqual((code, error), (1 if out else 0, ""), arguments)
            return [json.loads(line)["name"] for line in out.splitlines()]
        self.assertEqual(names("8", "bucket", "photos"), ["photos/cat", "photos/dog"])
        self.assertEqual(names("8", "HEAD", "buckets"), ["photos/cat", "photos/dog"])
        self.assertEqual(names("8", "s3://photos/c"), ["photos/cat"])
        self.assertEqual(names("8", "HEAD", "table"), ['orders {"S":"a"}', 'orders {"S":"b"}'])
        self.assertEqual(names("8", "dynamodb://orders/b"), ['orders {"S":"b"}'])
        self.assertEqual(names("8", "queue", "jobs"), ["jobs " + sent])
        for words in (("bucket", "nope"), ("s3://photos/nope",)):
            code, _, error = run_log(self.dir, "diff", "8", *words)
            self.assertEqual((code, "at either point" in error), (1, True), error)
        self.assertEqual(run_log(self.dir, "diff", "8", "9", "lake")[0], 2)
        stat = run_log(self.dir, "diff", "--stat", "8")[1].splitlines()
        self.assertRegex(stat[1], "^bucket +photos +0 +1 +1$")
        self.assertEqual(stat[-1], "3 places with differences: 0 added, 2 removed, 3 changed")
        rows = [json.loads(line) for line in run_log(self.dir, "--json", "diff", "--stat", "8")[1].splitlines()]
        self.assertEqual(rows[2], {"kind": "table", "name": "orders", "added": 0, "removed": 1, "changed": 1})

    def test_whatever_changed_is_told(self):
        def change(status, *expected):
            self.assertEqual(status, 200)
            code, out, error = run_log(self.dir, "diff", "HEAD~1")
            self.assertEqual((code, error), (1, ""), expected)
            for words in expected:
                self.assertIn(words, out)
        call, sqs = self.api.call, self.api.sqs
        call("PUT", "/photos", b"", {"x-amz-bucket-object-lock-enabled": "true", "x-amz-object-ownership": "ObjectWriter"})
        call("DELETE", "/photos?publicAccessBlock")
        call("PUT", "/photos/a", b"x", {"x-amz-meta-k": "v", "Content-Type": "text/plain"})
        row, = [json.loads(line) for line in self.ok("--json", "state", "s3://photos/a").splitlines()]
        self.assertEqual((row["type"], row["tags"], row["metadata"]), ("text/plain", {}, {"k": "v"}))
        change(call("PUT", "/photos/a?tagging", b"<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>")[0],
               "~ object         photos/a", '  tags: none -> {"a":"b c"}\n')
        self.assertRegex(self.ok("state", "s3://photos/a"), r'text/plain +\{"a":"b c"\} +\{"k":"v"\}\n')
        change(call("PUT", "/photos/a?acl", b"", {"x-amz-acl": "public-read"})[0], "acl: none -> [", '"permission":"READ"')
        hold = b"<LegalHold><Status>ON</Status></LegalHold>"
        change(call("PUT", "/photos/a?legal-hold", hold, content_md5(hold))[0], "legal hold: none -> ON\n")
        retention = b"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2100-01-01T00:00:00Z</RetainUntilDate></Retention>"
        change(call("PUT", "/photos/a?retention", retention, content_md5(retention))[0],
               "retention: none -> GOVERNANCE, retained until: none -> 2100-01-01T00:00:00.000Z\n")
        upload = re.search(b"<UploadId>(.*)</UploadId>", call("POST", "/photos/up?uploads")[1]).group(1).decode()
        change(200, "+ upload         photos/up  upload " + upload)
        change(call("PUT", "/photos/up?partNumber=1&uploadId=" + upload, b"part")[0], "~ upload ", 'part 1: none -> {"size":4,')
        self.assertEqual(call("DELETE", "/photos/up?uploadId=" + upload)[0], 204)
        change(200, "- upload ")
        log = self.ok("log", "s3://photos/up").splitlines()
        self.assertRegex(log[1], r"photos/up  part 1, 4 B$")
        self.assertRegex(log[2], r"photos/up  aborted$")
        self.assertEqual(log[2:], self.ok("log", "-1", "s3://photos/up").splitlines(), "its beginning is looked for")
        sqs("CreateQueue", {"QueueName": "jobs"})
        sqs("SendMessage", {"QueueUrl": self.url("jobs"), "MessageBody": "x",
                            "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "1"}}})
        got = sqs("ReceiveMessage", {"QueueUrl": self.url("jobs")})
        change(got[0], "state: visible -> in flight", "received: 0 -> 1")
        handle = got[1]["Messages"][0]["ReceiptHandle"]
        change(sqs("ChangeMessageVisibility", {"QueueUrl": self.url("jobs"), "ReceiptHandle": handle, "VisibilityTimeout": 900})[0],
               "~ message        jobs ", "  visible at: ")
        message, = [json.loads(line) for line in self.ok("--json", "state", "queue", "jobs").splitlines()]
        self.assertEqual((message["attributes"]["n"]["StringValue"], message["group"]), ("1", ""))
        create_table(self.api, "orders")
        change(self.api.dynamodb("CreateBackup", {"TableName": "orders", "BackupName": "nightly"})[0], "+ backup         orders nightly ")
        token = {"ClientRequestToken": "once", "TransactItems": [{"Put": {"TableName": "orders", "Item": {"pk": {"S": "a"}}}}]}
        self.assertEqual(self.api.dynamodb("TransactWriteItems", token)[0], 200)
        self.assertRegex(self.ok("log", "--type", "TokenUsed"), r"  token once\n$")

    def test_a_prefix_is_an_address(self):
        self.api.call("PUT", "/photos")
        for key in ("2026/a", "2026/b", "2027/a"):
            self.api.call("PUT", "/photos/" + key)
        self.assertEqual(self.numbers("s3://photos/2026/"), [2, 3])
        self.assertEqual(run_log(self.dir, "log", "s3://photos/2026")[0], 1)

    def test_settings_that_changed_are_a_difference(self):
        self.api.call("PUT", "/photos")
        create_table(self.api, "orders")
        self.api.sqs("CreateQueue", {"QueueName": "jobs"})
        self.api.call("PUT", "/photos?versioning", b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        self.api.sqs("SetQueueAttributes", {"QueueUrl": self.url("jobs"), "Attributes": {"VisibilityTimeout": "7"}})
        self.api.dynamodb("UpdateTable", {"TableName": "orders", "DeletionProtectionEnabled": True})
        found = [json.loads(line) for line in run_log(self.dir, "--json", "diff", "3")[1].splitlines()]
        self.assertEqual([(d["change"], d["kind"], d["name"], d["before"], d["after"]) for d in found], [
            ("added", "setting", "photos versioning", None, "Enabled"),
            ("changed", "setting", "orders DeletionProtectionEnabled", False, True),
            ("changed", "setting", "jobs VisibilityTimeout", "30", "7")])
        self.assertIn("~ setting        jobs VisibilityTimeout  30 -> 7\n", run_log(self.dir, "diff", "3")[1])
        out = self.ok("state", "--settings", "bucket", "photos")
        self.assertRegex(out, "(?m)^versioning +Enabled$")

    def test_versions_are_shown(self):
        self.api.call("PUT", "/photos")
        self.api.call("PUT", "/photos?versioning", b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        self.api.call("PUT", "/photos/cat", b"x")
        row = json.loads(self.ok("--json", "state", "bucket", "photos"))
        self.assertRegex(row["version"], "^[A-Za-z0-9._]{32}$")
        self.assertIn(row["version"], self.ok("state", "bucket", "photos"))
        self.assertIn("version " + row["version"], self.ok("log"))
        self.api.call("PUT", "/photos/cat", b"yy")
        self.api.call("DELETE", "/photos/cat")
        rows = [json.loads(line) for line in self.ok("--json", "state", "--versions", "bucket", "photos").splitlines()]
        self.assertEqual([(r["key"], r["what"], r["size"]) for r in rows], [
            ("cat", "current delete marker", 0), ("cat", "old", 2), ("cat", "old", 1)])
        self.assertEqual(rows[2]["version"], row["version"])
        self.assertEqual(run_log(self.dir, "state", "--versions", "s3://photos/dog")[0], 1)
        self.assertEqual(self.ok("cat", "--version-id", row["version"], "s3://photos/cat"), "x")


if __name__ == "__main__":
    unittest.main()
