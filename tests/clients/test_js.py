"""Runs js/sdk.test.mjs against a daemon, with the JavaScript SDK fetched by npm into the build directory."""
import filecmp
import os
import re
import shutil
import subprocess
import unittest

from support import BIN, Daemon, run_log, temporary_directory

HERE = os.path.dirname(os.path.abspath(__file__))


# A registry that is not there must not hold up the tests. One that takes connections and says nothing holds npm up whatever its timeouts
# are, so it is asked for a trifle first.
NPM_PATIENCE = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000", "--fetch-timeout=30000"]
FIRST_ANSWER_S = 30
# What npm says when the network or the registry is at fault, not the package.
UNREACHABLE = re.compile(r"\b(ECONN\w+|ENOTFOUND|EAI_AGAIN|E?TIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E5\d\d)\b")


class JavaScript(unittest.TestCase):
    def install(self, modules):
        """Puts the SDK into the build directory, once for each state of package.json."""
        os.makedirs(modules, exist_ok=True)
        for name in ("package.json", "sdk.test.mjs"):
            shutil.copy(os.path.join(HERE, "js", name), modules)
        wanted, installed = os.path.join(modules, "package.json"), os.path.join(modules, "installed.json")
        if os.path.exists(installed) and filecmp.cmp(wanted, installed, shallow=False):
            return
        self.npm(modules, FIRST_ANSWER_S, "view", "@aws-sdk/client-s3", "version")
        self.npm(modules, 300, "install", "--no-audit", "--no-fund", "--no-package-lock")
        shutil.copy(wanted, installed)

    def npm(self, modules, timeout_s, *words):
        try:
            done = subprocess.run(["npm", *words, "--loglevel=error", *NPM_PATIENCE], cwd=modules, capture_output=True, text=True, timeout=timeout_s)
        except subprocess.TimeoutExpired:
            self.skipTest("npm could not fetch the JavaScript SDK: its registry does not answer (within %d s)" % timeout_s)
        found = UNREACHABLE.search(done.stderr)
        if done.returncode != 0 and found:
            self.skipTest("npm could not fetch the JavaScript SDK: its registry does not answer (%s)" % found.group(0))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_sdk(self):
        if not shutil.which("node") or not shutil.which("npm"):
            self.skipTest("node and npm are not installed")
        modules = os.path.join(BIN, "js")
        self.install(modules)
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                done = subprocess.run(["node", "--test", "--test-reporter=spec", "sdk.test.mjs"], cwd=modules, capture_output=True, text=True, timeout=300,
                                      env=dict(os.environ, ENDPOINT=daemon.url, AWS_EC2_METADATA_DISABLED="true"))
                print(done.stdout)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(daemon.stop(), 0)
            self.assertEqual(run_log(data_dir, "rebuild", "--check")[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
