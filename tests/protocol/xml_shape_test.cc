#include "protocol/xml_shape.h"

#include <catch2/catch.hpp>

#include "events/field_json.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kColours[] = {"red", "green"};

struct Wheel {
  std::string kind;
  int32_t size = 0;

  bool operator==(const Wheel&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("xsi:type", self.kind, xml::kAttribute, xml::kRequired);
    fields("Size", self.size, xml::kRequired);
  }
};

struct Car {
  std::string name;
  std::optional<std::string> colour, note;
  std::vector<std::string> owners;
  std::vector<Wheel> wheels;
  std::optional<bool> new_one;
  std::string nickname;

  bool operator==(const Car&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Name", self.name, xml::kRequired);
    fields("Colour", self.colour, xml::OneOf{kColours});
    fields("Note", self.note);
    fields("Owner", self.owners, xml::kRequired);
    fields("Wheel", self.wheels);
    fields("New", self.new_one);
    fields("Nickname", self.nickname);
  }
};

std::optional<Car> read(std::string_view inside) {
  auto root = xml::parse(concat("<Car xmlns:xsi=\"x\">", inside, "</Car>"));
  REQUIRE(root);
  Car car;
  return xml::read_shape(*root, car) ? std::optional(car) : std::nullopt;
}

std::string write(const Car& car) {
  xml::Writer xml = xml::Writer::fragment();
  xml::write_shape(xml, car);
  return xml.take();
}

constexpr auto kWhole =
    "<Name>Herbie</Name><Colour>red</Colour><Note></Note><Owner>a</Owner><Owner>b &amp; c</Owner>"
    "<Wheel xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"big\"><Size>-3</Size></Wheel><New>false</New>";
const Car kCar{.name = "Herbie", .colour = "red", .note = "", .owners = {"a", "b & c"}, .wheels = {{"big", -3}}, .new_one = false};

}  // namespace

TEST_CASE("XmlShape: one list of fields reads, writes, and makes the event's JSON", "[protocol][xml]") {
  CHECK(read(kWhole) == kCar);
  CHECK(write(kCar) == kWhole);
  std::string json = events::to_json(kCar);
  CHECK(json == R"({"Name":"Herbie","Colour":"red","Note":"","Owner":["a","b & c"],"Wheel":[{"xsi:type":"big","Size":-3}],"New":false})");
  CHECK(events::from_json<Car>(json) == kCar);
}

TEST_CASE("XmlShape: elements may stand in any order, and blanks between them", "[protocol][xml]") {
  CHECK(read("\n<Owner>a</Owner> <Name>n</Name><Owner>b</Owner><New> 1 </New>\n") ==
        Car{.name = "n", .colour = {}, .note = {}, .owners = {"a", "b"}, .wheels = {}, .new_one = true});
}

TEST_CASE("XmlShape: what does not fit", "[protocol][xml]") {
  const std::string least = "<Name>n</Name><Owner>a</Owner>";
  REQUIRE(read(least));
  CHECK_FALSE(read("<Owner>a</Owner>"));                                        // something is missing
  CHECK_FALSE(read("<Name>n</Name>"));                                          // one at least
  CHECK_FALSE(read(least + "<Name>m</Name>"));                                  // twice
  CHECK_FALSE(read(least + "<Age>1</Age>"));                                    // unknown
  CHECK_FALSE(read(least + "<Colour>blue</Colour>"));                           // no such word
  CHECK_FALSE(read(least + "<New>yes</New>"));                                  // no truth value
  CHECK_FALSE(read(least + "<Note><b>x</b></Note>"));                           // elements where a text is
  CHECK_FALSE(read(least + "<Wheel><Size>1</Size></Wheel>"));                   // no attribute
  CHECK_FALSE(read(least + "<Wheel xsi:type=\"a\"><Size>x</Size></Wheel>"));    // no number
  CHECK_FALSE(read(least + "<Wheel xsi:type=\"a\"><Size>1e9</Size></Wheel>"));  // nor this
  CHECK_FALSE(read(least + "<Wheel xsi:type=\"a\"><Size>9999999999</Size></Wheel>"));
  CHECK_FALSE(read(least + "<Wheel xsi:type=\"a\"><Size>1</Size><Size>2</Size></Wheel>"));
}

}  // namespace cloudemu::test
