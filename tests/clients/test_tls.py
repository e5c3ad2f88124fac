"""TLS on the port that speaks plain HTTP: real clients that check the certificate, and clients that mean no good."""
import http.client
import os
import shutil
import socket
import ssl
import stat
import subprocess
import threading
import time
import unittest
import urllib.request

from support import Api, Daemon, start_refused, temporary_directory

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


def run(command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=dict(os.environ, **environment))
    return done.returncode, done.stdout, done.stderr


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = temporary_directory()
        cls.place = directory.__enter__()
        cls.addClassCleanup(directory.__exit__)
        cls.daemon = Daemon(os.path.join(cls.place, "data"))
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.ca = os.path.join(cls.place, "ca.pem")
        with urllib.request.urlopen(cls.daemon.url + "/_cloudemu/ca.pem") as reply, open(cls.ca, "wb") as file:
            file.write(reply.read())
        cls.url = "https://localhost:%d" % cls.daemon.port

    def context(self):
        return ssl.create_default_context(cafile=self.ca)

    def connect(self, name="localhost"):
        return self.context().wrap_socket(socket.create_connection(("127.0.0.1", self.daemon.port), timeout=20), server_hostname=name)

    def get(self, connection, path="/_cloudemu/health"):
        connection.sendall(b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path.encode())
        reply = b""
        while True:
            piece = connection.recv(65536)
            if not piece:
                return reply
            reply += piece

    def assert_serves(self):
        self.assertTrue(self.get(self.connect()).startswith(b"HTTP/1.1 200"))
        with urllib.request.urlopen(self.daemon.url + "/_cloudemu/health") as reply:
            self.assertEqual(reply.status, 200)


