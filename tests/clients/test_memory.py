"""Memory follows the content: what is overwritten, deleted, refused or never finished does not stay."""
import glob
import hashlib
import os
import random
import re
import socket
import time
import unittest

from support import Api, Daemon, create_table, is_sanitized, temporary_directory

MIB = 1 << 20


def setUpModule():
    if is_sanitized():
        raise unittest.SkipTest("sanitizers keep what is freed")


def resident(daemon):
    """Bytes of memory of a daemon, when it has come to rest."""
    time.sleep(0.3)
    with open("/proc/%d/status" % daemon.process.pid) as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024


class Ephemeral(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.__exit__)
        self.api = Api(self.daemon.port)
        self.addCleanup(self.api.close)
        self.api.call("PUT", "/bkt")

    def grown(self, work, rounds):
        """What memory grows by over `rounds` rounds, after as many to warm up."""
        for i in range(rounds):
            work(i)
        before = resident(self.daemon)
        for i in range(rounds, 2 * rounds):
            work(i)
        return resident(self.daemon) - before

    def test_overwriting_a_small_object(self):
        body = random.randbytes(10_000)
        self.assertLess(self.grown(lambda i: self.api.call("PUT", "/bkt/key", body), 3000), 4 * MIB)

    def test_overwriting_a_large_object(self):
        body = random.randbytes(MIB)
        self.assertLess(self.grown(lambda i: self.api.call("PUT", "/bkt/key", b"%08d" % i + body), 100), 24 * MIB)
        self.assertEqual(self.api.call("GET", "/bkt/key"), (200, b"%08d" % 199 + body))

    def test_versions_parts_and_copies_go_with_their_objects(self):
        body = random.randbytes(3 * MIB)

        def work(i):
            content = b"%08d" % i + body
            self.api.call("PUT", "/bkt/key", content)
            self.api.call("PUT", "/bkt/copy", headers={"x-amz-copy-source": "/bkt/key"})
            _, reply = self.api.call("POST", "/bkt/parts?uploads")
            upload = reply.decode().split("<UploadId>")[1].split("<")[0]
            self.api.call("PUT", "/bkt/parts?partNumber=1&uploadId=" + upload, b"part" + content)
            self.api.call("DELETE", "/bkt/parts?uploadId=" + upload)
            self.api.call("DELETE", "/bkt/key")
            self.assertEqual(self.api.call("GET", "/bkt/copy"), (200, content))

        self.assertLess(self.grown(work, 15), 24 * MIB)

    def test_messages_and_items(self):
        create_table(self.api, "orders")
        _, reply = self.api.sqs("CreateQueue", {"QueueName": "jobs"})
        queue = reply["QueueUrl"]

        def work(i):
            self.api.sqs("SendMessage", {"QueueUrl": queue, "MessageBody": "x" * 1000})
            _, got = self.api.sqs("ReceiveMessage", {"QueueUrl": queue})
            self.api.sqs("DeleteMessage", {"QueueUrl": queue, "ReceiptHandle": got["Messages"][0]["ReceiptHandle"]})
            self.api.dynamodb("PutItem", {"TableName": "orders", "Item": {"pk": {"S": str(i % 10)}, "v": {"S": "y" * 1000}}})

        self.assertLess(self.grown(work, 1500), 4 * MIB)

    def test_reset_gives_memory_back(self):
        empty = resident(self.daemon)
        for i in range(100):
            self.api.call("PUT", "/bkt/%d" % i, b"%08d" % i + random.randbytes(MIB))
        for i in range(3000):
            self.api.call("PUT", "/bkt/small/%d" % i, random.randbytes(10_000))
        self.assertGreater(resident(self.daemon), empty + 120 * MIB)
        self.assertEqual(self.api.call("POST", "/_cloudemu/reset")[0], 200)
        self.assertLess(resident(self.daemon), empty + 24 * MIB)

    def test_an_object_that_goes_while_it_is_read(self):
        body = random.randbytes(20 * MIB)
        self.api.call("PUT", "/bkt/key", body)
        reader = socket.create_connection(("127.0.0.1", self.daemon.port))
        self.addCleanup(reader.close)
        reader.sendall(b"GET /bkt/key HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = reader.recv(65536)
        self.assertEqual(self.api.call("DELETE", "/bkt/key")[0], 204)
        self.assertEqual(self.api.call("GET", "/bkt/key")[0], 404)
        start = got.index(b"\r\n\r\n") + 4
        while len(got) - start < len(body):
            got += reader.recv(1 << 20)
        self.assertEqual(got[start:], body)


class UnfinishedBodies(unittest.TestCase):
    CLIENTS, BODY = 60, 15 * MIB

    def test_sixty_clients_that_never_finish_shut_nobody_out(self):
        with Daemon() as daemon:
            api = Api(daemon.port)
            create_table(api, "orders")
            before = resident(daemon)
            head = ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\nContent-Type: application/x-amz-json-1.0\r\n"
                    "X-Amz-Target: DynamoDB_20120810.BatchWriteItem\r\n\r\n" % self.BODY).encode()
            clients, slowest, highest = [], 0.0, 0
            piece = bytes(MIB)
            for i in range(self.CLIENTS):
                client = socket.create_connection(("127.0.0.1", daemon.port))
                client.settimeout(5)
                clients.append(client)
                try:
                    client.sendall(head)
                    for _ in range(14):
                        client.sendall(piece)
                except OSError:
                    pass  # it was told to go away
                start = time.monotonic()
                status, _ = api.dynamodb("PutItem", {"TableName": "orders", "Item": {"pk": {"S": str(i)}, "v": {"S": "z" * 300_000}}})
                slowest = max(slowest, time.monotonic() - start)
                self.assertEqual(status, 200)
                if i % 20 == 19:
                    highest = max(highest, resident(daemon))
            self.assertLess(highest - before, 350 * MIB)
            self.assertLess(slowest, 1.0)
            refused = 0
            for client in clients:
                client.settimeout(0.05)
                try:
                    reply = client.recv(4096)
                    refused += reply.startswith(b"HTTP/1.1 503") and b"ServiceUnavailable" in reply
                except OSError:
                    pass
                client.close()
            self.assertGreater(refused, 20)
            self.assertLess(resident(daemon) - before, 60 * MIB)
            api.close()


