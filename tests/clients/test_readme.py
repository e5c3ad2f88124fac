"""Runs the commands of the README as they stand, with every AWS CLI that is found here, and compares what they print with what the
README shows. Changed are only the port, to one that is free, and HOME, so that nobody's files are touched; and calls that leave for
the real AWS fail."""
import os
import re
import shutil
import subprocess
import unittest

from support import BIN, TOP, Daemon, temporary_directory

README = os.path.join(TOP, "README.md")


def section(title):
    with open(README) as file:
        text = file.read()
    return re.search(r"^## %s\n(.*?)(?=^## )" % re.escape(title), text, re.S | re.M).group(1)


def blocks(text):
    return [block.splitlines() for block in re.findall(r"^```\w*\n(.*?)^```", text, re.S | re.M)]


def commands(text):
    """[command, lines that the README shows after it] of every line that begins with "$ "."""
    found = []
    for block in blocks(text):
        continued = False
        for line in block:
            if line.startswith("$ "):
                found.append([line[2:], []])
            elif continued:
                found[-1][0] += "\n" + line
            elif found and line.strip():
                found[-1][1].append(line)
            continued = line.endswith("\\")
    return found


def shape(lines):
    """Without what differs from run to run: times, ports, directories, widths of columns."""
    text = "\n".join(line.rstrip() for line in lines if line.strip())
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME", text)
    text = re.sub(r":\d{4,5}\b", ":PORT", text)
    text = re.sub(r"\d+\.\d ms", "N.N ms", text)
    text = text.replace("; also at http://[::1]:PORT", "")  # not every machine has IPv6
    text = re.sub(r"/\S*/\.local/share", "HOME/.local/share", text)
    return re.sub(r" +", " ", text)


def find_clis():
    """The AWS CLIs on the PATH: one path for each version."""
    found = {}
    for folder in os.environ["PATH"].split(os.pathsep) + ["/usr/bin", "/usr/local/bin"]:
        path = os.path.join(folder, "aws")
        if os.access(path, os.X_OK):
            done = subprocess.run([path, "--version"], capture_output=True, text=True)
            if done.returncode == 0:
                found.setdefault(done.stdout.split()[0], path)
    return found


class Readme(unittest.TestCase):
    def run_session(self, aws, shell):
        with temporary_directory() as home:
            # The names that the README uses stand here as they do in a clone that was built.
            os.makedirs(home + "/build")
            os.symlink(BIN, home + "/build/release")
            os.symlink(os.path.join(TOP, "scripts"), home + "/scripts")
            os.mkdir(home + "/bin")
            with open(home + "/bin/aws", "w") as file:
                file.write('#!/bin/sh\nexec "%s" "$@"\n' % aws)
            os.chmod(home + "/bin/aws", 0o755)
            environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CLOUDEMU_", "XDG_"))}
            environment.update(HOME=home, PATH=home + "/bin:" + os.environ["PATH"], HTTPS_PROXY="http://127.0.0.1:9",
                               NO_PROXY="localhost,127.0.0.1")
            with Daemon(home + "/.local/share/cloudemu") as daemon:
                self.check_greeting(daemon)
                session = [line for title in ("A first session", "The time machine", "In tests and CI") for line in commands(section(title))]
                self.assertGreater(len(session), 8, "the README has a session")
                script = ""
                for command, _ in session:
                    script += "echo '@@@'\n%s\nprintf '\\n=%%s\\n' $?\n" % command.replace("4566", str(daemon.port))
                done = subprocess.run([shell, "-c", script], cwd=home, env=environment, capture_output=True, text=True, timeout=300)
                printed = done.stdout.split("@@@\n")[1:]
                self.assertEqual(len(printed), len(session), done.stdout + done.stderr)
                for (command, shown), got in zip(session, printed):
                    lines = got.splitlines()
                    expected = "=1" if "cloudemu-log diff" in command else "=0"  # as diff has it where there is a difference
                    self.assertEqual(lines[-1], expected, "%s\n%s\n%s" % (command, got, done.stderr))
                    if shown:
                        self.assertEqual(shape(lines[:-1]), shape(shown), command)
                self.assertEqual(daemon.stop(), 0)

    def check_greeting(self, daemon):
        shown = [block for block in blocks(section("Run it")) if any("Ready." in line for line in block)][0]
        self.assertEqual(shape(daemon.greeting), shape(shown))

    def test_the_first_session(self):
        clis = find_clis()
        if not clis:
            self.skipTest("the AWS CLI is not installed")
        for version, path in clis.items():
            for shell in ("sh", "bash"):
                with self.subTest(version + " in " + shell):
                    self.run_session(path, shell)
        print("ran with:", ", ".join(clis))

    def test_cloudemu_aws_needs_nothing_and_lets_nothing_leave(self):
        clis = find_clis()
        if not clis:
            self.skipTest("the AWS CLI is not installed")
        wrapper = os.path.join(TOP, "scripts", "cloudemu-aws")
        for version, path in clis.items():
            with self.subTest(version), temporary_directory() as home, Daemon() as daemon:
                os.mkdir(home + "/bin")
                os.symlink(path, home + "/bin/aws")
                os.mkdir(home + "/.aws")
                with open(home + "/.aws/config", "w") as file:
                    file.write("[default]\nregion = eu-west-3\n[profile work]\nregion = eu-west-3\nsso_start_url = https://example.com\n")
                environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
                environment.update(HOME=home, PATH=home + "/bin:" + os.environ["PATH"], HTTPS_PROXY="http://127.0.0.1:9",
                                   CLOUDEMU_PORT=str(daemon.port), AWS_PROFILE="work")

                def aws(*arguments):
                    done = subprocess.run([wrapper, *arguments], env=environment, capture_output=True, text=True, timeout=60)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    return done.stdout

                self.assertIn("make_bucket: photos", aws("s3", "mb", "s3://photos"))
                self.assertIn("photos", aws("s3", "ls"))
                self.assertIn("/000000000000/jobs", aws("sqs", "create-queue", "--queue-name", "jobs"))
                self.assertIn(":%d/000000000000/jobs" % daemon.port, aws("sqs", "get-queue-url", "--queue-name", "jobs"))
                self.assertIn("us-east-1", aws("sqs", "get-queue-attributes", "--attribute-names", "All", "--queue-url",
                                               daemon.url + "/000000000000/jobs"))
                self.assertIn("000000000000", aws("sts", "get-caller-identity"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
