#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kThree =
    "'MessageAttributes':{'b':{'DataType':'Binary','BinaryValue':'AAH/'},'n':{'DataType':'Number.int','StringValue':'42'},"
    "'a':{'DataType':'String','StringValue':'x y'}}";

Answer send_with(Sqs& sqs, std::string_view queue, std::string_view name, std::string_view attribute) {
  return sqs.send(queue, "body", concat("'MessageAttributes':{'", name, "':", attribute, "}"));
}

Answer send_named(Sqs& sqs, std::string_view queue, std::string_view name) {
  return send_with(sqs, queue, name, "{'DataType':'String','StringValue':'v'}");
}

/// Names of the attributes that a receive returns.
std::string received(Sqs& sqs, std::string_view queue, std::string_view names, std::string* md5 = nullptr) {
  Answer answer =
      sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "','VisibilityTimeout':0,'MessageAttributeNames':[", names, "]}"));
  REQUIRE(answer["Messages"].size() == 1);
  json::Value message = answer["Messages"].at(0);
  if (md5) *md5 = message["MD5OfMessageAttributes"].string();
  std::vector<std::string> found;
  for (auto [name, value] : message["MessageAttributes"].members()) found.emplace_back(name);
  return join(found, " ");
}

}  // namespace

TEST_CASE("Message attributes: come back as they were sent, with AWS's digest", "[sqs][message_attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(sqs.send(queue, "body", kThree).string("MD5OfMessageAttributes") == "8bc59b5eebbc218e5f4a2d1f59081113");
  CHECK(sqs.event<sqs::MessageSent>().attributes.text ==
        R"({"a":{"DataType":"String","StringValue":"x y"},"b":{"DataType":"Binary","BinaryValue":"AAH/"},)"
        R"("n":{"DataType":"Number.int","StringValue":"42"}})");
  Answer answer = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "','MessageAttributeNames':['All']}"));
  json::Value message = answer["Messages"].at(0), attributes = message["MessageAttributes"];
  CHECK(message["MD5OfMessageAttributes"].string() == "8bc59b5eebbc218e5f4a2d1f59081113");
  CHECK(attributes["a"]["DataType"].string() == "String");
  CHECK(attributes["a"]["StringValue"].string() == "x y");
  CHECK(attributes["b"]["DataType"].string() == "Binary");
  CHECK(attributes["b"]["BinaryValue"].string() == "AAH/");
  CHECK(attributes["n"]["DataType"].string() == "Number.int");
  CHECK(attributes["n"]["StringValue"].string() == "42");
}

TEST_CASE("Message attributes: a receive returns those it names, and the digest covers them alone", "[sqs][message_attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "body", kThree);
  for (std::string_view all : {"'All'", "'*'", "'.*'", "'a','b','n'", "'nobody','All'"}) CHECK(received(sqs, queue, all) == "a b n");
  std::string md5;
  CHECK(received(sqs, queue, "'a','nobody'", &md5) == "a");
  CHECK(md5 == "b179d2956d2be6e0981edf9cc657b65b");
  CHECK(received(sqs, queue, "'nobody'", &md5).empty());
  CHECK(md5.empty());
  CHECK(received(sqs, queue, "").empty());
}

TEST_CASE("Message attributes: a prefix is asked for as foo.*", "[sqs][message_attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  constexpr std::string_view kValue = ":{'DataType':'String','StringValue':'v'}";
  sqs.send(queue, "body", concat("'MessageAttributes':{'foo.one'", kValue, ",'foo.two'", kValue, ",'bar'", kValue, "}"));
  CHECK(received(sqs, queue, "'foo.*'") == "foo.one foo.two");
  CHECK(received(sqs, queue, "'foo'").empty());
  CHECK(received(sqs, queue, "'foo.one','bar'") == "bar foo.one");
}

TEST_CASE("Message attributes: ten of them", "[sqs][message_attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto attributes = [](int count) {
    std::string text = "'MessageAttributes':{";
    for (int i = 0; i < count; ++i) append(text, i ? "," : "", "'a", i, "':{'DataType':'String','StringValue':'v'}");
    return text + "}";
  };
  CHECK(sqs.send(queue, "body", attributes(10)).status == 200);
  CHECK_ERROR(sqs.send(queue, "body", attributes(11)), 400, "InvalidParameterValue",
              "Number of message attributes [11] exceeds the allowed maximum [10].");
}