class OnDisk(unittest.TestCase):
    def overtaken(self, api, port, body):
        """Status of a PUT that may only create its key, while somebody else creates it."""
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(b"PUT /bkt/late HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\nContent-Length: %d\r\n\r\n" % len(body))
            slow.sendall(body[:50_000])
            time.sleep(0.2)
            self.assertEqual(api.call("PUT", "/bkt/late", b"first")[0], 200)
            slow.sendall(body[50_000:])
            return slow.recv(4096)[9:12]

    def test_refused_uploads_leave_no_blob(self):
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.call("PUT", "/bkt")
            body = random.randbytes(100_000)
            self.assertEqual(api.call("PUT", "/bkt/key", body)[0], 200)
            self.assertEqual(self.overtaken(api, daemon.port, body + b"1"), b"412")
            self.assertEqual(api.call("PUT", "/bkt/other", body + b"2", {"Content-MD5": "A" * 22 + "=="})[0], 400)
            cut = socket.create_connection(("127.0.0.1", daemon.port))
            cut.sendall(b"PUT /bkt/cut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n" + bytes(2_000_000))
            time.sleep(0.3)
            cut.close()
            time.sleep(0.5)
            api.call("GET", "/bkt/key")
            found = [os.path.basename(path)[:64] for path in glob.glob(data_dir + "/blobs/*/*")]
            self.assertEqual(found, [hashlib.sha256(body).hexdigest()])
            api.close()

    def test_the_cache_goes_with_the_content(self):
        """The state is cached as far as it goes; of what was deleted nothing stays, though its last pages lie all over."""
        count, body = 8_000, random.randbytes(16 * 1024)
        with temporary_directory() as data_dir, Daemon(data_dir) as daemon:
            api = Api(daemon.port)
            api.call("PUT", "/bkt")
            empty = resident(daemon)
            for number in range(count):
                self.assertEqual(api.call("PUT", "/bkt/%d" % number, body)[0], 200)
            self.assertGreater(resident(daemon), empty + 100 * MIB)
            for number in range(count):
                self.assertEqual(api.call("DELETE", "/bkt/%d" % number)[0], 204)
            for number in range(30):  # each commit gives back a piece
                api.call("PUT", "/bkt/again", b"%d" % number)
                time.sleep(0.2)
            self.assertLess(resident(daemon), empty + 48 * MIB)
            api.close()


if __name__ == "__main__":
    unittest.main()
