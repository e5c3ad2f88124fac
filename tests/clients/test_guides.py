"""Runs what the guides and snippets in docs/ say: their shell lines, what their compose files start, wait for and initialise, their programs.
There is no container engine here: of a service its command, environment, health check and entrypoint are run."""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

from guides import PORTS, environment, fences, find_aws, run_shell
from support import BIN, TOP, Api, Daemon, run_log, temporary_directory

try:
    import yaml
except ImportError:
    yaml = None

MOVING = ["docs/moving/%s.md" % name for name in ("localstack", "dynamodb-local", "elasticmq", "minio", "moto")]
IMAGE = re.compile(r"^cloudemu/cloudemu(:|$)")


def is_ours(service):
    return IMAGE.match(service.get("image", ""))


class Environment:
    """Environment variables of a daemon, while it starts."""

    def __init__(self, variables):
        self.variables = {name: str(value) for name, value in variables.items()}

    def __enter__(self):
        self.before = dict(os.environ)
        os.environ.update(self.variables)

    def __exit__(self, *_):
        os.environ.clear()
        os.environ.update(self.before)


@unittest.skipUnless(find_aws(), "the AWS CLI is not installed")
class Guides(unittest.TestCase):
    @staticmethod
    def run_page(page):
        """Runs the shell lines of a page, in order, against one daemon. What failed, and what it said."""
        found = [fence for fence in fences(page) if fence.info == "sh"]
        failed = [] if found else [page + " has none"]
        with temporary_directory() as place, Daemon() as daemon:
            own = environment(daemon.url, place)
            for fence in found:
                code, said = run_shell(fence.text, daemon.port, place, own)
                if code != 0:
                    failed.append("%s: %d\n%s" % (fence, code, said))
            if daemon.stop() != 0:
                failed.append(page + ": the daemon did not end in order")
        return failed

    def test_shell_lines(self):
        """Pages at a time: what takes long is the AWS CLI's start."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            failed = [text for texts in pool.map(self.run_page, MOVING + ["docs/snippets.md", "docs/aws-emulator.md"]) for text in texts]
        self.assertEqual("\n".join(failed), "")

    @unittest.skipUnless(yaml, "python3-yaml is not installed")
    def test_compose_files(self):
        count = 0
        for page in MOVING + ["docs/snippets.md", "packaging/compose/docker-compose.yml"]:
            for text in self.compose_texts(page):
                document = yaml.safe_load(text)
                if "services" in document:
                    with self.subTest(page):
                        self.check_compose(document)
                        count += 1
        self.assertGreater(count, 5)

    @staticmethod
    def compose_texts(page):
        if page.endswith(".md"):
            return [fence.text for fence in fences(page) if fence.info == "yaml"]
        with open(os.path.join(TOP, page)) as file:
            return [file.read()]

    def check_compose(self, document):
        """Its daemon starts as it is told to, answers its health check, and whoever depends on it does what it is there for."""
        services = document["services"]
        ours = [service for service in services.values() if is_ours(service)]
        self.assertEqual(len(ours), 1)
        service = ours[0]
        named = [volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith((".", "/"))]
        self.assertEqual(sorted(named), sorted(document.get("volumes", {})), "volumes are declared")
        for mapping in service["ports"]:
            self.assertEqual(str(mapping).split(":")[-1], "4566", "what the image listens on")
        command = service.get("command", [])
        flags = command if isinstance(command, list) else command.split()
        with temporary_directory() as place, Environment(service.get("environment", {})):
            kept = None if os.environ.get("CLOUDEMU_EPHEMERAL") or {"--ephemeral", "-inMemory"} & set(flags) else place + "/data"
            if "-port" in flags:  # a free one here
                flags[flags.index("-port") + 1] = "0"
            with Daemon(kept, [flag for flag in flags if flag not in ("--ephemeral", "-inMemory")]) as daemon:
                own = environment(daemon.url, place)
                if "healthcheck" in service:
                    self.check_command(service["healthcheck"]["test"], daemon, place, own)
                for other in services.values():
                    if not is_ours(other):
                        self.check_dependent(other, services, daemon, place, own)
                self.assertEqual(daemon.stop(), 0)

    def check_dependent(self, service, services, daemon, place, own):
        conditions = service["depends_on"]
        for name, how in conditions.items():
            self.assertIn(name, services)
            if how["condition"] == "service_healthy":
                self.assertTrue(is_ours(services[name]) or "healthcheck" in services[name], "the image has a health check")
        told = {name: str(value) for name, value in service.get("environment", {}).items()}
        endpoint = re.match(r"http://([\w-]+):4566$", told.pop("AWS_ENDPOINT_URL"))
        self.assertIn(endpoint.group(1), services, "it is called by the name of its service")
        if "entrypoint" in service:
            self.check_command(["CMD", *service["entrypoint"]], daemon, place, {**own, **told})

    def check_command(self, test, daemon, place, own):
        words = [re.sub(PORTS, str(daemon.port), word) for word in test[1:]]
        command = ["sh", "-c", *words] if test[0] == "CMD-SHELL" else words
        done = subprocess.run(command, cwd=place, env=own, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_programs_in_python(self):
        for page in MOVING + ["docs/snippets.md"]:
            for fence in fences(page):
                if fence.info == "python":
                    with self.subTest(str(fence)):
                        self.run_program(fence, [sys.executable, "program.py"], "program.py")

    def run_program(self, fence, command, name):
        with temporary_directory() as place, Daemon() as daemon:
            with open(os.path.join(place, name), "w") as file:
                file.write(re.sub(PORTS, str(daemon.port), fence.text))
            own = environment(daemon.url, place)
            done = subprocess.run(command, cwd=place, env=own, capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_pytest_runs(self):
        try:
            import boto3  # noqa: F401
            import pytest  # noqa: F401
        except ImportError:
            self.skipTest("pytest or boto3 is not installed")
        for page in MOVING + ["docs/snippets.md"]:
            for fence in fences(page):
                if fence.info != "python pytest":
                    continue
                with self.subTest(str(fence)), temporary_directory() as place:
                    with open(place + "/test_it.py", "w") as file:
                        file.write(fence.text)
                    own = dict(os.environ, CLOUDEMU_BIN=BIN, PYTHONPATH=os.path.join(TOP, "packaging", "pip"))
                    done = subprocess.run([sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "cloudemu.pytest_plugin", place],
                                          cwd=place, env=own, capture_output=True, text=True, timeout=120)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_programs_in_javascript(self):
        """They run where the SDK is, which the tests of the JavaScript client fetched; else they are only read."""
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        modules = os.path.join(BIN, "js", "node_modules")
        for fence in fences("docs/snippets.md"):
            if fence.info != "js":
                continue
            runs = os.path.isdir(modules) and "@aws-sdk" in fence.text
            with self.subTest(str(fence)), temporary_directory() as place, Daemon() as daemon:
                if runs:
                    os.symlink(modules, place + "/node_modules")
                with open(place + "/snippet.mjs", "w") as file:
                    file.write(re.sub(PORTS, str(daemon.port), fence.text))
                done = subprocess.run(["node", *([] if runs else ["--check"]), place + "/snippet.mjs"], capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_testcontainers_wait_for_what_is_there(self):
        found = [fence for fence in fences("docs/snippets.md") if fence.info.endswith(" testcontainers")]
        self.assertEqual(sorted(fence.info.split()[0] for fence in found), ["go", "java", "js", "python"])
        with Daemon() as daemon:
            self.assertEqual(daemon.greeting[-1], "Ready.\n")
            api = Api(daemon.port)
            self.assertEqual(api.call("GET", "/_cloudemu/health")[0], 200)
            api.close()
        for fence in found:
            self.assertRegex(fence.text, r'"/_cloudemu/health"|Ready(\\\\)?\\?\.', str(fence))
            self.assertIn('"cloudemu/cloudemu:', fence.text)

    def test_links_lead_somewhere(self):
        pages = ["README.md", "CONTRIBUTING.md"] + [os.path.relpath(os.path.join(folder, name), TOP) for folder, _, names in
                                                    os.walk(os.path.join(TOP, "docs")) for name in names if name.endswith(".md")]
        wrong = []
        for page in pages:
            with open(os.path.join(TOP, page)) as file:
                text = re.sub(r"^```.*?^```$", "", file.read(), flags=re.S | re.M)
            for link in re.findall(r"\]\(([^)\s]+)\)", text):
                if re.match(r"https?:|mailto:", link):
                    continue
                path, _, anchor = link.partition("#")
                target = os.path.normpath(os.path.join(TOP, os.path.dirname(page), path)) if path else os.path.join(TOP, page)
                if not os.path.exists(target):
                    wrong.append("%s: %s is not there" % (page, link))
                elif anchor and anchor not in anchors(target):
                    wrong.append("%s: %s has no such heading" % (page, link))
        self.assertEqual(wrong, [])


class Packaging(unittest.TestCase):
    """The files that others copy into their projects."""

    def test_the_github_action(self):
        if yaml:
            with open(os.path.join(TOP, "packaging", "action", "action.yml")) as file:
                action = yaml.safe_load(file)
            step, = action["runs"]["steps"]
            self.assertEqual(set(step["env"]), {"ARCHIVE", "FLAGS", "PORT"})
            self.assertEqual(step["run"], '"$GITHUB_ACTION_PATH/start"')
            for name in re.findall(r"inputs\.(\w+)", str(step["env"])):
                self.assertIn(name, action["inputs"])
        with temporary_directory() as place:
            os.makedirs(place + "/cloudemu-0.0.0/bin")
            for program in ("cloudemu", "cloudemu-log"):
                os.symlink(os.path.join(BIN, program), place + "/cloudemu-0.0.0/bin/" + program)
            subprocess.run(["tar", "-czhf", place + "/archive.tar.gz", "-C", place, "cloudemu-0.0.0"], check=True)
            started, told = self.run_action(place, "--ephemeral")
            self.assertEqual(started.returncode, 0, started.stdout + started.stderr)
            url = told["output"].strip().replace("url=", "", 1)
            try:
                self.assertIn("AWS_ENDPOINT_URL=%s\n" % url, told["env"])
                self.assertTrue(os.access(told["path"].strip() + "/cloudemu-log", os.X_OK))
                api = Api(int(url.rsplit(":", 1)[1]))
                self.assertEqual(api.call("PUT", "/photos")[0], 200)
                api.close()
            finally:
                self.end_daemon(place)
            refused, _ = self.run_action(place, "--no-such-flag")
            self.assertEqual(refused.returncode, 1)
            self.assertIn("::error::CloudEmu did not start", refused.stdout)
            self.assertIn("no-such-flag", refused.stdout)

    @staticmethod
    def run_action(place, flags):
        files = {name: os.path.join(place, name) for name in ("path", "env", "output")}
        for path in files.values():
            open(path, "w").close()
        shutil.rmtree(place + "/temp", ignore_errors=True)
        os.mkdir(place + "/temp")
        own = dict(os.environ, ARCHIVE=place + "/archive.tar.gz", FLAGS=flags, PORT="0", RUNNER_TEMP=place + "/temp", GITHUB_PATH=files["path"],
                   GITHUB_ENV=files["env"], GITHUB_OUTPUT=files["output"])
        done = subprocess.run([os.path.join(TOP, "packaging", "action", "start")], env=own, capture_output=True, text=True, timeout=60)
        told = {}
        for name, path in files.items():
            with open(path) as file:
                told[name] = file.read()
        return done, told

    @staticmethod
    def end_daemon(place):
        """Ends the daemon whose program is in this place."""
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and os.readlink("/proc/%s/exe" % name).startswith(place + "/"):
                    os.kill(int(name), 15)
            except OSError:
                continue

    def test_what_the_cdk_synthesises(self):
        try:
            import boto3  # noqa: F401
        except ImportError:
            self.skipTest("boto3 is not installed")
        template = {"Resources": {
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60, "RedrivePolicy": {
                "deadLetterTargetArn": {"Fn::GetAtt": ["JobsDlq", "Arn"]}, "maxReceiveCount": 3}}},
            "JobsDlq": {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Delete"},
            "Orders": {"Type": "AWS::DynamoDB::Table", "Properties": {
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST", "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True}}},
            "Photos": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "from-cdk", "VersioningConfiguration": {"Status": "Enabled"}}},
            "Handler": {"Type": "AWS::Lambda::Function", "Properties": {}}, "CDKMetadata": {"Type": "AWS::CDK::Metadata"}}}
        with temporary_directory() as place, Daemon(place + "/data") as daemon:
            with open(place + "/template.json", "w") as file:
                json.dump(template, file)
            done = subprocess.run([sys.executable, os.path.join(TOP, "packaging", "cdk", "deploy.py"), place + "/template.json", daemon.url],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, "left out: AWS::Lambda::Function Handler\n"), done.stdout)
            outline = [json.loads(line) for line in run_log(place + "/data", "--json", "state")[1].splitlines()]
            self.assertEqual([(row["kind"], row["name"]) for row in outline], [
                ("bucket", "from-cdk"), ("table", "Orders"), ("queue", "Jobs"), ("queue", "JobsDlq")])
            settings = run_log(place + "/data", "state", "--settings", "queue", "Jobs")[1]
            self.assertIn("arn:aws:sqs:us-east-1:000000000000:JobsDlq", settings)
            self.assertIn("until", run_log(place + "/data", "state", "--settings", "table", "Orders")[1])
            self.assertEqual(daemon.stop(), 0)


def anchors(path):
    with open(path) as file:
        headings = re.findall(r"^#+ (.*)$", file.read(), re.M)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    unittest.main(verbosity=2)
