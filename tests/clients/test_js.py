"""Runs js/sdk.test.mjs against a daemon, with the JavaScript SDK fetched by npm into the build directory."""
import os
import shutil
import subprocess
import unittest

from support import BIN, Daemon, run_log, temporary_directory

HERE = os.path.dirname(os.path.abspath(__file__))


class JavaScript(unittest.TestCase):
    def test_sdk(self):
        if not shutil.which("node") or not shutil.which("npm"):
            self.skipTest("node and npm are not installed")
        modules = os.path.join(BIN, "js")
        os.makedirs(modules, exist_ok=True)
        for name in ("package.json", "sdk.test.mjs"):
            shutil.copy(os.path.join(HERE, "js", name), modules)
        if not os.path.isdir(os.path.join(modules, "node_modules")):
            done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"], cwd=modules,
                                  capture_output=True, text=True, timeout=600)
            self.assertEqual(done.returncode, 0, done.stderr)
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
