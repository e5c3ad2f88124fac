#include "services/dynamodb/number.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb {

namespace {

constexpr int kMagnitudeMax = 125;  // of the leading digit
constexpr int kMagnitudeMin = -130;
/// Exponents beyond this are out of range whatever the digits; reading stops counting there.
constexpr int kExponentLimit = 100'000'000;

/// The parts of a number text, zeros at both ends of the digits taken off.
struct Scanned {
  bool negative = false;
  std::string digits;   // without leading zeros; more than 38 are not kept
  int64_t dropped = 0;  // digits that were not kept
  bool dropped_nonzero = false;
  int64_t exponent = 0;
};

bool scan_digits(std::string_view& text, Scanned& out, bool fraction) {
  bool any = false;
  while (!text.empty() && is_digit(text.front())) {
    char c = text.front();
    text.remove_prefix(1);
    any = true;
    if (fraction) --out.exponent;
    if (out.digits.empty() && c == '0') continue;
    if (out.digits.size() < 64) {
      out.digits.push_back(c);
    } else {
      ++out.dropped;
      out.dropped_nonzero = out.dropped_nonzero || c != '0';
    }
  }
  return any;
}

bool scan_exponent(std::string_view text, int64_t& exponent) {
  bool negative = text.front() == '-';
  if (text.front() == '+' || text.front() == '-') text.remove_prefix(1);
  if (text.empty()) return false;
  int64_t value = 0;
  for (char c : text) {
    if (!is_digit(c)) return false;
    value = std::min<int64_t>(value * 10 + (c - '0'), kExponentLimit);
  }
  exponent += negative ? -value : value;
  return true;
}

std::optional<Scanned> scan(std::string_view text) {
  Scanned out;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  bool any = scan_digits(text, out, false);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    any = scan_digits(text, out, true) || any;
  }
  if (!any) return std::nullopt;
  if (text.empty()) return out;
  if (to_lower(text.front()) != 'e' || text.size() < 2) return std::nullopt;
  if (!scan_exponent(text.substr(1), out.exponent)) return std::nullopt;
  return out;
}

__extension__ using Wide = unsigned __int128;

Wide power_of_ten(int exponent) {
  Wide value = 1;
  for (; exponent > 0; --exponent) value *= 10;
  return value;
}

int digit_count(Wide value) {
  int count = 0;
  for (; value > 0; value /= 10) ++count;
  return count;
}

}  // namespace

Number::Number(uint64_t value) {
  coefficient_ = value;
  while (coefficient_ > 0 && coefficient_ % 10 == 0) {
    coefficient_ /= 10;
    ++exponent_;
  }
}

Result<Number, NumberFlaw> Number::make(bool negative, Coefficient coefficient, int exponent) {
  if (coefficient == 0) return Number();
  while (coefficient % 10 == 0) {
    coefficient /= 10;
    ++exponent;
  }
  int digits = digit_count(coefficient);
  int magnitude = exponent + digits - 1;
  if (magnitude > kMagnitudeMax) return fail(NumberFlaw::overflow);
  if (magnitude < kMagnitudeMin) return fail(NumberFlaw::underflow);
  if (digits > kDigitsMax) return fail(NumberFlaw::too_precise);
  Number number;
  number.negative_ = negative;
  number.coefficient_ = coefficient;
  number.exponent_ = exponent;
  return number;
}

Result<Number, NumberFlaw> Number::parse(std::string_view text) {
  auto scanned = scan(text);
  if (!scanned) return fail(NumberFlaw::not_numeric);
  Scanned& s = *scanned;
  s.exponent += s.dropped;
  while (s.digits.ends_with('0') && !s.dropped_nonzero) {
    s.digits.pop_back();
    ++s.exponent;
  }
  // A zero has the magnitude that it is written with: AWS takes 0.0e126, but not 0e126.
  int64_t magnitude = s.exponent + std::max<int64_t>(static_cast<int64_t>(s.digits.size()), 1) - 1;
  if (magnitude > kMagnitudeMax) return fail(NumberFlaw::overflow);
  if (magnitude < kMagnitudeMin) return fail(NumberFlaw::underflow);
  if (s.digits.size() > kDigitsMax) return fail(NumberFlaw::too_precise);
  if (s.digits.empty()) return Number();
  Coefficient coefficient = 0;
  for (char c : s.digits) coefficient = coefficient * 10 + static_cast<unsigned>(c - '0');
  return make(s.negative, coefficient, static_cast<int>(s.exponent));
}

std::string Number::digits() const {
  char buffer[40];
  char* end = buffer + sizeof buffer;
  char* at = end;
  for (Coefficient rest = coefficient_; rest > 0; rest /= 10) *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
  return std::string(at, end);
}

std::string Number::text() const {
  if (coefficient_ == 0) return "0";
  std::string out = negative_ ? "-" : "";
  std::string all = digits();
  int point = static_cast<int>(all.size()) + exponent_;  // digits left of the decimal point
  if (exponent_ >= 0) return out.append(all).append(static_cast<size_t>(exponent_), '0');
  if (point > 0) return out.append(all, 0, static_cast<size_t>(point)).append(".").append(all, static_cast<size_t>(point));
  return out.append("0.").append(static_cast<size_t>(-point), '0').append(all);
}

