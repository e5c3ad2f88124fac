#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

Answer tag(Sqs& sqs, std::string_view queue, std::string_view tags) {
  return sqs.call("TagQueue", concat("{'QueueUrl':'", queue, "','Tags':{", tags, "}}"));
}

Answer untag(Sqs& sqs, std::string_view queue, std::string_view keys) {
  return sqs.call("UntagQueue", concat("{'QueueUrl':'", queue, "','TagKeys':[", keys, "]}"));
}

std::string tags(Sqs& sqs, std::string_view queue) {
  Answer answer = sqs.call("ListQueueTags", concat("{'QueueUrl':'", queue, "'}"));
  REQUIRE(answer.status == 200);
  std::vector<std::string> texts;
  for (auto [key, value] : answer["Tags"].members()) texts.push_back(concat(key, '=', value.string()));
  return join(texts, " ");
}

std::string numbered_tags(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) append(text, i ? "," : "", "'k", i, "':'v'");
  return text;
}

}  // namespace

TEST_CASE("TagQueue: adds to what is there; keys are case-sensitive, values may be empty", "[sqs][tags]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK_FALSE(sqs.call("ListQueueTags", concat("{'QueueUrl':'", queue, "'}"))["Tags"]);
  CHECK(tag(sqs, queue, "'team':'blue','Team':''").status == 200);
  CHECK(sqs.event<sqs::QueueTagged>().tags == events::StringMap{{"Team", ""}, {"team", "blue"}});
  CHECK(tag(sqs, queue, "'team':'red','more':'x y @ z'").status == 200);
  CHECK(tags(sqs, queue) == "Team= more=x y @ z team=red");
  CHECK(tag(sqs, queue, "'team':'red'").status == 200);
  CHECK(sqs.world.events().empty());
}

TEST_CASE("UntagQueue: unknown keys are fine", "[sqs][tags]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  tag(sqs, queue, "'a':'1','b':'2'");
  CHECK(untag(sqs, queue, "'a','nobody'").status == 200);
  CHECK(sqs.event<sqs::QueueTagged>().tags == events::StringMap{{"b", "2"}});
  CHECK(untag(sqs, queue, "'nobody'").status == 200);
  CHECK(sqs.world.events().empty());
  CHECK(tags(sqs, queue) == "b=2");
  CHECK(untag(sqs, queue, "").status == 400);
}

TEST_CASE("TagQueue: letters, digits, white space and _ . : / = + - @, and nothing that begins with aws:", "[sqs][tags]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(tag(sqs, queue, "'a Z_.:/=+-@9':'a Z_.:/=+-@9','\u00e4':'\u540d','awsome':'aws'").status == 200);
  for (std::string_view wrong : {"'aws:x':'v'", "'AWS:x':'v'", "'k':'aws:v'", "'a|b':'v'", "'k':'a&b'", "'a*':'v'"}) {
    INFO(wrong);
    CHECK(tag(sqs, queue, wrong).code == "InvalidParameterValue");
    CHECK(sqs.call("CreateQueue", concat("{'QueueName':'other','tags':{", wrong, "}}")).code == "InvalidParameterValue");
  }
}

TEST_CASE("TagQueue: 50 tags, keys of 128 and values of 256 characters", "[sqs][tags]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(tag(sqs, queue, numbered_tags(50)).status == 200);
  CHECK_ERROR(tag(sqs, queue, "'one more':'v'"), 400, "InvalidParameterValue", "Too many tags added for queue jobs.");
  CHECK(tag(sqs, queue, "'k0':'changed'").status == 200);
  std::string other = sqs.create("other");
  std::string key(128, 'k'), value;
  for (int i = 0; i < 256; ++i) value += "\u00e4";
  CHECK(tag(sqs, other, concat('\'', key, "':'", value, '\'')).status == 200);
  CHECK(tag(sqs, other, concat('\'', key, "k':'v'")).status == 400);
  CHECK(tag(sqs, other, "'':'v'").status == 400);
  CHECK(tag(sqs, other, concat("'k':'", value, "x'")).status == 400);
  CHECK_ERROR(tag(sqs, other, ""), 400, "MissingParameter", "The request must contain the parameter Tags.");
  CHECK_ERROR(sqs.call("CreateQueue", concat("{'QueueName':'third','tags':{", numbered_tags(51), "}}")), 400, "InvalidParameterValue",
              "Too many tags added for queue third.");
}

}  // namespace cloudemu::test
