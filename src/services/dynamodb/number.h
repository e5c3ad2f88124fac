#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace cloudemu::dynamodb {

/// Why a text or a result is not a DynamoDB number.
enum class NumberFlaw {
  not_numeric,
  too_precise,  ///< more than 38 significant digits
  overflow,     ///< 10^126 or more, or a zero that is written so
  underflow     ///< less than 10^-130 without being zero, or a zero that is written so
};

/// A DynamoDB number: up to 38 significant decimal digits, magnitude 1E-130 to 9.99..E+125, exact.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
class Number {
 public:
  static constexpr int kDigitsMax = 38;

  Number() = default;
  explicit Number(uint64_t value);
  /// Reads "-17.4E37", "+3", ".5", "007".
  static Result<Number, NumberFlaw> parse(std::string_view text);

  /// Plain decimal notation, never an exponent; equal numbers have equal texts.
  std::string text() const;
  /// An order-preserving byte string, the one that DynamoDB hashes: exponent of 100 and sign in the first byte, then base-100 digits,
  /// each one more than its value so that none is zero. Negative numbers are complemented and end in 102.
  std::string ordered_bytes() const;
  /// The number that has these ordered bytes.
  static Number of_ordered_bytes(std::string_view bytes);

  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const = default;

  /// Error: a result that needs more digits or is out of range. AWS says "overflow" for both.
  friend Result<Number, NumberFlaw> add(const Number& a, const Number& b);
  friend Result<Number, NumberFlaw> subtract(const Number& a, const Number& b);

 private:
  __extension__ using Coefficient = unsigned __int128;

  static Result<Number, NumberFlaw> make(bool negative, Coefficient coefficient, int exponent);
  /// The digits of the coefficient, most significant first.
  std::string digits() const;

  // Value: coefficient * 10^exponent. The coefficient has no trailing zero; zero is {false, 0, 0}.
  bool negative_ = false;
  int exponent_ = 0;
  Coefficient coefficient_ = 0;
};

/// The canonical text of a number text; quick for plain integers.
Result<std::string, NumberFlaw> canonical_number(std::string_view text);
/// What DynamoDB counts a number as, given its canonical text: the length of its ordered bytes, which is one byte for sign and
/// exponent, one for each pair of digits left and right of the decimal point, one for a minus; zero is one byte.
size_t number_size(std::string_view canonical);

}  // namespace cloudemu::dynamodb