std::string Number::ordered_bytes() const {
  if (coefficient_ == 0) return "\x80";
  std::string all = digits();
  int point = static_cast<int>(all.size()) + exponent_;
  bool odd = point % 2 != 0;  // pairs of digits are counted from the decimal point
  if (odd) all.insert(all.begin(), '0');
  int pairs_before_point = (point + (odd ? 1 : 0)) / 2;
  if (all.size() % 2 != 0) all.push_back('0');
  std::string out;
  auto first = static_cast<unsigned char>(pairs_before_point + 192);  // -64..63 becomes 128..255
  out.push_back(static_cast<char>(negative_ ? ~first : first));
  for (size_t i = 0; i < all.size(); i += 2) {
    int pair = (all[i] - '0') * 10 + (all[i + 1] - '0');
    out.push_back(static_cast<char>(negative_ ? 101 - pair : pair + 1));
  }
  if (negative_) out.push_back(102);
  return out;
}

Number Number::of_ordered_bytes(std::string_view bytes) {
  auto at = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) return Number();
  bool negative = at(0) < 128;
  int first = negative ? 255 - at(0) : at(0);
  if (negative) bytes.remove_suffix(1);  // the 102 at the end
  std::string all;
  for (size_t i = 1; i < bytes.size(); ++i) {
    int pair = negative ? 101 - at(i) : at(i) - 1;
    all.push_back(static_cast<char>('0' + pair / 10));
    all.push_back(static_cast<char>('0' + pair % 10));
  }
  int exponent = 2 * (first - 192) - static_cast<int>(all.size());
  if (all.back() == '0') {  // with which an odd digit was made a pair: a coefficient has room for 38 digits only
    all.pop_back();
    ++exponent;
  }
  Number number;
  number.negative_ = negative;
  number.exponent_ = exponent;
  for (char digit : all) number.coefficient_ = number.coefficient_ * 10 + static_cast<unsigned>(digit - '0');
  return number;
}

std::strong_ordering Number::operator<=>(const Number& other) const {
  if (negative_ != other.negative_) return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  return ordered_bytes() <=> other.ordered_bytes();
}

Result<Number, NumberFlaw> add(const Number& a, const Number& b) {
  if (a.coefficient_ == 0) return b;
  if (b.coefficient_ == 0) return a;
  const Number& high = a.exponent_ >= b.exponent_ ? a : b;
  const Number& low = a.exponent_ >= b.exponent_ ? b : a;
  int shift = high.exponent_ - low.exponent_;
  // 10^38 fits 128 bits; what is shifted further has more digits than a number may have, whatever is added.
  Number::Coefficient aligned = 0;
  if (shift > Number::kDigitsMax || __builtin_mul_overflow(high.coefficient_, power_of_ten(shift), &aligned)) {
    return fail(NumberFlaw::overflow);
  }
  bool negative = high.negative_;
  Number::Coefficient sum = 0;
  if (high.negative_ == low.negative_) {
    if (__builtin_add_overflow(aligned, low.coefficient_, &sum)) return fail(NumberFlaw::overflow);
  } else if (aligned >= low.coefficient_) {
    sum = aligned - low.coefficient_;
  } else {
    sum = low.coefficient_ - aligned;
    negative = low.negative_;
  }
  auto result = Number::make(negative, sum, low.exponent_);
  if (!result && result.error() == NumberFlaw::too_precise) return fail(NumberFlaw::overflow);
  return result;
}

Result<Number, NumberFlaw> subtract(const Number& a, const Number& b) {
  Number minus = b;
  if (minus.coefficient_ != 0) minus.negative_ = !minus.negative_;
  return add(a, minus);
}

Result<std::string, NumberFlaw> canonical_number(std::string_view text) {
  constexpr size_t kPlainDigitsMax = Number::kDigitsMax;
  std::string_view digits = !text.empty() && text.front() == '-' ? text.substr(1) : text;
  bool plain =
      !digits.empty() && digits.size() <= kPlainDigitsMax && digits.front() != '0' && std::all_of(digits.begin(), digits.end(), is_digit);
  if (plain) return std::string(text);
  return TRY(Number::parse(text)).text();
}

size_t number_size(std::string_view canonical) {
  if (canonical == "0") return 1;
  bool negative = canonical.front() == '-';
  if (negative) canonical.remove_prefix(1);
  auto [whole, fraction] = split_once(canonical, '.');
  size_t before = 0, after = (fraction.size() + 1) / 2;
  if (whole != "0") {
    before = (whole.size() + 1) / 2;
  } else {
    after -= fraction.find_first_not_of('0') / 2;
  }
  if (fraction.empty()) before -= (whole.size() - 1 - whole.find_last_not_of('0')) / 2;
  return 1 + before + after + (negative ? 1 : 0);
}

}  // namespace cloudemu::dynamodb
