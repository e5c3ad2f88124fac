"""Nothing that a client can send keeps others waiting: no request makes a turn of the loop longer than 20 ms, counted on the processor."""
import unittest

from dear_requests import SERVICES
from support import Api, Daemon, create_table, is_sanitized
from turns import LIMIT_MS, TurnMeter


def setUpModule():
    if is_sanitized():
        raise unittest.SkipTest("sanitizers make everything slow")


class DearRequests(unittest.TestCase):
    def check(self, service):
        meter = TurnMeter()
        with Daemon(meter=meter) as daemon:
            api = Api(daemon.port)
            create_table(api, "small")
            for what, send in SERVICES[service](daemon.port):
                with self.subTest(what):
                    meter.begin()
                    send()
                    api.dynamodb("DescribeTable", {"TableName": "small"})  # so that the turn of the request is over
                    turn = meter.longest()
                    print("%5.1f ms: %s" % (turn.cpu_ms, what))
                    self.assertLess(turn.cpu_ms, LIMIT_MS, meter.where())

    def test_the_meter_sees_a_long_turn(self):
        """Else the tests below could not fail. To change an item of a hundred thousand values takes milliseconds anywhere."""
        meter = TurnMeter(limit_ms=2)
        with Daemon(meter=meter) as daemon:
            api = Api(daemon.port)
            create_table(api, "small")
            item = {"pk": {"S": "a"}, "list": {"L": [{"N": "1"}] * 100_000}}
            self.assertEqual(api.dynamodb("PutItem", {"TableName": "small", "Item": item})[0], 200)
            meter.begin()
            for _ in range(5):
                update = {"TableName": "small", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "REMOVE #l[0]",
                          "ExpressionAttributeNames": {"#l": "list"}}
                self.assertEqual(api.dynamodb("UpdateItem", update)[0], 200)
            self.assertGreater(meter.longest().cpu_ms, 2)
            self.assertIn("cloudemu::", "".join(meter.where()))

    def test_dynamodb(self):
        self.check("dynamodb")

    def test_s3(self):
        self.check("s3")

    def test_sqs(self):
        self.check("sqs")
