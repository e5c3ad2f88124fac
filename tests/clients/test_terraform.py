"""Terraform: apply, a second plan without changes, a change in place, destroy."""
import glob
import os
import shutil
import subprocess
import unittest

from guides import fences
from support import Daemon, run_log, temporary_directory

# What is taken over from a world that Terraform did not make.
IMPORTED = {"aws_s3_bucket_lifecycle_configuration.photos": "terraform-photos",
            "aws_s3_bucket_object_lock_configuration.vault": "terraform-vault",
            "aws_s3_bucket_replication_configuration.photos": "terraform-photos"}

HERE = os.path.dirname(os.path.abspath(__file__))


def find_mirror():
    """A filesystem mirror with the AWS provider, anywhere on this machine; None if there is none."""
    for root in filter(None, [os.environ.get("TF_PLUGIN_MIRROR"), "/opt", "/usr", "/var/lib", os.path.expanduser("~"), "/root", "/home", "/srv"]):
        done = subprocess.run(["find", root, "-xdev", "-type", "d", "-path", "*registry.terraform.io/hashicorp/aws", "-print", "-quit"],
                              capture_output=True, text=True)
        if done.stdout.strip():
            return done.stdout.strip().split("/registry.terraform.io")[0]
    return None


class Terraform(unittest.TestCase):
    def terraform(self, *arguments, codes=(0,)):
        done = subprocess.run(["terraform", *arguments], cwd=self.directory, env=self.environment, capture_output=True, text=True, timeout=900)
        self.assertIn(done.returncode, codes, "terraform %s\n%s%s" % (" ".join(arguments), done.stdout, done.stderr))
        return done

    def prepare(self, directory):
        self.directory = directory
        for path in glob.glob(os.path.join(HERE, "terraform", "*.tf")):
            shutil.copy(path, directory)
        self.environment = dict(os.environ, TF_IN_AUTOMATION="1", CHECKPOINT_DISABLE="1", AWS_EC2_METADATA_DISABLED="true")
        mirror = find_mirror()
        if mirror:
            with open(directory + "/terraform.rc", "w") as file:
                file.write('provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' % mirror)
            self.environment["TF_CLI_CONFIG_FILE"] = directory + "/terraform.rc"
        # Without a mirror the registry is asked, but not for long.
        self.environment.update(TF_REGISTRY_CLIENT_TIMEOUT="10", TF_REGISTRY_DISCOVERY_RETRY="0")
        unreachable = "the AWS provider is in no filesystem mirror here, and terraform's registry cannot be reached"
        try:
            done = subprocess.run(["terraform", "init", "-input=false", "-no-color"], cwd=directory, env=self.environment, capture_output=True,
                                  text=True, timeout=300)
        except subprocess.TimeoutExpired:
            self.skipTest(unreachable)
        if done.returncode != 0 and not mirror:
            self.skipTest(unreachable)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_apply_plan_change_destroy(self):
        if not shutil.which("terraform"):
            self.skipTest("terraform is not installed")
        with temporary_directory() as directory:
            self.prepare(directory)
            with Daemon(directory + "/data") as daemon:
                common = ["-input=false", "-no-color", "-var", "endpoint=" + daemon.url]
                self.terraform("apply", "-auto-approve", *common)
                self.terraform("plan", "-detailed-exitcode", *common)  # 0: nothing to change; 2 would be a difference
                changed = self.terraform("apply", "-auto-approve", *common, "-var", "stage=two")
                self.assertIn("0 destroyed", changed.stdout, "the change was to be made in place")
                self.terraform("plan", "-detailed-exitcode", *common, "-var", "stage=two")
                for resource, name in IMPORTED.items():
                    self.terraform("state", "rm", resource)
                    self.terraform("import", *common, "-var", "stage=two", resource, name)
                self.terraform("plan", "-detailed-exitcode", *common, "-var", "stage=two")
                self.terraform("destroy", "-auto-approve", *common)
                self.apply_snippet(directory, daemon)
                self.assertEqual(daemon.stop(), 0)
            self.assertEqual(run_log(directory + "/data", "rebuild", "--check")[0], 0)
            code, out, _ = run_log(directory + "/data", "state")
            self.assertEqual((code, out), (0, ""), "everything was destroyed")


    def apply_snippet(self, directory, daemon):
        """What docs/snippets.md shows, in the same directory: its provider is there already."""
        snippet, = [fence for fence in fences("docs/snippets.md") if fence.info == "hcl"]
        for path in glob.glob(directory + "/*.tf"):
            os.remove(path)
        with open(directory + "/main.tf", "w") as file:
            file.write(snippet.text.replace("4566", str(daemon.port)))
        flags = ["-input=false", "-no-color"]
        applied = self.terraform("apply", "-auto-approve", *flags)
        self.assertIn("3 added", applied.stdout)
        self.terraform("destroy", "-auto-approve", *flags)


if __name__ == "__main__":
    unittest.main(verbosity=2)