class Clients(Tls):
    def test_both_protocols_on_one_port(self):
        self.assert_serves()

    def test_the_names_in_the_certificate(self):
        for name in ("localhost", "127.0.0.1", "::1", "s3.localhost", "photos.s3.localhost", "localhost.localstack.cloud",
                     "photos.localhost.localstack.cloud", "photos.s3.localhost.localstack.cloud", "sqs.us-east-1.localhost.localstack.cloud",
                     "photos.s3.eu-central-1.localhost.localstack.cloud", "localstack", "cloudemu", socket.gethostname().lower()):
            with self.subTest(name):
                self.connect(name).close()
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.connect("example.com")

    def test_who_does_not_trust_it_does_not_take_it(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(socket.create_connection(("127.0.0.1", self.daemon.port), timeout=20),
                                                     server_hostname="localhost")
        self.assert_serves()

    def test_boto3(self):
        try:
            import boto3
        except ImportError:
            self.skipTest("boto3 is not installed")

        def client(service):
            return boto3.client(service, endpoint_url=self.url, verify=self.ca, region_name="us-east-1", aws_access_key_id="test",
                                aws_secret_access_key="test")
        s3 = client("s3")
        s3.create_bucket(Bucket="boto")
        for size in (0, 5, 70_000, 9 << 20):
            body = os.urandom(size)
            s3.put_object(Bucket="boto", Key="o", Body=body)
            self.assertEqual(s3.get_object(Bucket="boto", Key="o")["Body"].read(), body)
        self.assertEqual(s3.head_object(Bucket="boto", Key="o")["ContentLength"], 9 << 20)
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "boto", "Key": "o"})
        self.assertTrue(url.startswith(self.url), url)
        with urllib.request.urlopen(url, context=self.context()) as reply:
            self.assertEqual(len(reply.read()), 9 << 20)
        queue = client("sqs").create_queue(QueueName="boto")["QueueUrl"]
        self.assertEqual(queue, self.url + "/000000000000/boto")
        client("sqs").send_message(QueueUrl=queue, MessageBody="x" * 100_000)
        self.assertEqual(len(client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"]), 100_000)
        self.assertEqual(client("dynamodb").list_tables()["TableNames"], [])

    def test_aws_cli(self):
        if not shutil.which("aws"):
            self.skipTest("the AWS CLI is not installed")
        code, out, err = run(["aws", "--endpoint-url", self.url, "s3", "mb", "s3://cli"], AWS_CA_BUNDLE=self.ca, **KEYS)
        self.assertEqual((code, out), (0, "make_bucket: cli\n"), err)
        code, _, err = run(["aws", "--endpoint-url", self.url, "s3", "ls"], **KEYS)
        self.assertNotEqual(code, 0)
        self.assertIn("certificate", err.lower())

    def test_node(self):
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        script = "require('https').get('%s/_cloudemu/health', r => console.log(r.resume().statusCode)).on('error', e => console.log(e.code))"
        self.assertEqual(run(["node", "-e", script % self.url], NODE_EXTRA_CA_CERTS=self.ca)[1].strip(), "200")
        self.assertNotEqual(run(["node", "-e", script % self.url])[1].strip(), "200")

    def test_curl_uploads_as_it_does_with_plain_http(self):
        if not shutil.which("curl"):
            self.skipTest("curl is not installed")
        run(["curl", "-s", "--cacert", self.ca, "-X", "PUT", self.url + "/curl"])
        file = os.path.join(self.place, "file")
        with open(file, "wb") as out:
            out.write(os.urandom(3 << 20))
        code, _, err = run(["curl", "-sS", "-f", "--cacert", self.ca, "-T", file, self.url + "/curl/file"])  # Expect: 100-continue
        self.assertEqual(code, 0, err)
        code, _, err = run(["curl", "-sS", "-f", "--cacert", self.ca, "-o", file + ".back", self.url + "/curl/file"])
        self.assertEqual(code, 0, err)
        with open(file, "rb") as one, open(file + ".back", "rb") as other:
            self.assertEqual(one.read(), other.read())


class Hostile(Tls):
    def send(self, data, end=False):
        """Sends bytes that begin like TLS; returns what comes back until the connection ends."""
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=20) as plain:
            try:
                plain.sendall(data)
                if end:
                    plain.shutdown(socket.SHUT_WR)
                return plain.recv(65536)
            except ConnectionError:
                return b""

    def hello(self):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = self.context().wrap_bio(incoming, outgoing, server_hostname="localhost")
        with self.assertRaises(ssl.SSLWantReadError):
            session.do_handshake()
        return session, incoming, outgoing

    def shake_hands(self, plain, session, incoming, send=lambda: None):
        while True:
            send()
            try:
                return session.do_handshake()
            except ssl.SSLWantReadError:
                incoming.write(plain.recv(65536))

    def test_garbage(self):
        for data in (b"\x16", b"\x16" * 100_000, b"\x16\x03\x01\x00\x05hello", b"\x16\x03\x01\xff\xff" + os.urandom(70_000), b"\x16GET / HTTP/1.1\r\n\r\n"):
            self.send(data, end=True)
            self.assert_serves()

    def test_cut_at_every_eighth_byte(self):
        hello = self.hello()[2].read()
        for size in range(1, len(hello), 8):
            with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=20) as plain:
                plain.sendall(hello[:size])
        self.assert_serves()

    def test_one_byte_at_a_time(self):
        session, incoming, outgoing = self.hello()
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=20) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def trickle():
                for byte in outgoing.read():
                    plain.sendall(bytes([byte]))
            self.shake_hands(plain, session, incoming, trickle)
            session.write(b"GET /_cloudemu/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            trickle()
            for _ in range(20):
                try:
                    self.assertTrue(session.read(65536).startswith(b"HTTP/1.1 200"))
                    return
                except ssl.SSLWantReadError:
                    incoming.write(plain.recv(65536))
        self.fail("no reply")

    def test_half_close_after_the_request(self):
        session, incoming, outgoing = self.hello()
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=20) as plain:
            plain.sendall(outgoing.read())
            self.shake_hands(plain, session, incoming)
            session.write(b"GET /_cloudemu/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            plain.sendall(outgoing.read())
            plain.shutdown(socket.SHUT_WR)
            while True:
                piece = plain.recv(65536)
                if not piece:
                    break
                incoming.write(piece)
            reply = b""
            try:
                reply = session.read(65536)
            except ssl.SSLError:
                pass
            # The reply was already under way, or the client had left: both are in order, as with plain HTTP.
            self.assertIn(reply[:12], (b"", b"HTTP/1.1 200"))
        self.assert_serves()

    def test_renegotiation_is_refused(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        process = subprocess.Popen(["openssl", "s_client", "-tls1_2", "-connect", "127.0.0.1:%d" % self.daemon.port, "-CAfile", self.ca],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(0.5)
        process.stdin.write("R\n")
        process.stdin.flush()
        out, _ = process.communicate("", timeout=20)
        self.assertIn("no renegotiation", out)
        self.assert_serves()

    def test_plain_bytes_inside_tls(self):
        with socket.socket(fileno=self.connect().detach()) as raw:
            raw.settimeout(20)
            raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                while raw.recv(65536):
                    pass
            except ConnectionError:
                pass
        self.assert_serves()

    def test_many_handshakes_hold_nobody_up(self):
        hello = self.hello()[2].read()
        api = Api(self.daemon.port)
        api.call("GET", "/_cloudemu/health")
        stop = threading.Event()

        def flood():
            while not stop.is_set():
                held = []
                for _ in range(50):
                    plain = socket.create_connection(("127.0.0.1", self.daemon.port), timeout=20)
                    plain.sendall(hello)
                    held.append(plain)
                for plain in held:
                    plain.close()
        threads = [threading.Thread(target=flood) for _ in range(2)]
        for thread in threads:
            thread.start()
        times = []
        end = time.monotonic() + 2
        while time.monotonic() < end:
            begin = time.monotonic()
            try:
                self.assertEqual(api.call("GET", "/_cloudemu/health")[0], 200)
            except http.client.RemoteDisconnected:  # it had to make room
                api = Api(self.daemon.port)
                continue
            times.append(time.monotonic() - begin)
        stop.set()
        for thread in threads:
            thread.join()
        api.close()
        times.sort()
        # Three threads of this test share two cores with the daemon: most of the time is theirs.
        self.assertLess(times[len(times) * 95 // 100], 0.1)
        self.assert_serves()

    def test_a_thousand_half_finished_handshakes_take_little_memory(self):
        def memory_mib():
            with open("/proc/%d/status" % self.daemon.process.pid) as file:
                return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024
        hello = self.hello()[2].read()
        before = memory_mib()
        held = []
        for _ in range(1000):
            plain = socket.create_connection(("127.0.0.1", self.daemon.port), timeout=20)
            plain.sendall(hello)
            held.append(plain)
        for plain in held:
            self.assertTrue(plain.recv(65536))
        self.assertLess(memory_mib() - before, 120)
        self.assert_serves()
        for plain in held:
            plain.close()


class Certificates(unittest.TestCase):
    def make(self, directory, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", "%s/%s.key" % (directory, name), "-out", "%s/%s.pem" % (directory, name)],
                       check=True, capture_output=True)
        return "%s/%s.pem" % (directory, name), "%s/%s.key" % (directory, name)

    def handshake(self, port, ca):
        context = ssl.create_default_context(cafile=ca)
        with context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20), server_hostname="localhost") as connection:
            return connection.getpeercert(True)

    def test_it_is_kept_with_the_data(self):
        with temporary_directory() as directory:
            data = directory + "/data"
            with Daemon(data) as daemon:
                self.assertFalse(os.path.exists(data + "/tls"))  # nobody wanted it yet
                Api(daemon.port).call("GET", "/_cloudemu/ca.pem")
                first = self.handshake(daemon.port, data + "/tls/ca.pem")
                self.assertEqual(daemon.stop(), 0)
            self.assertEqual(stat.S_IMODE(os.stat(data + "/tls/server.pem").st_mode), 0o600)
            with Daemon(data) as daemon:
                self.assertEqual(self.handshake(daemon.port, data + "/tls/ca.pem"), first)
                daemon.stop()
            with open(data + "/tls/server.pem", "w") as file:
                file.write("torn")
            with Daemon(data) as daemon:
                Api(daemon.port).call("GET", "/_cloudemu/ca.pem")
                self.assertNotEqual(self.handshake(daemon.port, data + "/tls/ca.pem"), first)

    def test_ones_own(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        with temporary_directory() as directory:
            cert, key = self.make(directory, "one")
            _, other = self.make(directory, "other")
            with Daemon(flags=("--tls-cert", cert, "--tls-key", key)) as daemon:
                self.handshake(daemon.port, cert)
            with open(directory + "/both.pem", "w") as both:
                for name in (key, cert):
                    with open(name) as part:
                        both.write(part.read())
            with Daemon(flags=("--tls-cert", directory + "/both.pem")) as daemon:
                self.handshake(daemon.port, cert)
                told = Api(daemon.port).call("GET", "/_cloudemu/ca.pem")[1]
                self.assertNotIn(b"PRIVATE", told)
                with open(cert, "rb") as file:
                    self.assertEqual(told, file.read())
            for flags, sentence in ((("--tls-cert", cert, "--tls-key", other), "the key is not that of the certificate"),
                                    (("--tls-cert", cert), "there is no private key in it"),
                                    (("--tls-cert", key), "there is no certificate in it"),
                                    (("--tls-cert", directory + "/none.pem"), "none.pem"),
                                    (("--tls-key", key), "--tls-key goes with --tls-cert")):
                code, said = start_refused("--ephemeral", "--port", "0", *flags)
                self.assertIn(code, (1, 2))
                self.assertIn(sentence, said)
                self.assertEqual(said.count("\n"), 1, said)

    def test_a_client_that_does_not_trust_it_is_told_of_once_a_minute(self):
        with Daemon() as daemon:
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", daemon.port), timeout=10) as plain:
                    with self.assertRaises(ssl.SSLError):
                        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
            time.sleep(0.2)
            self.assertEqual(daemon.stop(), 0)
            self.assertEqual(daemon.stderr.count("\n"), 1, daemon.stderr)
            self.assertIn("it is to trust what GET /_cloudemu/ca.pem gives", daemon.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
