"""How the daemon meets people: where it listens, what it says when it starts, serves and ends, which signals it survives."""
import http.client
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import time
import unittest

from support import BIN, DAEMON, TOP, Api, Daemon, create_table, temporary_directory


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def status_at(host, port):
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("GET", "/_cloudemu/health")
    return connection.getresponse().status


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain for %d seconds" % seconds)
        time.sleep(0.02)


class Listening(unittest.TestCase):
    def test_localhost_is_both_loopbacks(self):
        if not has_ipv6():
            self.skipTest("this machine has no IPv6")
        for flags in ((), ("--host", "localhost")):
            with self.subTest(flags), Daemon(flags=flags) as daemon:
                self.assertEqual(status_at("127.0.0.1", daemon.port), 200)
                self.assertEqual(status_at("::1", daemon.port), 200)
                self.assertIn("http://[::1]:%d" % daemon.port, "".join(daemon.greeting))

    def test_node_and_curl_reach_localhost_whatever_it_is_to_them(self):
        with Daemon() as daemon:
            url = "http://localhost:%d/_cloudemu/health" % daemon.port
            if shutil.which("curl"):
                for family in ("-4", "-6") if has_ipv6() else ("-4",):
                    done = subprocess.run(["curl", "-s", family, "-g", url], capture_output=True, text=True, timeout=20)
                    self.assertEqual((done.returncode, json.loads(done.stdout or "{}").get("status")), (0, "running"), family)
            if not shutil.which("node"):
                self.skipTest("node is not installed")
            script = "require('http').get({host: '%s', port: %d, path: '/_cloudemu/health', agent: false}, r => console.log(r.resume().statusCode))" \
                     ".on('error', e => console.log(e.code))"
            # Node 18 takes the first address of a name and no other; here both are asked for by themselves.
            for host in ("localhost", "127.0.0.1", "::1") if has_ipv6() else ("127.0.0.1",):
                done = subprocess.run(["node", "-e", script % (host, daemon.port)], capture_output=True, text=True, timeout=30)
                self.assertEqual(done.stdout.strip(), "200", host)

    def test_several_addresses_with_their_own_ports(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            other = probe.getsockname()[1]
        with Daemon(flags=("--host", "127.0.0.1,127.0.0.2:%d" % other)) as daemon:
            self.assertEqual(status_at("127.0.0.1", daemon.port), 200)
            self.assertEqual(status_at("127.0.0.2", other), 200)
            with self.assertRaises(OSError):
                status_at("127.0.0.2", daemon.port)

    def test_every_address_of_both_kinds(self):
        if not has_ipv6():
            self.skipTest("this machine has no IPv6")
        with Daemon(flags=("--host", "0.0.0.0,[::]")) as daemon:
            self.assertEqual(status_at("127.0.0.1", daemon.port), 200)
            self.assertEqual(status_at("::1", daemon.port), 200)


class Saying(unittest.TestCase):
    def test_what_is_there(self):
        with temporary_directory() as directory:
            with Daemon(directory + "/data") as daemon:
                self.assertIn("the log is empty; sync always; auth off", daemon.greeting[1])
                api = Api(daemon.port)
                create_table(api)
                api.close()
                self.assertEqual(daemon.stop(), 0)
                self.assertEqual(daemon.process.stdout.read(), "Stopped; everything is safe in %s/data.\n" % directory)
            with Daemon(directory + "/data", ("--sync", "no")) as daemon:
                self.assertIn("1 events in the log, state reused; sync no", daemon.greeting[1])
                self.assertEqual(daemon.stop(), 0)
            for name in os.listdir(directory + "/data"):
                if name.startswith("state.db"):
                    os.remove(directory + "/data/" + name)
            with Daemon(directory + "/data") as daemon:
                self.assertIn("state rebuilt", daemon.greeting[1])

    def test_the_line_to_paste(self):
        with Daemon() as daemon:
            paste = daemon.greeting[-2].strip()
            self.assertTrue(paste.startswith("export AWS_ENDPOINT_URL=http://localhost:%d " % daemon.port), paste)
            done = subprocess.run(["sh", "-c", paste + "; echo $AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID $AWS_DEFAULT_REGION"],
                                  capture_output=True, text=True)
            self.assertEqual(done.stdout, "http://localhost:%d test us-east-1\n" % daemon.port)

    def test_signals_that_do_not_end_it(self):
        with Daemon() as daemon:
            for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE):
                daemon.process.send_signal(number)
            time.sleep(0.2)
            self.assertEqual(status_at("127.0.0.1", daemon.port), 200)
            self.assertEqual(daemon.stop(), 0)

    def test_make_run_ends_quietly(self):
        """Ctrl-C in a terminal goes to make as well, which would call it an error."""
        with temporary_directory() as directory:
            with open(directory + "/Makefile", "w") as file:
                file.write("run:\n\t@%s/scripts/run --port 0 --data-dir %s/data\n" % (TOP, directory))
            process, terminal = pty.fork()
            if process == 0:
                os.environ["CLOUDEMU_BIN"] = BIN
                os.execvp("make", ["make", "-C", directory, "--no-print-directory", "run"])
            shown = b""
            pressed = False
            end = time.monotonic() + 30
            while time.monotonic() < end:
                if not select.select([terminal], [], [], 1)[0]:
                    continue
                try:
                    shown += os.read(terminal, 4096)
                except OSError:
                    break
                if b"Ready." in shown and not pressed:
                    pressed = True
                    os.write(terminal, b"\x1a\x03")  # Ctrl-Z does nothing, Ctrl-C ends
            _, status = os.waitpid(process, 0)
            self.assertEqual(os.waitstatus_to_exitcode(status), 0, shown)
            self.assertTrue(shown.decode().strip().endswith("Stopped; everything is safe in %s/data." % directory), shown)


