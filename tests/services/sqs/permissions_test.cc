#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

Answer add(Sqs& sqs, std::string_view queue, std::string_view label, std::string_view accounts, std::string_view actions) {
  return sqs.call("AddPermission",
                  concat("{'QueueUrl':'", queue, "','Label':'", label, "','AWSAccountIds':[", accounts, "],'Actions':[", actions, "]}"));
}

Answer remove(Sqs& sqs, std::string_view queue, std::string_view label) {
  return sqs.call("RemovePermission", concat("{'QueueUrl':'", queue, "','Label':'", label, "'}"));
}

}  // namespace

TEST_CASE("AddPermission: a statement of the queue's policy for each label", "[sqs][permissions]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(add(sqs, queue, "one", "'111122223333'", "'ReceiveMessage'").status == 200);
  std::string first = R"({"Sid":"one","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"SQS:ReceiveMessage",)"
                      R"("Resource":"arn:aws:sqs:us-east-1:000000000000:jobs"})";
  std::string head = R"({"Version":"2008-10-17","Id":"arn:aws:sqs:us-east-1:000000000000:jobs/SQSDefaultPolicy","Statement":[)";
  CHECK(sqs.attribute(queue, "Policy") == concat(head, first, "]}"));
  CHECK(add(sqs, queue, "two", "'111122223333','444455556666'", "'SendMessage','*'").status == 200);
  std::string second =
      R"({"Sid":"two","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::444455556666:root"]},)"
      R"("Action":["SQS:SendMessage","SQS:*"],"Resource":"arn:aws:sqs:us-east-1:000000000000:jobs"})";
  CHECK(sqs.attribute(queue, "Policy") == concat(head, first, ',', second, "]}"));
  CHECK(remove(sqs, queue, "one").status == 200);
  CHECK(sqs.attribute(queue, "Policy") == concat(head, second, "]}"));
  CHECK(remove(sqs, queue, "two").status == 200);
  CHECK(sqs.attribute(queue, "Policy").empty());
}

TEST_CASE("AddPermission: what is wrong with it", "[sqs][permissions]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  add(sqs, queue, "label", "'111122223333'", "'ReceiveMessage'");
  CHECK_ERROR(add(sqs, queue, "label", "'111122223333'", "'ReceiveMessage'"), 400, "InvalidParameterValue",
              "Value label for parameter Label is invalid. Reason: Already exists.");
  CHECK_ERROR(remove(sqs, queue, "other"), 400, "InvalidParameterValue",
              "Value other for parameter Label is invalid. Reason: can't find label.");
  CHECK_ERROR(add(sqs, queue, "x", "'111122223333'", "'Nonsense'"), 400, "InvalidParameterValue",
              "Value SQS:Nonsense for parameter ActionName is invalid. Reason: Please refer to the appropriate WSDL for a list of valid "
              "actions.");
  CHECK_ERROR(add(sqs, queue, "x", "'111122223333'", "'CreateQueue'"), 400, "InvalidParameterValue",
              "Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.");
  CHECK_ERROR(add(sqs, queue, "x", "'nobody'", "'*'"), 400, "InvalidParameterValue",
              "Value [nobody] for parameter PrincipalId is invalid. Reason: Unable to verify.");
  CHECK_ERROR(add(sqs, queue, "", "'111122223333'", "'*'"), 400, "MissingParameter", "The request must contain the parameter Label.");
  CHECK_ERROR(add(sqs, queue, "x", "", "'*'"), 400, "MissingParameter", "The request must contain the parameter PrincipalId.");
  CHECK_ERROR(add(sqs, queue, "x", "'111122223333'", ""), 400, "MissingParameter", "The request must contain the parameter Actions.");
  CHECK(add(sqs, queue, std::string(80, 'l'), "'111122223333'", "'*'").status == 200);
  CHECK(add(sqs, queue, std::string(81, 'l'), "'111122223333'", "'*'").status == 400);
  CHECK(add(sqs, queue, "a b", "'111122223333'", "'*'").status == 400);
}

TEST_CASE("AddPermission: seven actions and twenty statements", "[sqs][permissions]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  std::string seven =
      "'SendMessage','ReceiveMessage','DeleteMessage','ChangeMessageVisibility','GetQueueAttributes','GetQueueUrl',"
      "'PurgeQueue'";
  CHECK(add(sqs, queue, "seven", "'111122223333'", seven).status == 200);
  CHECK_ERROR(add(sqs, queue, "eight", "'111122223333'", seven + ",'*'"), 403, "OverLimit", "8 Actions were found, maximum allowed is 7.");
  for (int i = 2; i <= 20; ++i) CHECK(add(sqs, queue, concat("label", i), "'111122223333'", "'*'").status == 200);
  CHECK_ERROR(add(sqs, queue, "more", "'111122223333'", "'*'"), 403, "OverLimit", "21 Statements were found, maximum allowed is 20.");
}

TEST_CASE("AddPermission: keeps the policy that was set before", "[sqs][permissions]") {
  Sqs sqs(BOTH_PROTOCOLS);
  const std::string mine = R"({"Sid":"mine","Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"})";
  const std::string head = R"({"Version":"2012-10-17","Statement":)";
  std::string queue = sqs.create("jobs", concat("{'Policy':'", replace_all(concat(head, mine, "}"), "\"", "\\\""), "'}"));
  CHECK(add(sqs, queue, "label", "'111122223333'", "'*'").status == 200);
  CHECK(sqs.attribute(queue, "Policy").starts_with(concat(head, "[", mine, R"(,{"Sid":"label",)")));
  CHECK(remove(sqs, queue, "label").status == 200);
  CHECK(sqs.attribute(queue, "Policy") == concat(head, "[", mine, "]}"));
}

}  // namespace cloudemu::test