TEST_CASE("Message attributes: names", "[sqs][message_attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  for (std::string name :
       {std::string("a"), std::string("A-z_0.9"), std::string("\u00e9t\u00e9"), std::string("awsome"), std::string(256, 'n')}) {
    CHECK(send_named(sqs, queue, name).status == 200);
  }
  CHECK_ERROR(send_named(sqs, queue, std::string(257, 'n')), 400, "InvalidParameterValue",
              "Length of message attribute name must be less than 256 bytes.");
  for (std::string_view reserved : {"aws.x", "AWS.x", "Amazon.x"}) {
    CHECK_ERROR(send_named(sqs, queue, reserved), 400, "InvalidParameterValue",
                "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use.");
  }
  // Recorded from AWS: accented letters are fine, though its guide does not say so. Nothing else that is not ASCII is.
  CHECK(send_named(sqs, queue, "\u00c0\u00fc\u017f").status == 200);
  for (std::string_view wrong : {".a", "a.", "a..b", "a b", "a/b", "a*", "\u00bf", "\u0180", "\u03b1", "\u540d", "a\U0001f600"}) {
    CHECK_ERROR(send_named(sqs, queue, wrong), 400, "InvalidParameterValue",
                concat("The message attribute name '", wrong,
                       "' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), "
                       "hyphen (-), and period (.) characters."));
  }
  CHECK_ERROR(send_named(sqs, queue, ""), 400, "InvalidParameterValue", "The request must contain non-empty message attribute name.");
}

TEST_CASE("Message attributes: types", "[sqs][message_attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto send_typed = [&](std::string_view type) {
    return send_with(sqs, queue, "a", concat("{'DataType':'", type, "','StringValue':'1'}"));
  };
  std::string longest = "String." + std::string(249, 't');
  CHECK(send_typed("String.my own").status == 200);
  CHECK(send_typed("Number").status == 200);
  CHECK(send_typed(longest).status == 200);
  CHECK_ERROR(send_typed(longest + "t"), 400, "InvalidParameterValue", "Length of message attribute type must be less than 256 bytes.");
  for (std::string_view wrong : {"string", "Strings", "Boolean", ".String"}) {
    CHECK_ERROR(send_typed(wrong), 400, "InvalidParameterValue",
                "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: Binary, "
                "Number, String.");
  }
  CHECK_ERROR(send_typed(""), 400, "InvalidParameterValue", "The message attribute 'a' must contain non-empty message attribute type.");
}

TEST_CASE("Message attributes: values", "[sqs][message_attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  struct Case {
    std::string_view attribute, error;
  };
  for (Case c :
       {Case{"{'DataType':'String','StringValue':''}", "Message (user) attribute 'a' must contain a non-empty value of type 'String'."},
        Case{"{'DataType':'String'}", "Message (user) attribute 'a' must contain a non-empty value of type 'String'."},
        Case{"{'DataType':'Binary','BinaryValue':''}", "Message (user) attribute 'a' must contain a non-empty value of type 'Binary'."},
        Case{"{'DataType':'Binary','StringValue':'x'}", "Message (user) attribute 'a' must contain a non-empty value of type 'Binary'."},
        Case{"{'DataType':'Number','StringValue':'x'}", "Can't cast the value of message (user) attribute 'a' to a number."},
        Case{"{'DataType':'Number','StringValue':'nan'}", "Can't cast the value of message (user) attribute 'a' to a number."},
        Case{"{'DataType':'String','StringValue':'a\\u0001'}",
             "Invalid binary character '#x1' was found in the message attribute 'a' value, the set of allowed characters is #x9 "
             "| #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]."}}) {
    CHECK_ERROR(send_with(sqs, queue, "a", c.attribute), 400, "InvalidParameterValue", c.error);
  }
  auto send_number = [&](std::string_view number) {
    INFO(number);
    return send_with(sqs, queue, "a", concat("{'DataType':'Number','StringValue':'", number, "'}"));
  };
  std::string longest(38, '9');
  for (std::string number : {std::string("0"), std::string("0e999"), std::string("-1.5"), std::string("+3"), std::string("1e10"), longest,
                             "-0.000" + longest + "000", std::string("1e126"), std::string("10e+125"), std::string("9.9E125"),
                             std::string("1e-128"), std::string("0.001e-125")}) {
    CHECK(send_number(number).status == 200);
  }
  for (std::string number : {longest + "9", "0." + longest + "9", std::string("1.1e126"), std::string("-2e126"), std::string("1e127"),
                             std::string("9e-129"), std::string("1E-400"), std::string("1e99999999999999999999")}) {
    CHECK_ERROR(send_number(number), 400, "InvalidParameterValue", "Can't cast the value of message (user) attribute 'a' to a number.");
  }
  CHECK_ERROR(send_with(sqs, queue, "a", "{'DataType':'String','StringListValues':['x']}"), 400,
              "AWS.SimpleQueueService.UnsupportedOperation", "Message attribute list values in SendMessage operation are not supported.");
}

TEST_CASE("Message attributes: texts keep carriage returns and markup in either protocol", "[sqs][message_attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  send_with(sqs, queue, "a", "{'DataType':'String','StringValue':'one\\r\\ntwo\\t<&>'}");
  Answer answer = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "','MessageAttributeNames':['All']}"));
  CHECK(answer["Messages"].at(0)["MessageAttributes"]["a"]["StringValue"].string() == "one\r\ntwo\t<&>");
}

}  // namespace cloudemu::test
