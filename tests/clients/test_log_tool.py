"""cloudemu-log, as somebody at a terminal uses it."""
import fcntl
import glob
import json
import os
import pty
import struct
import subprocess
import termios
import threading
import unittest

from support import LOG, Api, Daemon, create_table, run_log, temporary_directory


def on_terminal(columns, data_dir, *arguments):
    """The lines that a terminal of so many columns gets, without colours."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen([LOG, "--data-dir", data_dir, "--no-color", *arguments], stdout=slave)
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
        self.assertEqual(numbers("--account", "111111111111"), [])
        self.assertEqual(numbers("--region", "eu-west-1"), [])
        self.assertEqual(numbers("--grep", "hello"), [7])
        self.assertEqual(numbers("--since", "@-1h"), [1, 2, 3, 4, 5, 6, 7, 8])

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
        self.assertEqual(self.lines("state", "--at", "7", "--account", "111111111111"), [])
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
        self.refused(4, "is held by another cloudemu", "rebuild")

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
        code, out, error = run_log(self.dir, "state", "--at", "7", "--limit", "0", "bucket", "photos")
        self.assertEqual((code, out), (0, ""))
        self.assertIn("there is more", error)

    def test_mistakes(self):
        self.refused(1, "there is no event 9999", "show", "9999")
        self.refused(2, "cannot read the coordinate soon", "show", "soon")
        self.refused(1, "there was no bucket nope", "state", "bucket", "nope")
        self.refused(2, "state shows a bucket, a table or a queue, not a lake", "state", "lake", "x")
        self.refused(2, "not expected: fly", "fly")
        self.refused(2, "Usage:")
        for count in ("-1", "x", "99999999999999999999"):
            self.refused(2, "is no number", "log", "-n", count)
            self.refused(2, "is no number", "state", "--limit", count)
        self.refused(2, "lambda", "log", "--service", "lambda")
        self.refused(2, "--reverse", "log", "--reverse", "--follow")
        self.refused(2, "a prefix is for the keys of a bucket", "state", "table", "orders", "a")
        with open("/dev/full", "w") as full:
            done = subprocess.run([LOG, "--data-dir", self.dir, "log"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 4)
        self.assertIn("No space left", done.stderr)
        done = subprocess.run([LOG, "--data-dir", "/nonexistent", "info"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 4)

    def test_damage_is_told(self):
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                api = Api(daemon.port)
                for number in range(20):
                    api.call("PUT", "/bucket-%d" % number)
                api.close()
                daemon.stop()
            segment, = glob.glob(data_dir + "/log/*.seg")
            with open(segment, "r+b") as file:
                file.seek(os.path.getsize(segment) // 2)
                byte = file.read(1)
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte[0] ^ 1]))
            code, out, error = run_log(data_dir, "verify")
            self.assertEqual(code, 3, out + error)
            self.assertIn(os.path.basename(segment), error)

    def test_a_broken_pipe_is_no_error(self):
        done = subprocess.run("'%s' --data-dir '%s' log | head -1; exit ${PIPESTATUS[0]}" % (LOG, self.dir), shell=True, executable="/bin/bash",
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
