"""What `make packages` makes, each installed where nothing else is, and used for a first session."""
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import time
import unittest
from pathlib import Path

import boto3

from support import BIN, TOP, temporary_directory

BUILD = os.path.join(TOP, "packaging", "build")
STATIC = os.path.join(BIN, "static")


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, **more)
    if done.returncode != 0:
        raise AssertionError("%s: %d\n%s%s" % (command, done.returncode, done.stdout, done.stderr))
    return done.stdout


def client(service, url):
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


class Rooted:
    """A daemon whose whole file system is the folder `root`."""

    def __init__(self, root, program, environment=None, arguments=("--port", "0")):
        self.root = str(root)
        self.process = subprocess.Popen([*self.prefix(), program, *arguments], env=environment or {}, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        found = re.search(r"at http://\S*:(\d+), data in (\S+)", first)
        if not found:
            raise AssertionError("no greeting: " + first)
        self.url, self.data_dir = "http://127.0.0.1:" + found.group(1), found.group(2)

    def prefix(self):
        rootless = [] if os.getuid() == 0 else ["unshare", "--map-root-user"]
        return [*rootless, shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin"), self.root]

    def run(self, *command):
        return run(*self.prefix(), *command, env={})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory()
        cls.place = Path(cls.directory.__enter__())
        cls.dist = cls.place / "dist"
        cls.said = run(BUILD, "--programs", STATIC, "--into", str(cls.dist))

    @classmethod
    def tearDownClass(cls):
        cls.directory.__exit__()

    def only(self, pattern):
        found = list(self.dist.glob(pattern))
        self.assertEqual(len(found), 1, pattern)
        return found[0]

    def first_session(self, daemon, log_program):
        s3, dynamodb, sqs = (client(service, daemon.url) for service in ("s3", "dynamodb", "sqs"))
        s3.create_bucket(Bucket="photos")
        s3.put_object(Bucket="photos", Key="cat.txt", Body=b"meow\n" * 100000)
        self.assertEqual(s3.get_object(Bucket="photos", Key="cat.txt")["Body"].read(), b"meow\n" * 100000)
        dynamodb.create_table(TableName="orders", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                              AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}})
        self.assertEqual(dynamodb.get_item(TableName="orders", Key={"id": {"S": "1"}})["Item"], {"id": {"S": "1"}})
        queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody="hello")
        self.assertEqual(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"], "hello")
        log = daemon.run(log_program, "--data-dir", daemon.data_dir, "log")
        self.assertIn("photos/cat.txt", log)
        self.assertIn("MessageReceived", log)

    def test_the_same_bytes_again(self):
        again = self.place / "again"
        run(BUILD, "--programs", STATIC, "--into", str(again))
        sums = (self.dist / "SHA256SUMS").read_text()
        self.assertEqual((again / "SHA256SUMS").read_text(), sums)
        for line in sums.splitlines():
            sum_, name = line.split()
            self.assertEqual(hashlib.sha256((self.dist / name).read_bytes()).hexdigest(), sum_)

    def test_archive(self):
        root = self.place / "archive"
        with tarfile.open(self.only("*-linux-x86_64.tar.gz")) as archive:
            archive.extractall(root)
        top = next(root.iterdir())
        self.assertRegex(run(str(top / "bin/cloudemu"), "--version"), r"^cloudemu \d+\.\d+\.\d+.*, log format \d+\n$")
        with Rooted(top, "/bin/cloudemu", arguments=("--port", "0", "--data-dir", "/data")) as daemon:
            self.first_session(daemon, "/bin/cloudemu-log")

    def test_homebrew_formula(self):
        text = self.only("cloudemu.rb").read_text()
        archive = self.only("*-linux-x86_64.tar.gz")
        self.assertIn('sha256 "%s"' % hashlib.sha256(archive.read_bytes()).hexdigest(), text)
        self.assertRegex(text, 'url "https?://.*/%s"' % re.escape(archive.name))
        self.assertNotIn("@", text)
        with tarfile.open(archive) as content:
            names = [name.split("/", 1)[1] for name in content.getnames() if "/" in name]
        for path in re.findall(r'"(bin/[^"]+|share/[^"*]+)', text):
            self.assertTrue(any(name.startswith(path) for name in names), path)
        if shutil.which("ruby"):
            self.assertEqual(run("ruby", "-c", str(self.only("cloudemu.rb"))).strip(), "Syntax OK")

    def test_deb(self):
        root = self.place / "deb"
        for folder in ("var/lib/dpkg/updates", "var/lib/dpkg/info"):
            (root / folder).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        package = self.only("*.deb")
        run("dpkg", "--force-not-root", "--force-bad-path", "--root=" + str(root), "--install", str(package))
        self.assertIn("Status: install ok installed", (root / "var/lib/dpkg/status").read_text())
        page = gzip.decompress((root / "usr/share/man/man1/cloudemu.1.gz").read_bytes()).decode()
        self.assertIn("\\-\\-ephemeral", page)
        self.assertTrue((root / "usr/lib/systemd/user/cloudemu.service").exists())
        with Rooted(root, "/usr/bin/cloudemu", {"HOME": "/root"}) as daemon:
            self.assertEqual(daemon.data_dir, "/root/.local/share/cloudemu")
            self.first_session(daemon, "/usr/bin/cloudemu-log")
        run("dpkg", "--force-not-root", "--force-bad-path", "--root=" + str(root), "--remove", "cloudemu")
        self.assertFalse((root / "usr/bin/cloudemu").exists())

    def test_completions(self):
        root = self.place / "completions"
        with tarfile.open(self.only("*-linux-x86_64.tar.gz")) as archive:
            archive.extractall(root)
        share = next(root.iterdir()) / "share"
        script = '. "$1"; COMP_WORDS=(cloudemu "$2" "$3"); COMP_CWORD=2; _cloudemu; echo "${COMPREPLY[@]}"'
        complete = lambda *words: run("bash", "-c", script, "bash", str(share / "bash-completion/completions/cloudemu"), *words).split()
        self.assertEqual(complete("--sync", "e"), ["everysec"])
        self.assertEqual(complete("", "--eph"), ["--ephemeral"])
        log = '. "$1"; COMP_WORDS=(cloudemu-log log --rev); COMP_CWORD=2; _cloudemu_log; echo "${COMPREPLY[@]}"'
        self.assertEqual(run("bash", "-c", log, "bash", str(share / "bash-completion/completions/cloudemu-log")).split(), ["--reverse"])

    def test_image(self):
        if not shutil.which("skopeo"):
            self.skipTest("no skopeo here")
        root, copy = self.place / "image", self.place / "copy"
        run("skopeo", "--insecure-policy", "copy", "oci-archive:" + str(self.only("*-oci.tar")), "dir:" + str(copy))
        manifest = json.loads((copy / "manifest.json").read_text())
        for layer in manifest["layers"]:
            with tarfile.open(copy / layer["digest"].split(":")[1]) as archive:
                archive.extractall(root)
        config = json.loads((copy / manifest["config"]["digest"].split(":")[1]).read_text())["config"]
        environment = dict(variable.split("=", 1) for variable in config["Env"])
        with Rooted(root, config["Entrypoint"][0], environment) as daemon:
            self.assertEqual(daemon.data_dir, "/data")
            self.first_session(daemon, "/bin/cloudemu-log")
            check = [word.replace(":4566", daemon.url[daemon.url.rindex(":"):]) for word in config["Healthcheck"]["Test"][1:]]
            daemon.run(*check)
            daemon.run("/bin/sh", "-c", "echo hooks need a shell | grep -q shell")
        with self.assertRaises(AssertionError):
            run(*daemon.prefix(), *check, env={})  # it can fail, too

    def test_npm(self):
        folder = self.place / "npm"
        folder.mkdir()
        (folder / "package.json").write_text('{"name": "user", "version": "1.0.0"}')
        packages = [str(self.only("cloudemu-[0-9]*.tgz")), str(self.only("cloudemu-linux-x64-*.tgz"))]
        run("npm", "install", "--offline", "--no-audit", "--no-fund", *packages, cwd=folder)
        self.assertRegex(run("npx", "--offline", "cloudemu", "--version", cwd=folder), "^cloudemu ")
        self.assertRegex(run("npx", "--offline", "cloudemu-log", "--version", cwd=folder), "^cloudemu-log ")
        (folder / "session.js").write_text("""
            const { start } = require("cloudemu");
            (async () => {
              const emulator = await start();
              const put = await fetch(emulator.url + "/photos", { method: "PUT" });
              const before = await fetch(emulator.url + "/photos");
              const clock = await emulator.clock.advance("15m");
              await emulator.reset();
              const after = await fetch(emulator.url + "/photos");
              await emulator.stop();
              console.log(JSON.stringify([put.status, before.status, after.status, typeof clock, Object.keys(emulator.config()).length]));
              await start({ args: ["--no-such-flag"] }).catch((error) => console.log(error.message.includes("no-such-flag")));
            })();""")
        self.assertEqual(run("node", "session.js", cwd=folder).splitlines(), ['[200,200,404,"object",4]', "true"])
        (folder / "setup.js").write_text("""
            const setup = require("cloudemu/jest");
            setup().then(() => { console.log(process.env.AWS_ENDPOINT_URL.startsWith("http://")); return setup(); });""")
        self.assertEqual(run("node", "setup.js", cwd=folder), "true\n")

    def test_a_node_that_ends_takes_its_daemon_along(self):
        folder = self.place / "node"
        folder.mkdir()
        with tarfile.open(self.only("cloudemu-[0-9]*.tgz")) as archive:
            archive.extractall(folder)
        (folder / "ends.js").write_text('require("./package").start().then((e) => console.log(e.child.pid))')
        child = int(run("node", "ends.js", cwd=folder, env=dict(os.environ, CLOUDEMU_BIN=STATIC)))
        for _ in range(100):
            if not os.path.exists("/proc/%d" % child):
                return
            time.sleep(0.1)
        self.fail("the daemon is still there")

    def test_pip(self):
        environment = self.place / "venv"
        run("/usr/bin/python3", "-m", "venv", "--system-site-packages", str(environment))
        run(str(environment / "bin/python"), "-m", "pip", "install", "--no-index", "--disable-pip-version-check", str(self.only("*.whl")))
        self.assertRegex(run(str(environment / "bin/cloudemu"), "--version"), "^cloudemu ")
        tests = self.place / "tests"
        tests.mkdir()
        (tests / "test_isolation.py").write_text("""
import boto3, pytest

@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_has_an_account_of_its_own(cloudemu, number):
    queues = cloudemu.client("sqs")
    assert "QueueUrls" not in queues.list_queues()
    queues.create_queue(QueueName="jobs")
    boto3.client("sqs", endpoint_url=cloudemu.url).send_message(QueueUrl=queues.list_queues()["QueueUrls"][0], MessageBody="by the environment")

def test_the_clock_goes_on(cloudemu):
    queues = cloudemu.client("sqs")
    url = queues.create_queue(QueueName="late", Attributes={"DelaySeconds": "900"})["QueueUrl"]
    queues.send_message(QueueUrl=url, MessageBody="hello")
    assert "Messages" not in queues.receive_message(QueueUrl=url)
    cloudemu.clock.advance("15m")
    assert queues.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"
""")
        said = run(str(environment / "bin/python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests), cwd=self.place)
        self.assertIn("4 passed", said)
        script = 'import cloudemu\nwith cloudemu.start() as e:\n  e.client("s3").create_bucket(Bucket="photos")\n  e.reset()\n' \
                 '  print(e.client("s3").list_buckets()["Buckets"])'
        self.assertEqual(run(str(environment / "bin/python"), "-c", script), "[]\n")


if __name__ == "__main__":
    unittest.main()
