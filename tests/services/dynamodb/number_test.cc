#include "services/dynamodb/number.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/entropy.h"
#include "core/strings.h"

namespace cloudemu::dynamodb {

namespace {

std::string canonical(std::string_view text) {
  auto number = canonical_number(text);
  if (number) return *number;
  switch (number.error()) {
    case NumberFlaw::not_numeric: return "not numeric";
    case NumberFlaw::too_precise: return "too precise";
    case NumberFlaw::overflow: return "overflow";
    case NumberFlaw::underflow: return "underflow";
  }
  return {};
}

Number number(std::string_view text) {
  auto parsed = Number::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string sum(std::string_view a, std::string_view b) {
  auto result = add(number(a), number(b));
  return result ? result->text() : result.error() == NumberFlaw::overflow ? "overflow" : "another flaw";
}

std::string difference(std::string_view a, std::string_view b) {
  auto result = subtract(number(a), number(b));
  return result ? result->text() : "overflow";
}

const std::string k38Nines(38, '9');
std::string zeros(size_t count) { return std::string(count, '0'); }

/// Numbers of every size and sign, with digits that are close to each other.
std::vector<Number> many_numbers() {
  std::vector<Number> numbers{Number()};
  SeededEntropy entropy(7);
  for (int exponent = -130; exponent <= 125; ++exponent) {
    for (std::string_view digits : {"1", "1.01", "9.9", "5.0000000000000000000000000000000000001"}) {
      for (std::string_view sign : {"", "-"}) {
        auto parsed = Number::parse(concat(sign, digits, "e", std::to_string(exponent)));
        if (parsed) numbers.push_back(*parsed);
      }
    }
  }
  for (int i = 0; i < 500; ++i) {
    std::string digits = std::to_string(entropy.next());
    std::string exponent = std::to_string(static_cast<int>(entropy.next() % 40) - 30);
    numbers.push_back(number(concat(entropy.next() % 2 ? "-" : "", digits.substr(0, 1 + entropy.next() % digits.size()), "e", exponent)));
  }
  return numbers;
}

}  // namespace

TEST_CASE("Number: every spelling of a number has one canonical text", "[dynamodb][number]") {
  for (auto [text, expected] :
       std::initializer_list<std::pair<const char*, const char*>>{{"0", "0"},
                                                                  {"-0", "0"},
                                                                  {"0.000", "0"},
                                                                  {"0e50", "0"},
                                                                  {"+3", "3"},
                                                                  {".5", "0.5"},
                                                                  {"5.", "5"},
                                                                  {"007", "7"},
                                                                  {"-007.50", "-7.5"},
                                                                  {"1e3", "1000"},
                                                                  {"1E+3", "1000"},
                                                                  {"1e-3", "0.001"},
                                                                  {"1000", "1000"},
                                                                  {"1.0", "1"},
                                                                  {"-17.4E3", "-17400"},
                                                                  {"0.1e1", "1"},
                                                                  {"123.4500", "123.45"},
                                                                  {"100e-2", "1"},
                                                                  {"00000000000000000000000000000000000000000000001", "1"}}) {
    INFO(text);
    CHECK(canonical(text) == expected);
  }
  CHECK(canonical("1e125") == concat("1", zeros(125)));
  CHECK(canonical("1e-130") == concat("0.", zeros(129), "1"));
}

TEST_CASE("Number: what is no number is refused", "[dynamodb][number]") {
  for (const char* text : {"", " ", "-", "+", ".", "e1", "1e", "1e+", "1 ", " 1", "1_000", "NaN", "Infinity", "0x1", "1,5", "--1", "1.2.3",
                           "1e1.5", "\xD9\xA1"}) {
    INFO(text);
    CHECK(canonical(text) == "not numeric");
  }
}

TEST_CASE("Number: 38 significant digits fit, 39 do not", "[dynamodb][number]") {
  CHECK(canonical(k38Nines) == k38Nines);
  CHECK(canonical(k38Nines + "000") == k38Nines + "000");
  CHECK(canonical(concat("0.000", k38Nines)) == concat("0.000", k38Nines));
  CHECK(canonical(concat("-", k38Nines)) == concat("-", k38Nines));
  CHECK(canonical(k38Nines + "9") == "too precise");
  CHECK(canonical(concat("1", k38Nines)) == "too precise");
  CHECK(canonical(concat("1.", zeros(36), "1")) == concat("1.", zeros(36), "1"));
  CHECK(canonical(concat("1.", zeros(37), "1")) == "too precise");
  CHECK(canonical(concat("1", zeros(90), "1")) == "too precise");
  CHECK(canonical(concat("1", zeros(120))) == concat("1", zeros(120)));
}

TEST_CASE("Number: the range is 1E-130 to 9.99E+125", "[dynamodb][number]") {
  CHECK(canonical(concat("9.", std::string(37, '9'), "e125")) == k38Nines + std::string(88, '0'));
  CHECK(canonical("1e126") == "overflow");
  CHECK(canonical("-1e126") == "overflow");
  CHECK(canonical("10e125") == "overflow");
  CHECK(canonical("0.1e126") != "overflow");
  CHECK(canonical("1e-131") == "underflow");
  CHECK(canonical("0.9e-130") == "underflow");
  CHECK(canonical("1e99999999999999999999") == "overflow");
  CHECK(canonical("1e-99999999999999999999") == "underflow");
}

TEST_CASE("Number: a zero, too, is held to the range, by how it is written", "[dynamodb][number]") {
  CHECK(canonical("0e125") == "0");
  CHECK(canonical("0.0e126") == "0");
  CHECK(canonical("-0e-130") == "0");
  CHECK(canonical("0e126") == "overflow");
  CHECK(canonical("0e99999999999999999999") == "overflow");
  CHECK(canonical("0e-131") == "underflow");
  CHECK(canonical("0.0e-130") == "underflow");
}

TEST_CASE("Number: sums and differences are exact", "[dynamodb][number]") {
  CHECK(sum("0.1", "0.1") == "0.2");
  CHECK(sum("0.1", "0.2") == "0.3");
  CHECK(sum("1", "-1") == "0");
  CHECK(sum("-5", "3") == "-2");
  CHECK(sum("3", "-5") == "-2");
  CHECK(sum("0", "-7.25") == "-7.25");
  CHECK(sum("9999999999999999999999999999999999999", "1") == concat("1", zeros(37)));
  CHECK(difference("0", "0") == "0");
  CHECK(difference("1", "0.9") == "0.1");
  CHECK(difference("1e37", "1") == std::string(37, '9'));
  CHECK(difference("-1e125", "-1e125") == "0");
}

TEST_CASE("Number: a result of more than 38 digits, or out of range, is an overflow", "[dynamodb][number]") {
  CHECK(sum(k38Nines, "1") == concat("1", zeros(38)));
  CHECK(sum(k38Nines, "2") == "overflow");
  CHECK(sum("1e37", "1") == concat("1", zeros(36), "1"));
  CHECK(sum("1e38", "1") == "overflow");
  CHECK(sum("1e125", "1") == "overflow");
  CHECK(sum("1e-130", "1e125") == "overflow");
  CHECK(sum("9e125", "9e125") == "overflow");
  CHECK(difference("-9e125", "9e125") == "overflow");
}

TEST_CASE("Number: the order of the ordered bytes is the order of the numbers", "[dynamodb][number]") {
  std::vector<Number> numbers = many_numbers();
  std::sort(numbers.begin(), numbers.end());
  for (size_t i = 1; i < numbers.size(); ++i) {
    const Number &a = numbers[i - 1], &b = numbers[i];
    INFO(a.text() << " and " << b.text());
    CHECK((a == b) == (a.ordered_bytes() == b.ordered_bytes()));
    CHECK((a == b) == (a.text() == b.text()));
    // Compared without their help: by the sign of the difference, where that can be represented.
    auto apart = subtract(b, a);
    if (apart) CHECK_FALSE(apart->text().starts_with('-'));
  }
  CHECK(numbers.front().text().starts_with('-'));
  CHECK_FALSE(numbers.back().text().starts_with('-'));
}

TEST_CASE("Number: canonical texts are read back as the same number", "[dynamodb][number]") {
  for (const Number& n : many_numbers()) {
    CHECK(number(n.text()) == n);
    CHECK(canonical(n.text()) == n.text());
  }
}

TEST_CASE("Number: its size is the length of its ordered bytes", "[dynamodb][number]") {
  for (const Number& n : many_numbers()) {
    INFO(n.text());
    CHECK(number_size(n.text()) == n.ordered_bytes().size());
  }
  CHECK(number_size("0") == 1);
  CHECK(number_size("1") == 2);
  CHECK(number_size("-1") == 3);
  CHECK(number_size("100") == 2);
  CHECK(number_size("1.01") == 3);
  CHECK(number_size(k38Nines) == 20);
}

}  // namespace cloudemu::dynamodb
