#include "services/dynamodb/ordering_key.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/entropy.h"
#include "core/strings.h"
#include "services/dynamodb/number.h"

namespace cloudemu::dynamodb {

namespace {

std::string part(std::string_view bytes) {
  std::string key;
  append_part(key, bytes);
  return key;
}

/// Strings over an alphabet that is awkward for an escaping: zeros, ones and 0xFF.
std::vector<std::string> awkward_strings() {
  std::vector<std::string> all{""};
  constexpr std::string_view kAlphabet(
      "\0\1\xFE\xFF"
      "a",
      5);
  for (size_t from = 0, to = 1, length = 1; length <= 4; ++length) {
    for (size_t i = from; i < to; ++i) {
      for (char c : kAlphabet) all.push_back(all[i] + c);
    }
    from = to;
    to = all.size();
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// The value whose canonical number is `text`.
std::string number_bytes(std::string_view text) { return key_bytes(Value::number(*canonical_number(text))); }

}  // namespace

TEST_CASE("Ordering keys: parts are in the order of their bytes, whatever they hold", "[dynamodb][ordering_key]") {
  std::vector<std::string> strings = awkward_strings();
  for (size_t i = 1; i < strings.size(); ++i) {
    CHECK(part(strings[i - 1]) < part(strings[i]));
  }
}

TEST_CASE("Ordering keys: no part is the beginning of another", "[dynamodb][ordering_key]") {
  std::vector<std::string> strings = awkward_strings();
  std::vector<std::string> parts;
  for (const std::string& s : strings) parts.push_back(part(s));
  std::sort(parts.begin(), parts.end());
  // Were one the beginning of others, it would stand right before one of them.
  for (size_t i = 1; i < parts.size(); ++i) CHECK_FALSE(parts[i].starts_with(parts[i - 1]));
}

TEST_CASE("Ordering keys: what comes after two parts is ordered by the first, then by the second", "[dynamodb][ordering_key]") {
  std::vector<std::string> strings = awkward_strings();
  SeededEntropy entropy(3);
  auto pick = [&]() -> const std::string& { return strings[entropy.next() % strings.size()]; };
  for (int i = 0; i < 2000; ++i) {
    std::pair<std::string, std::string> a{pick(), pick()}, b{pick(), pick()};
    CHECK((a < b) == (part(a.first) + part(a.second) < part(b.first) + part(b.second)));
  }
}

TEST_CASE("Ordering keys: an open part is where all values that begin so are", "[dynamodb][ordering_key]") {
  std::vector<std::string> strings = awkward_strings();
  for (size_t p = 0; p < strings.size(); p += 13) {
    const std::string& prefix = strings[p];
    std::string from = "k", to;
    append_open_part(from, prefix);
    to = after_prefix(from);
    for (size_t i = 0; i < strings.size(); i += 3) {
      std::string key = concat("k", part(strings[i]));
      bool inside = key >= from && (to.empty() || key < to);
      CHECK(inside == strings[i].starts_with(prefix));
    }
  }
}

TEST_CASE("Ordering keys: the end of a prefix is the least key beyond it", "[dynamodb][ordering_key]") {
  CHECK(after_prefix("a") == "b");
  CHECK(after_prefix("a\xFF\xFF") == "b");
  CHECK(after_prefix("\xFF").empty());
  CHECK(after_prefix("").empty());
}

TEST_CASE("Ordering keys: numbers are ordered by value, one number has one key", "[dynamodb][ordering_key]") {
  std::vector<std::string> ascending{"-9e125", "-100", "-99.5", "-1",  "-0.01", "-1e-130", "0",
                                     "1e-130", "0.01", "1",     "1.5", "99",    "100",     "9e125"};
  for (size_t i = 1; i < ascending.size(); ++i) {
    INFO(ascending[i - 1] << " < " << ascending[i]);
    CHECK(part(number_bytes(ascending[i - 1])) < part(number_bytes(ascending[i])));
  }
  CHECK(number_bytes("1e2") == number_bytes("100.0"));
}

TEST_CASE("Ordering keys: segments cut the hash's first twelve bits into equal slices", "[dynamodb][ordering_key]") {
  CHECK(segment_start(0, 1) == std::string("\0\0", 2));
  CHECK(segment_start(1, 1).empty());
  CHECK(segment_start(1, 2) == std::string("\x80\0", 2));
  CHECK(segment_start(1, 4096) == std::string("\0\x10", 2));
  CHECK(segment_start(4095, 4096) == "\xFF\xF0");
  for (int64_t total : {1, 2, 3, 7, 100, 4096, 5000, 1'000'000}) {
    std::string before = segment_start(0, total);
    for (int64_t segment = 1; segment < total; segment += total / 50 + 1) {
      std::string start = segment_start(segment, total);
      CHECK((start.empty() || before <= start));
      if (!start.empty()) before = start;
    }
    CHECK(segment_start(total, total).empty());
  }
}

}  // namespace cloudemu::dynamodb
