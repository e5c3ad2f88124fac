"""Runs the tests of a module. What was skipped is said by name at the end; the exit code is 77 if nothing was left to run."""
import sys
import unittest

SKIPPED = 77

module = sys.argv[1]
result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromName(module))
for test, why in result.skipped:
    print("skipped: %s: %s" % (test.id(), why.replace("\n", " ")))
if not result.wasSuccessful():
    sys.exit(1)
sys.exit(SKIPPED if result.testsRun <= len(result.skipped) else 0)
