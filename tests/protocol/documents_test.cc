#include <catch2/catch.hpp>

#include "core/strings.h"
#include "protocol/json.h"
#include "protocol/uri.h"
#include "protocol/xml_reader.h"
#include "protocol/xml_writer.h"

namespace cloudemu::test {

TEST_CASE("Json: a document is looked at through views", "[protocol][json]") {
  auto document =
      json::Document::parse(R"({"a":"x","n":3.7,"big":12345678901234567890,"t":true,"l":[1,2],"o":{"k":null},"z":"\u0000\u00e9"})");
  REQUIRE(document);
  json::Value root = document->root();
  CHECK(root.size() == 7);
  CHECK(root["a"].string() == "x");
  CHECK(root["n"].integer() == 3);
  CHECK(root["big"].integer() == std::numeric_limits<int64_t>::max());
  CHECK(root["t"].boolean());
  CHECK(root["l"].size() == 2);
  CHECK(root["o"]["k"].is_null());
  CHECK(root["z"].string() == std::string_view("\0é", 3));
  CHECK(root["l"].text() == "[1,2]");
  int64_t sum = 0;
  for (json::Value element : root["l"].elements()) sum += element.integer();
  CHECK(sum == 3);
}

TEST_CASE("Json: what is absent or of another kind is asked without harm", "[protocol][json]") {
  auto document = json::Document::parse(R"({"a":1})");
  json::Value root = document->root();
  CHECK_FALSE(root["b"]);
  CHECK_FALSE(root["b"]["c"]["d"]);
  CHECK(root["a"].string().empty());
  CHECK(root["a"].size() == 0);
  for (auto member : root["a"].members()) FAIL("a number has no member " << member.name);
  CHECK(json::Value().kind() == json::Kind::absent);
}

TEST_CASE("Json: malformed texts are refused with a reason", "[protocol][json]") {
  for (std::string_view text : {std::string_view(""), std::string_view("{"), std::string_view("{\"a\":}"), std::string_view("[1,]"),
                                std::string_view("\"\xFF\""), std::string_view("{} x"), std::string_view("nul"), std::string_view("01"),
                                std::string_view("{}\0", 3), std::string_view("\"a\nb\""), std::string_view("\"\\udc00\""),
                                std::string_view("{\"\\uDEC9\":1}"), std::string_view("\"\\ud800\"")}) {
    CAPTURE(text);
    auto document = json::Document::parse(text);
    REQUIRE_FALSE(document);
    CHECK(document.error().code == Errc::bad_input);
  }
}

TEST_CASE("Json: surrogate pairs become one character", "[protocol][json]") {
  auto document = json::Document::parse("\"\\ud83d\\ude00\"");
  REQUIRE(document);
  CHECK(document->root().string() == "😀");
}

TEST_CASE("Json: nesting has a limit, and 200,000 levels do no harm", "[protocol][json][limits]") {
  auto nested = [](size_t levels) { return json::Document::parse(std::string(levels, '[') + std::string(levels, ']')).has_value(); };
  CHECK(nested(json::Document::kDepthMax));
  CHECK_FALSE(nested(json::Document::kDepthMax + 1));
  CHECK_FALSE(nested(200'000));
}

TEST_CASE("Xml: elements, text, attributes; prefixes are dropped", "[protocol][xml]") {
  auto root = xml::parse(
      "<?xml version=\"1.0\"?><n:A xmlns:n=\"urn:x\" n:type=\"t\"><B>1 &lt; 2</B><B/>tail<!-- no --><C><![CDATA[<x>]]></C></n:A>");
  REQUIRE(root);
  CHECK(root->name == "A");
  CHECK(root->children.size() == 3);
  CHECK(root->child_text("B") == "1 < 2");
  CHECK(root->child_text("C") == "<x>");
  CHECK(root->text == "tail");
  CHECK(root->attributes[1].first == "type");
  CHECK(root->find("D") == nullptr);
}

TEST_CASE("Xml: malformed documents and document types are refused", "[protocol][xml]") {
  for (const char* text : {"", "<a>", "<a></b>", "<a/><b/>", "text", "<a>&undefined;</a>", "<a b=c/>", "<a>\xFF</a>",
                           "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"}) {
    CAPTURE(text);
    CHECK_FALSE(xml::parse(text));
  }
}

TEST_CASE("Xml: depth and number of elements have limits", "[protocol][xml][limits]") {
  auto deep = [](int levels) {
    std::string text;
    for (int i = 0; i < levels; ++i) text += "<a>";
    for (int i = 0; i < levels; ++i) text += "</a>";
    return xml::parse(text).has_value();
  };
  CHECK(deep(xml::kDepthMax));
  CHECK_FALSE(deep(xml::kDepthMax + 1));
  auto wide = [](size_t elements) {
    std::string text = "<a>";
    for (size_t i = 1; i < elements; ++i) text += "<b/>";
    return xml::parse(text + "</a>").has_value();
  };
  CHECK(wide(xml::kElementsMax));
  CHECK_FALSE(wide(xml::kElementsMax + 1));
}

TEST_CASE("Xml: what is written can be read", "[protocol][xml]") {
  std::string odd = "a<b>&\"'\r\n\té";
  xml::Writer writer;
  writer.open("Root", "xmlns=\"urn:x\"").element("Text", odd).element("Number", 5).element("Flag", true).empty("None").close();
  std::string text = writer.take();
  CHECK_THAT(text, Catch::Contains("&#xD;"));
  CHECK_THAT(text, Catch::Contains("&quot;'"));
  auto root = xml::parse(text);
  REQUIRE(root);
  CHECK(root->child_text("Text") == odd);
  CHECK(root->child_text("Number") == "5");
  CHECK(root->child_text("Flag") == "true");
}

TEST_CASE("Query: parameters are decoded, bare names are told from empty values", "[protocol][uri]") {
  auto query = QueryParameters::parse("acl&a=b%20c+d&e=&a=second&&=x");
  CHECK(query.all().size() == 5);
  CHECK(query.contains("acl"));
  CHECK_FALSE(query.all()[0].has_value);
  CHECK(query.get("a") == "b c d");
  CHECK(query.all()[2].has_value);
  CHECK(query.get("nothing").empty());
  CHECK(host_name("localhost:4566") == "localhost");
  CHECK(host_name("[::1]:4566") == "[::1]");
}

TEST_CASE("JSON: control characters in strings are refused, wherever they stand", "[protocol][json]") {
  for (size_t size = 1; size <= 40; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (char control = 1; control < 0x20; ++control) {
        std::string text(size, 'x');
        text[at] = control;
        if (json::Document::parse(concat("{\"a\":\"", text, "\"}"))) FAIL("character " << int(control) << " at " << at << " of " << size);
      }
    }
  }
  CHECK(json::Document::parse("{\t\"a\" :\r\n\"\x7F\"}"));
}

}  // namespace cloudemu::test
