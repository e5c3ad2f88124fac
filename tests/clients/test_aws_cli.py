"""CloudEmu through the AWS command line, as in the README."""
import json
import os
import shutil
import subprocess
import time
import unittest
import urllib.request

from support import Daemon, run_log, temporary_directory


class AwsCli(unittest.TestCase):
    def aws(self, *arguments, ok=True, text=None):
        done = subprocess.run(["aws", "--endpoint-url", self.daemon.url, *arguments], capture_output=True, text=True, timeout=60, input=text,
                              env=dict(os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1",
                                       AWS_PAGER="", AWS_EC2_METADATA_DISABLED="true"))
        self.assertEqual(done.returncode == 0, ok, done.stdout + done.stderr)
        return done.stdout if ok else done.stderr

    def test_a_first_session(self):
        if not shutil.which("aws"):
            self.skipTest("the AWS CLI is not installed")
        with temporary_directory() as directory, Daemon(directory + "/data") as self.daemon:
            path = directory + "/notes.txt"
            with open(path, "w") as file:
                file.write("hello, cloud\n")
            self.aws("s3", "mb", "s3://photos")
            self.aws("s3", "cp", path, "s3://photos/2026/notes.txt")
            self.aws("s3", "cp", "-", "s3://photos/from-stdin", text="streamed")
            self.assertIn("PRE 2026/", self.aws("s3", "ls", "s3://photos/"))
            self.assertEqual(self.aws("s3", "cp", "s3://photos/2026/notes.txt", "-"), "hello, cloud\n")
            with open(directory + "/large", "wb") as file:
                file.write(os.urandom(20 << 20))
            self.aws("s3", "cp", directory + "/large", "s3://photos/large")
            self.aws("s3", "cp", "s3://photos/large", directory + "/large.back")
            with open(directory + "/large", "rb") as one, open(directory + "/large.back", "rb") as other:
                self.assertEqual(one.read(), other.read())
            os.mkdir(directory + "/tree")
            for number in range(12):
                with open(directory + "/tree/%d" % number, "w") as file:
                    file.write(str(number))
            self.aws("s3", "sync", directory + "/tree", "s3://photos/tree")
            self.assertEqual(len(self.aws("s3", "ls", "--recursive", "s3://photos/tree/").splitlines()), 12)
            os.mkdir(directory + "/small")
            for number in range(60):
                with open(directory + "/small/%d" % number, "w") as file:
                    file.write("x" * (number % 3))
            start = time.monotonic()
            self.aws("s3", "sync", directory + "/small", "s3://photos/small")
            self.assertLess(time.monotonic() - start, 50, "60 small files, of which 20 are empty; a hang takes 60 s")
            self.assertEqual(len(self.aws("s3", "ls", "--recursive", "s3://photos/small/").splitlines()), 60)
            url = self.aws("s3", "presign", "s3://photos/2026/notes.txt", "--expires-in", "60").strip()
            with urllib.request.urlopen(url, timeout=10) as reply:
                self.assertEqual(reply.read(), b"hello, cloud\n")
            self.aws("s3api", "get-object", "--bucket", "photos", "--key", "large", "--range", "bytes=100-199", directory + "/range")
            with open(directory + "/large", "rb") as whole, open(directory + "/range", "rb") as part:
                self.assertEqual(whole.read()[100:200], part.read())
            self.assertIn("NoSuchBucket", self.aws("s3", "ls", "s3://no-such-bucket-here", ok=False))
            self.aws("s3", "rb", "--force", "s3://photos")

            self.aws("dynamodb", "create-table", "--table-name", "orders", "--billing-mode", "PAY_PER_REQUEST", "--key-schema",
                     "AttributeName=id,KeyType=HASH", "--attribute-definitions", "AttributeName=id,AttributeType=S")
            self.aws("dynamodb", "wait", "table-exists", "--table-name", "orders")
            self.aws("dynamodb", "put-item", "--table-name", "orders", "--item", '{"id":{"S":"1"},"total":{"N":"9.90"}}')
            got = json.loads(self.aws("dynamodb", "get-item", "--table-name", "orders", "--key", '{"id":{"S":"1"}}'))
            self.assertEqual(got["Item"]["total"], {"N": "9.9"})
            got = json.loads(self.aws("dynamodb", "execute-statement", "--statement", "SELECT total FROM orders WHERE id='1'"))
            self.assertEqual(got["Items"], [{"total": {"N": "9.9"}}])
            made = json.loads(self.aws("dynamodb", "create-backup", "--table-name", "orders", "--backup-name", "nightly"))
            self.aws("dynamodb", "restore-table-from-backup", "--target-table-name", "orders-again", "--backup-arn",
                     made["BackupDetails"]["BackupArn"])
            self.aws("dynamodb", "wait", "table-exists", "--table-name", "orders-again")
            got = json.loads(self.aws("dynamodb", "get-item", "--table-name", "orders-again", "--key", '{"id":{"S":"1"}}'))
            self.assertEqual(got["Item"]["total"], {"N": "9.9"})

            url = json.loads(self.aws("sqs", "create-queue", "--queue-name", "jobs"))["QueueUrl"]
            self.aws("sqs", "send-message", "--queue-url", url, "--message-body", "resize cat.jpg")
            got = json.loads(self.aws("sqs", "receive-message", "--queue-url", url))
            self.assertEqual(got["Messages"][0]["Body"], "resize cat.jpg")
            self.assertIn("000000000000", self.aws("sts", "get-caller-identity"))
            self.assertEqual(self.daemon.stop(), 0)
            self.assertEqual(run_log(directory + "/data", "rebuild", "--check")[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
