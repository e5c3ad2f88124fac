"""What developers run: scripts/test when something fails, is missing or cannot be reached; scripts/run and Ctrl-C; install-deps without
sudo. Programs that take long are stood in for."""
import os
import pty
import select
import shutil
import socket
import stat
import subprocess
import time
import unittest

from support import BIN, TOP, temporary_directory

CTEST = """#!/bin/sh
mkdir -p build/release/Testing/Temporary
cp "$STAND_IN/LastTest.log" build/release/Testing/Temporary/
[ ! -e "$STAND_IN/tests.xml" ] || cp "$STAND_IN/tests.xml" build/release/tests.xml
cat "$STAND_IN/says"
exit $(cat "$STAND_IN/code")
"""
CMAKE = """#!/bin/sh
case "$*" in *--build*fuzz*) [ ! -e "$STAND_IN/no-fuzz-build" ] ;; esac
"""
FUZZ = """#!/bin/sh
if [ "$1" = --list ]; then echo one_fuzz; echo two_fuzz; exit; fi
echo "fuzzing $2"
[ "$2" != "$(cat "$STAND_IN/bad-fuzz" 2>/dev/null)" ]
"""


def write(path, text, executable=False):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    if executable:
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)


def case(name, status):
    return '<testcase name="%s" classname="%s" time="1" status="%s"></testcase>\n' % (name, name, status)


class TestCommand(unittest.TestCase):
    """scripts/test, with a build and tests that end as each test here says."""

    def run_script(self, cases, code=0, last_log="", says="", bad_fuzz="", fuzz_builds=True):
        with temporary_directory() as top:
            stand_in = os.path.join(top, "stand-in")
            write(os.path.join(top, "bin", "ctest"), CTEST, True)
            write(os.path.join(top, "bin", "cmake"), CMAKE, True)
            write(os.path.join(top, "scripts", "fuzz"), FUZZ, True)
            os.makedirs(os.path.join(top, "build", "release"))
            shutil.copy(os.path.join(TOP, "scripts", "test"), os.path.join(top, "scripts", "test"))
            write(os.path.join(stand_in, "LastTest.log"), last_log)
            write(os.path.join(stand_in, "says"), says)
            write(os.path.join(stand_in, "code"), "%d\n" % code)
            if cases is not None:
                write(os.path.join(stand_in, "tests.xml"), "".join(case(*one) for one in cases))
            if bad_fuzz:
                write(os.path.join(stand_in, "bad-fuzz"), bad_fuzz)
            if not fuzz_builds:
                write(os.path.join(stand_in, "no-fuzz-build"), "")
            done = subprocess.run([os.path.join(top, "scripts", "test")], capture_output=True, text=True, timeout=60,
                                  env=dict(os.environ, PATH=os.path.join(top, "bin") + ":" + os.environ["PATH"], STAND_IN=stand_in))
            return done.returncode, done.stdout

    def test_all_is_well(self):
        code, out = self.run_script([("unit", "run"), ("client_js", "run")])
        self.assertEqual(code, 0, out)
        self.assertTrue(out.endswith("4 passed, 0 failed, 0 skipped\n"), out)

    def test_a_failure_shows_its_text_and_stops_nothing(self):
        code, out = self.run_script([("unit", "fail"), ("client_js", "run")], code=8, says="CHECK( 1 == 2 )\n")
        self.assertEqual(code, 1)
        self.assertIn("CHECK( 1 == 2 )", out)
        self.assertIn("fuzzing two_fuzz", out)
        self.assertIn("failed: unit\n", out)
        self.assertTrue(out.endswith("3 passed, 1 failed, 0 skipped\n"), out)

    def test_what_is_skipped_is_named_at_the_end_with_its_reason(self):
        why = "skipped: test_terraform.Terraform.test_bucket: terraform is not installed"
        code, out = self.run_script([("unit", "run"), ("client_terraform", "notrun")], last_log="...\n%s\n" % why)
        self.assertEqual(code, 0, out)
        self.assertIn(why + "\n3 passed, 0 failed, 1 skipped\n", out)

    def test_a_program_that_is_not_there_is_no_success(self):
        code, out = self.run_script([("unit", "notrun")], code=8)
        self.assertEqual(code, 1)
        self.assertIn("failed: ctest\n", out)
        self.assertEqual(self.run_script(None)[0], 1, "no results at all")

    def test_fuzz_targets_that_fail_or_do_not_build(self):
        code, out = self.run_script([("unit", "run")], bad_fuzz="one_fuzz")
        self.assertEqual(code, 1)
        self.assertIn("failed: one_fuzz\n2 passed, 1 failed, 0 skipped\n", out)
        code, out = self.run_script([("unit", "run")], fuzz_builds=False)
        self.assertEqual(code, 1)
        self.assertIn("failed: fuzz-build\n", out)


class NoRegistry(unittest.TestCase):
    """The JavaScript tests, where npm has nobody to ask."""

    def run_tests(self, registry):
        with temporary_directory() as empty:
            return subprocess.run([os.path.join(TOP, "tests", "clients", "run"), "js"], capture_output=True, text=True, timeout=200,
                                  env=dict(os.environ, CLOUDEMU_BIN=empty, npm_config_registry=registry, npm_config_cache=os.path.join(empty, "cache")))

    def check(self, done):
        self.assertEqual(done.returncode, 77, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"\nskipped: test_js\.\S+: npm could not fetch the JavaScript SDK: its registry does not answer")

    def setUp(self):
        if not shutil.which("npm") or not shutil.which("node"):
            self.skipTest("node and npm are not installed")

    def test_nobody_is_there(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self.check(self.run_tests("http://127.0.0.1:%d/" % port))

    def test_somebody_is_there_who_says_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.check(self.run_tests("http://127.0.0.1:%d/" % server.getsockname()[1]))


class Run(unittest.TestCase):
    def test_ctrl_c_says_what_became_of_the_data(self):
        with temporary_directory() as data_dir:
            pid, terminal = pty.fork()
            if pid == 0:
                os.environ["CLOUDEMU_BIN"] = BIN
                os.execv(os.path.join(TOP, "scripts", "run"), ["run", "--port", "0", "--data-dir", data_dir])
            said, deadline = b"", time.monotonic() + 60
            pressed = False
            while time.monotonic() < deadline:
                if not select.select([terminal], [], [], 1)[0]:
                    continue
                try:
                    piece = os.read(terminal, 4096)
                except OSError:  # the terminal's other side is closed
                    break
                if not piece:
                    break
                said += piece
                if b"Ready." in said and not pressed:
                    os.write(terminal, b"\x03")
                    pressed = True
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0, said)
            self.assertIn(b"Stopped; everything is safe in", said)


class InstallDeps(unittest.TestCase):
    def test_without_sudo_it_says_what_to_type(self):
        with temporary_directory() as directory:
            for name in ("grep", "sh"):
                os.symlink(shutil.which(name), os.path.join(directory, name))
            write(os.path.join(directory, "dpkg-query"), "#!/bin/sh\nexit 1\n", True)
            write(os.path.join(directory, "id"), "#!/bin/sh\necho 1000\n", True)
            done = subprocess.run(["/bin/sh", os.path.join(TOP, "scripts", "install-deps")], capture_output=True, text=True, timeout=60,
                                  env={"PATH": directory})
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertRegex(done.stderr, r"no sudo here.* As root, type\n  apt-get update && apt-get install --no-install-recommends g\+\+ cmake ")


if __name__ == "__main__":
    unittest.main(verbosity=2)
