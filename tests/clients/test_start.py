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


class InitScripts(unittest.TestCase):
    """LocalStack's hooks: scripts in boot.d, start.d, ready.d and shutdown.d."""

    def setUp(self):
        self.directory = temporary_directory()
        self.place = self.directory.__enter__()
        self.addCleanup(self.directory.__exit__)

    def script(self, name, text, mode=0o755):
        path = os.path.join(self.place, "init", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)

    def said(self):
        with open(os.path.join(self.place, "said")) as file:
            return file.read().split()

    def say(self, word):
        return "#!/bin/sh\necho %s >> %s/said\n" % (word, self.place)

    def daemon(self):
        return Daemon(os.path.join(self.place, "data"), ("--init-dir", os.path.join(self.place, "init")))

    def init(self, daemon, stage=""):
        api = Api(daemon.port)
        status, body = api.call("GET", "/_localstack/init" + stage)
        api.close()
        self.assertEqual(status, 200)
        return json.loads(body)

    def test_all_stages_in_their_order(self):
        self.script("boot.d/boot.sh", self.say("boot") + "test ! -e %s/data/log || echo late >> %s/said\n" % (self.place, self.place))
        self.script("start.d/start.py", "open('%s/said', 'a').write('start ')\n" % self.place, 0o644)
        self.script("ready.d/20-second.sh", self.say("second"), 0o644)
        self.script("ready.d/10-first.sh", self.say("first"))
        self.script("ready.d/nested/deep.sh", self.say("deep"))
        self.script("ready.d/zz-third.sh", self.say("third"))  # all of a folder before the folders in it
        self.script("ready.d/README.txt", "no script")
        self.script("shutdown.d/bye.sh", self.say("bye"))
        with self.daemon() as daemon:
            self.assertEqual(self.said(), ["boot", "start", "first", "second", "third", "deep"])  # before "Ready."
            told = self.init(daemon)
            self.assertEqual(told["completed"], {"BOOT": True, "START": True, "READY": True, "SHUTDOWN": False})
            self.assertIn({"stage": "READY", "name": "nested/deep.sh", "state": "SUCCESSFUL"}, told["scripts"])
            self.assertEqual(self.init(daemon, "/ready")["completed"], True)
            self.assertEqual(self.init(daemon, "/shutdown"), {
                "completed": False, "scripts": [{"stage": "SHUTDOWN", "name": "bye.sh", "state": "UNKNOWN"}]})
            self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.said()[-1], "bye")

    def test_a_script_finds_the_daemon(self):
        self.script("ready.d/seed.py", "import os, urllib.request\n"
                    "urllib.request.urlopen(urllib.request.Request(os.environ['AWS_ENDPOINT_URL'] + '/seeded', method='PUT'))\n")
        with self.daemon() as daemon:
            api = Api(daemon.port)
            self.assertEqual(api.call("HEAD", "/seeded")[0], 200)
            api.close()

    def test_a_script_that_fails_is_told_and_stops_no_other(self):
        self.script("ready.d/1.sh", "#!/bin/sh\nexit 7\n")
        self.script("ready.d/2.sh", "#!/no/such/shell\n")
        self.script("ready.d/3.sh", self.say("third"))
        with self.daemon() as daemon:
            states = [script["state"] for script in self.init(daemon, "/ready")["scripts"]]
            self.assertEqual(states, ["ERROR", "ERROR", "SUCCESSFUL"])
            daemon.stop()
            self.assertIn("ready.d/1.sh ended with 7", daemon.stderr)
        self.assertEqual(self.said(), ["third"])

    def test_no_script_keeps_it_from_ending(self):
        self.script("shutdown.d/for-ever.sh", "#!/bin/sh\nexec sleep 1000\n")
        with self.daemon() as daemon:
            daemon.process.send_signal(signal.SIGTERM)
            wait_for(lambda: self.init(daemon, "/shutdown")["scripts"][0]["state"] == "RUNNING")
            self.assertEqual(daemon.stop(), 0)

    def test_it_can_be_ended_while_scripts_run(self):
        self.script("ready.d/for-ever.sh", "#!/bin/sh\nexec sleep 1000\n")
        self.script("shutdown.d/bye.sh", self.say("bye"))
        process = subprocess.Popen([DAEMON, "--ephemeral", "--port", "0", "--init-dir", os.path.join(self.place, "init")],
                                   stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        time.sleep(0.2)
        process.terminate()
        out, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)
        self.assertNotIn("Ready.", out)
        self.assertEqual(self.said(), ["bye"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
