"""What the tests through boto3 share."""
import os
import unittest

from botocore.exceptions import ClientError

from support import Daemon, run_log, temporary_directory


class WithDaemon(unittest.TestCase):
    """A daemon for all tests of a class. It must end in order, and the state be what the log says."""
    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory()
        place = cls.directory.__enter__()
        cls.data_dir = os.path.join(place, "data")
        cls.daemon = Daemon(cls.data_dir, cls.flags_in(place))

    @classmethod
    def flags_in(cls, place):
        """The daemon's flags; files that they name can be made in the folder `place`."""
        return cls.flags

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        check, out, error = run_log(cls.data_dir, "rebuild", "--check")
        cls.daemon.__exit__()
        cls.directory.__exit__()
        assert code == 0, "the daemon ended with %d" % code
        assert check == 0, "the law of equivalence is broken: " + out + error

    def refused(self, code, call, **arguments):
        """The reply to a call that must fail with that code."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response
