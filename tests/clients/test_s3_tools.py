"""CloudEmu through s3cmd, rclone and s3fs: what people do with them in a first hour."""
import http.client
import os
import shutil
import subprocess
import time
import unittest

from support import Daemon, run_log, temporary_directory


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Tools(unittest.TestCase):
    def run_tool(self, *command, ok=True, **environment):
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=dict(own, HOME=self.home, **environment))
        self.assertEqual(done.returncode == 0, ok, " ".join(command) + "\n" + done.stdout + done.stderr)
        return done.stdout

    def world(self, tool, *flags):
        """A daemon, and a tree of files: small, empty, named oddly, and one that goes up in parts."""
        if not shutil.which(tool):
            self.skipTest(tool + " is not installed")
        directory = self.enter(temporary_directory())
        self.home = directory + "/home"
        os.mkdir(self.home)
        self.tree = directory + "/tree"
        self.files = {"notes.txt": b"hello\n", "empty": b"", "deep/er/file": b"x" * 1000, "odd name + % \u00e4.txt": b"odd",
                      "large.bin": os.urandom(20 << 20)}
        for name, content in self.files.items():
            write(os.path.join(self.tree, name), content)
        self.back = directory + "/back"
        os.mkdir(self.back)
        self.data = directory + "/data"
        self.daemon = Daemon(self.data, flags)
        self.addCleanup(self.daemon.__exit__)

    def enter(self, context):
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def check_back(self):
        for name, content in self.files.items():
            self.assertEqual(read(os.path.join(self.back, name)), content, name)

    def check_log(self):
        self.assertEqual(self.daemon.stop(), 0)
        self.assertEqual(run_log(self.data, "verify")[0], 0)

    def test_s3cmd(self):
        # It gives every copy the ACL of its source, which buckets of today refuse it at AWS, too.
        self.world("s3cmd", "--legacy-acl")
        host = "127.0.0.1:%d" % self.daemon.port

        def s3(*arguments, ok=True):
            return self.run_tool("s3cmd", "--no-ssl", "--host=" + host, "--host-bucket=" + host, "--access_key=test", "--secret_key=test",
                                 "--no-progress", "--no-check-certificate", *arguments, ok=ok)

        s3("mb", "s3://photos")
        self.assertIn("s3://photos", s3("ls"))
        s3("sync", self.tree + "/", "s3://photos/tree/")
        listing = s3("ls", "--recursive", "s3://photos/")
        for name in self.files:
            self.assertIn("s3://photos/tree/" + name, listing)
        self.assertEqual(s3("sync", self.tree + "/", "s3://photos/tree/").count("upload:"), 0, "nothing changed")
        s3("sync", "s3://photos/tree/", self.back + "/")
        self.check_back()
        s3("cp", "s3://photos/tree/notes.txt", "s3://photos/copy.txt")
        s3("mv", "s3://photos/copy.txt", "s3://photos/moved.txt")
        self.assertIn("MD5 sum", s3("info", "s3://photos/moved.txt"))
        s3("modify", "--add-header=x-amz-meta-colour:red", "s3://photos/moved.txt")
        self.assertIn("red", s3("info", "s3://photos/moved.txt"))
        s3("put", "--multipart-chunk-size-mb=5", self.tree + "/large.bin", "s3://photos/parts.bin")
        s3("get", "--force", "s3://photos/parts.bin", self.back + "/parts.bin")
        self.assertEqual(read(self.back + "/parts.bin"), self.files["large.bin"])
        self.assertIn("Policy", s3("info", "s3://photos"))
        self.assertIn("objects s3://photos", s3("du", "s3://photos"))
        s3("get", "s3://photos/nothing", self.back + "/nothing", ok=False)
        s3("del", "--recursive", "--force", "s3://photos/")
        s3("rb", "s3://photos")
        self.assertNotIn("photos", s3("ls"))
        self.check_log()

    def test_rclone(self):
        self.world("rclone")
        remote = {"RCLONE_CONFIG_C_TYPE": "s3", "RCLONE_CONFIG_C_PROVIDER": "Other", "RCLONE_CONFIG_C_ACCESS_KEY_ID": "test",
                  "RCLONE_CONFIG_C_SECRET_ACCESS_KEY": "test", "RCLONE_CONFIG_C_REGION": "us-east-1",
                  "RCLONE_CONFIG_C_ENDPOINT": self.daemon.url, "RCLONE_CONFIG_C_FORCE_PATH_STYLE": "true"}

        def rclone(*arguments, ok=True):
            return self.run_tool("rclone", "--retries", "1", "--low-level-retries", "1", *arguments, ok=ok, **remote)

        rclone("mkdir", "c:photos")
        self.assertIn("photos", rclone("lsd", "c:"))
        rclone("sync", "--s3-upload-cutoff", "8M", "--s3-chunk-size", "5M", self.tree, "c:photos/tree")
        listed = rclone("lsf", "-R", "--files-only", "c:photos/tree").splitlines()
        self.assertEqual(sorted(listed), sorted(self.files))
        rclone("check", self.tree, "c:photos/tree")
        rclone("sync", "c:photos/tree", self.back)
        self.check_back()
        rclone("copy", "c:photos/tree", "c:photos/copy")  # on the server
        rclone("check", "c:photos/tree", "c:photos/copy")
        rclone("moveto", "c:photos/copy/notes.txt", "c:photos/copy/moved.txt")
        self.assertEqual(rclone("cat", "c:photos/copy/moved.txt"), "hello\n")
        self.assertIn("1000", rclone("ls", "c:photos/tree/deep"))
        os.remove(os.path.join(self.tree, "empty"))
        rclone("sync", self.tree, "c:photos/tree")
        self.assertNotIn("empty", rclone("lsf", "c:photos/tree"))
        rclone("cat", "c:nobody/nothing", ok=False)
        rclone("purge", "c:photos")
        self.assertNotIn("photos", rclone("lsd", "c:"))
        self.check_log()

    def test_s3fs(self):
        self.world("s3fs")
        if not os.access("/dev/fuse", os.R_OK | os.W_OK):
            self.skipTest("no file systems of users here")
        keys, mount = self.home + "/keys", self.home + "/mount"
        write(keys, b"test:test")
        os.chmod(keys, 0o600)
        os.mkdir(mount)
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port)
        connection.request("PUT", "/photos")
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        mounted = subprocess.run(["s3fs", "photos", mount, "-o", "url=" + self.daemon.url, "-o", "use_path_request_style", "-o", "passwd_file=" + keys,
                                  "-o", "endpoint=us-east-1", "-o", "multipart_size=5"], capture_output=True, text=True, timeout=30)
        if mounted.returncode != 0 and "fuse" in mounted.stderr:
            self.skipTest("nothing can be mounted here: " + mounted.stderr.strip())
        self.assertEqual(mounted.returncode, 0, mounted.stderr)
        try:
            self.wait_until(lambda: os.path.ismount(mount))
            for name, content in self.files.items():
                write(os.path.join(mount, name), content)
            self.assertEqual(sorted(os.listdir(mount)), sorted({name.split("/")[0] for name in self.files}))
            for name, content in self.files.items():
                self.assertEqual(read(os.path.join(mount, name)), content, name)
            os.rename(mount + "/notes.txt", mount + "/moved.txt")
            with open(mount + "/moved.txt", "ab") as file:
                file.write(b"more\n")
            self.assertEqual(read(mount + "/moved.txt"), b"hello\nmore\n")
            os.chmod(mount + "/moved.txt", 0o600)
            self.assertEqual(os.stat(mount + "/moved.txt").st_mode & 0o777, 0o600)
            os.symlink("moved.txt", mount + "/link")
            self.assertEqual(read(mount + "/link"), b"hello\nmore\n")
            os.remove(mount + "/large.bin")
            self.assertFalse(os.path.exists(mount + "/large.bin"))
            shutil.rmtree(mount + "/deep")
            self.assertFalse(os.path.exists(mount + "/deep"))
        finally:
            subprocess.run(["fusermount", "-u", mount], timeout=30)
        self.check_log()

    def wait_until(self, true, seconds=10):
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertTrue(true())


if __name__ == "__main__":
    unittest.main()