class Requests(unittest.TestCase):
    def lines(self, daemon, count):
        """The first lines that it writes to standard error."""
        return [daemon.process.stderr.readline().rstrip("\n") for _ in range(count)]

    def test_a_line_per_call_if_it_is_wanted(self):
        with Daemon(flags=("--log-requests",)) as daemon:
            api = Api(daemon.port)
            api.call("PUT", "/photos")
            api.call("PUT", "/photos/cat%1B%5B2J.txt", b"meow\n")
            api.call("GET", "/photos/none")
            api.dynamodb("ListTables", {})
            api.close()
            when = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "
            lines = self.lines(daemon, 4)
            for line, pattern in zip(lines, (r"AWS s3\.CreateBucket => 200  photos  \d+\.\d ms  seq 1",
                                             r"AWS s3\.PutObject => 200  photos/cat%1B%5B2J\.txt  5 B in  \d+\.\d ms  seq 2",
                                             r"AWS s3\.GetObject => 404 \(NoSuchKey\)  photos/none  \d+ B out  \d+\.\d ms  seq 2",
                                             r"AWS dynamodb\.ListTables => 200  \d+ B in  \d+ B out  \d+\.\d ms  seq 2")):
                self.assertRegex(line, "^" + when + pattern + "$")

    def test_it_is_quiet_where_nobody_reads(self):
        with Daemon() as daemon:
            api = Api(daemon.port)
            api.call("PUT", "/photos")
            api.close()
            self.assertEqual(daemon.stop(), 0)
            self.assertEqual(daemon.stderr, "")

    def test_a_terminal_that_was_stopped_stops_nobody(self):
        """Standard error is a pipe that nobody reads: it takes 64 KiB, and a thousand times as much is said."""
        with Daemon(flags=("--log-requests",)) as daemon:
            api = Api(daemon.port)
            slowest = 0
            for number in range(6000):
                start = time.monotonic()
                status, _ = api.call("GET", "/no-such-bucket/%d/%s" % (number, "x" * 200))
                slowest = max(slowest, time.monotonic() - start)
                self.assertEqual(status, 404)
            self.assertLess(slowest, 2)
            told = json.loads(api.call("GET", "/_cloudemu/requests?last=2")[1])
            self.assertEqual((told["count"], len(told["requests"])), (6000, 2))
            self.assertTrue(told["requests"][1]["resource"].startswith("no-such-bucket/5999/"))
            api.close()
            start = time.monotonic()
            daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(timeout=30), 0)
            self.assertLess(time.monotonic() - start, 10)
            said = daemon.process.stderr.read()
            self.assertLess(len(said), 1 << 20)

    def test_the_ring_in_every_mode(self):
        with temporary_directory() as directory:
            for place in (None, directory + "/data"):
                for auth in ("off", "verify"):
                    with self.subTest((place, auth)), Daemon(place, ("--auth", auth)) as daemon:
                        api = Api(daemon.port)
                        api.dynamodb("DescribeTable", {"TableName": "orders"})
                        told = json.loads(api.call("GET", "/_cloudemu/requests")[1])["requests"]
                        api.close()
                        self.assertEqual(len(told), 1)
                        call = told[0]
                        self.assertEqual((call["service"], call["operation"]), ("dynamodb", "DescribeTable"))
                        if auth == "off":
                            self.assertEqual((call["resource"], call["error"]), ("orders", "ResourceNotFoundException"))
                        else:
                            self.assertIn("Signature", call["error"])
                        self.assertEqual(call["status"], 400)
                        self.assertNotIn("signature", json.dumps(told).lower().replace("invalidsignatureexception", ""))


class Tls(unittest.TestCase):
    def test_a_client_that_speaks_tls_is_told_of_once(self):
        with Daemon() as daemon:
            for _ in range(20):
                context = ssl.create_default_context()
                with socket.create_connection(("127.0.0.1", daemon.port), timeout=10) as plain:
                    with self.assertRaises(ssl.SSLError):
                        context.wrap_socket(plain, server_hostname="localhost")
            self.assertEqual(status_at("127.0.0.1", daemon.port), 200)
            self.assertEqual(daemon.stop(), 0)
            self.assertEqual(daemon.stderr.count("\n"), 1, daemon.stderr)
            self.assertIn("speaks TLS (https) to this port: let it use http://", daemon.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
