"""--seed: buckets in a directory, DynamoDB JSON as the AWS CLI writes it, and scripts; before "Ready.", once per data directory."""
import gzip
import json
import os
import subprocess
import unittest

from support import DAEMON, Api, Daemon, run_log, start_refused, temporary_directory

TABLE = {"Table": {"TableName": "orders", "TableStatus": "ACTIVE", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                   "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}}


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


class Seeding(unittest.TestCase):
    def setUp(self):
        directory = temporary_directory()
        self.place = directory.__enter__()
        self.addCleanup(directory.__exit__)
        self.seeds = os.path.join(self.place, "seeds")
        self.data = os.path.join(self.place, "data")

    def daemon(self, *seeds, data=None):
        return Daemon(data, [word for seed in seeds or (self.seeds,) for word in ("--seed", seed)])

    def fill(self):
        self.big = os.urandom(5 << 20)
        write(self.seeds + "/photos/cat.txt", "meow")
        write(self.seeds + "/photos/2026/a b+c.html", "<p>")
        write(self.seeds + "/photos/big", self.big)
        write(self.seeds + "/photos/nothing", "")
        write(self.seeds + "/empty/.gitkeep", "")
        write(self.seeds + "/a-orders.json", json.dumps({"orders": [{"PutRequest": {"Item": {"id": {"S": "batch"}}}}]}))
        write(self.seeds + "/orders.json", json.dumps({"Items": [{"id": {"S": str(i)}, "n": {"N": "7"}} for i in range(60)], "Count": 60}))
        write(self.seeds + "/orders.table.json", json.dumps(TABLE))
        write(self.seeds + "/orders.export.json.gz", gzip.compress(b'{"Item":{"id":{"S":"exported"}}}\n' * 1))

    def check(self, daemon):
        api = Api(daemon.port)
        self.assertEqual(api.call("GET", "/photos/cat.txt"), (200, b"meow"))
        self.assertEqual(api.call("GET", "/photos/2026/a%20b%2Bc.html"), (200, b"<p>"))
        self.assertEqual(api.call("GET", "/photos/big"), (200, self.big))
        self.assertEqual(api.call("GET", "/photos/nothing"), (200, b""))
        self.assertEqual(api.call("HEAD", "/empty")[0], 200)
        self.assertNotIn(b"<Key>", api.call("GET", "/empty")[1])
        self.assertEqual(api.dynamodb("Scan", {"TableName": "orders", "Select": "COUNT"})[1]["Count"], 62)
        api.close()

    def test_another_data_directory(self):
        """It goes on from there: what the other one held, and the numbers of its events; then each goes its own way."""
        self.fill()
        with self.daemon(data=self.data) as first:
            self.check(first)
            with Daemon(self.place + "/second", ["--seed", self.data]) as second:  # while the first one runs
                self.check(second)
                self.assertEqual(Api(second.port).call("PUT", "/photos/new", b"second")[0], 200)
                self.assertEqual(second.stop(), 0)
                self.assertEqual(second.stderr, "")
            self.assertEqual(Api(first.port).call("GET", "/photos/new")[0], 404)
            self.assertEqual(Api(first.port).call("DELETE", "/photos/cat.txt")[0], 204)
        code, text = start_refused("--data-dir", self.data, "--port", "0", "--seed", self.place + "/second")
        self.assertEqual(code, 1)
        self.assertIn("is a data directory: only one that has no log yet can go on from it", text)
        with Daemon(self.place + "/second", ["--seed", self.data]) as second:  # once only
            self.check(second)
            self.assertEqual(Api(second.port).call("GET", "/photos/new"), (200, b"second"))
            second.stop()
        for words in (("verify",), ("rebuild", "--check"), ("cat", "s3://photos/new")):
            code, out, err = run_log(self.place + "/second", *words)
            self.assertEqual((code, err), (0, ""), words)
        self.assertEqual(out, "second")

    def test_a_data_directory_where_it_cannot_be_one(self):
        self.fill()
        with self.daemon(data=self.data) as first:
            first.stop()
        code, text = start_refused("--ephemeral", "--port", "0", "--seed", self.data)
        self.assertEqual(code, 1)
        self.assertIn("the seed %s is a data directory, and seeds only another one: name that with --data-dir" % self.data, text)
        with Daemon() as running:
            done = subprocess.run([DAEMON, "--seed-into", "127.0.0.1:%d" % running.port, "--seed", self.data], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("only a new one can go on from it", done.stderr)
            self.assertNotIn(b"<Bucket>", Api(running.port).call("GET", "/")[1])

    def test_buckets_tables_and_items(self):
        self.fill()
        with self.daemon() as daemon:
            self.check(daemon)
            self.assertEqual(daemon.stop(), 0)
            self.assertEqual(daemon.stderr, "")

    def test_once_per_data_directory(self):
        self.fill()
        with self.daemon(data=self.data) as daemon:
            self.check(daemon)
            Api(daemon.port).call("DELETE", "/photos/cat.txt")
            self.assertEqual(daemon.stop(), 0)
        with self.daemon(data=self.data) as daemon:
            self.assertEqual(Api(daemon.port).call("GET", "/photos/cat.txt")[0], 404)
            self.assertEqual(daemon.stop(), 0)
        self.assertIn("PutObject", run_log(self.data, "log")[1])
        other = os.path.join(self.place, "other")
        write(other + "/photos/dog.txt", "wuff")
        with self.daemon(self.seeds, other, data=self.data) as daemon:
            self.assertEqual(Api(daemon.port).call("GET", "/photos/dog.txt"), (200, b"wuff"))
            self.assertEqual(Api(daemon.port).call("GET", "/photos/cat.txt")[0], 404)

    def test_a_script_and_a_single_file(self):
        script = os.path.join(self.place, "setup.sh")
        write(script, "curl -sf -X PUT $AWS_ENDPOINT_URL/scripted\n")
        write(self.seeds + "/orders.table.json", json.dumps(TABLE))
        with self.daemon(script, self.seeds + "/orders.table.json") as daemon:
            self.assertEqual(Api(daemon.port).call("HEAD", "/scripted")[0], 200)
            self.assertEqual(Api(daemon.port).dynamodb("ListTables", {})[1], {"TableNames": ["orders"]})

    def test_what_cannot_be_taken_is_named_and_nothing_is_ready(self):
        write(self.seeds + "/Bad_Bucket/key", "x")
        for seed, reason in ((self.seeds, "Bad_Bucket: The specified bucket is not valid."),
                             (self.place + "/none", "there is no %s/none to seed from" % self.place)):
            code, said = start_refused("--data-dir", self.data, "--port", "0", "--seed", seed)
            self.assertEqual(code, 1)
            self.assertIn(reason, said)
        for text, reason in (('{"Items":[{"id":{"S":"1"}}]}', "orders.json: BatchWriteItem: "), ('{"a": 1}', "orders.json: it holds neither"),
                             ("{", "orders.json: ")):
            write(self.place + "/orders.json", text)
            code, said = start_refused("--ephemeral", "--port", "0", "--seed", self.place + "/orders.json")
            self.assertEqual(code, 1)
            self.assertIn(reason, said)
        write(self.place + "/fails.sh", "exit 3\n")
        code, said = start_refused("--ephemeral", "--port", "0", "--seed", self.place + "/fails.sh")
        self.assertEqual(code, 1)
        self.assertIn("ended with 3", said)
        # What had failed is put in at the next start, if it is better then.
        os.rename(self.seeds + "/Bad_Bucket", self.seeds + "/good-bucket")
        with self.daemon(data=self.data) as daemon:
            self.assertEqual(Api(daemon.port).call("GET", "/good-bucket/key"), (200, b"x"))

    def test_into_a_daemon_that_runs(self):
        self.fill()
        with Daemon() as daemon:
            done = subprocess.run([DAEMON, "--seed-into", "127.0.0.1:%d" % daemon.port, "--seed", self.seeds], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            self.check(daemon)
        done = subprocess.run([DAEMON, "--seed-into", "nowhere", "--seed", self.seeds], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nowhere is no address of a cloudemu", done.stderr)

    def test_it_can_be_ended_while_a_seed_is_put_in(self):
        script = os.path.join(self.place, "long.sh")
        write(script, "exec sleep 1000\n")
        process = subprocess.Popen([DAEMON, "--ephemeral", "--port", "0", "--seed", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdout.readline()
        process.terminate()
        out, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)
        self.assertNotIn("Ready.", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
