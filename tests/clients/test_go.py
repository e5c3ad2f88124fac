"""Runs go/*_test.go against a daemon, with the SDKs for Go, versions 1 and 2, of Debian."""
import os
import shutil
import subprocess
import unittest

from support import BIN, Daemon, run_log, temporary_directory

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = "/usr/share/gocode"  # where Debian puts the sources of Go's packages


class Go(unittest.TestCase):
    def test_sdks(self):
        if not shutil.which("go") or not os.path.isdir(SOURCES + "/src/github.com/aws/aws-sdk-go-v2"):
            self.skipTest("go and its AWS SDKs are not installed")
        with temporary_directory() as data_dir:
            with Daemon(data_dir) as daemon:
                done = subprocess.run(["go", "test", "-count=1", "-v", "./"], cwd=os.path.join(HERE, "go"), capture_output=True, text=True, timeout=600,
                                      env=dict(os.environ, ENDPOINT=daemon.url, GO111MODULE="off", GOPATH=SOURCES, GOCACHE=os.path.join(BIN, "go"),
                                               AWS_EC2_METADATA_DISABLED="true"))
                print(done.stdout)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(daemon.stop(), 0)
            self.assertEqual(run_log(data_dir, "rebuild", "--check")[0], 0)


if __name__ == "__main__":
    unittest.main()
