#include "core/time_format.h"

#include <chrono>
#include <cstring>

#include "core/strings.h"

namespace cloudemu {

namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct Civil {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, ms = 0;
};

Civil civil(TimeMs time) {
  using namespace std::chrono;
  TimeMs day_count = time >= 0 ? time / kDayMs : (time - kDayMs + 1) / kDayMs;
  year_month_day date{sys_days{days{day_count}}};
  int rest = static_cast<int>(time - day_count * kDayMs);
  return Civil{static_cast<int>(date.year()),
               static_cast<int>(static_cast<unsigned>(date.month())),
               static_cast<int>(static_cast<unsigned>(date.day())),
               rest / 3'600'000,
               rest / 60'000 % 60,
               rest / 1000 % 60,
               rest % 1000};
}

std::optional<TimeMs> from_civil(const Civil& c) {
  using namespace std::chrono;
  year_month_day date{year{c.year}, month{static_cast<unsigned>(c.month)}, day{static_cast<unsigned>(c.day)}};
  if (!date.ok() || c.hour > 23 || c.minute > 59 || c.second > 60) return std::nullopt;
  return sys_days{date}.time_since_epoch().count() * kDayMs + c.hour * 3'600'000LL + c.minute * 60'000LL + c.second * 1000LL + c.ms;
}

/// Reads fixed fields off the front of a text; one failure makes all later reads fail.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int digits(size_t count) {
    if (text_.size() < count) return fail();
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!is_digit(text_[i])) return fail();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  bool skip(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(std::string_view what) {
    if (text_.substr(0, what.size()) != what) fail();
    else text_.remove_prefix(what.size());
  }
  int month() {
    for (int i = 0; i < 12; ++i) {
      if (text_.substr(0, 3) == kMonths[i]) {
        text_.remove_prefix(3);
        return i + 1;
      }
    }
    return fail();
  }
  bool done() const { return ok_ && text_.empty(); }
  bool ok() const { return ok_; }
  std::string_view rest() const { return text_; }

 private:
  int fail() {
    ok_ = false;
    text_ = {};
    return 1;
  }
  std::string_view text_;
  bool ok_ = true;
};

void two_digits(char* to, int value) {
  to[0] = static_cast<char>('0' + value / 10);
  to[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

void append_iso8601(std::string& out, TimeMs time) {
  Civil c = civil(time);
  char text[] = "0000-00-00T00:00:00.000Z";
  two_digits(text, c.year / 100 % 100);
  two_digits(text + 2, c.year % 100);
  two_digits(text + 5, c.month);
  two_digits(text + 8, c.day);
  two_digits(text + 11, c.hour);
  two_digits(text + 14, c.minute);
  two_digits(text + 17, c.second);
  two_digits(text + 20, c.ms / 10);
  text[22] = static_cast<char>('0' + c.ms % 10);
  out.append(text, 24);
}

std::string iso8601(TimeMs time) {
  std::string out;
  append_iso8601(out, time);
  return out;
}

std::string iso8601_basic(TimeMs time) {
  std::string full = iso8601(time);
  return concat(full.substr(0, 4), full.substr(5, 2), full.substr(8, 5), full.substr(14, 2), full.substr(17, 2), "Z");
}

std::string http_date(TimeMs time) {
  Civil c = civil(time);
  TimeMs day_count = time >= 0 ? time / kDayMs : (time - kDayMs + 1) / kDayMs;
  char text[] = "Sun, 00 Jan 0000 00:00:00 GMT";
  std::memcpy(text, kDays[((day_count % 7) + 7 + 4) % 7], 3);
  two_digits(text + 5, c.day);
  std::memcpy(text + 8, kMonths[c.month - 1], 3);
  two_digits(text + 12, c.year / 100 % 100);
  two_digits(text + 14, c.year % 100);
  two_digits(text + 17, c.hour);
  two_digits(text + 20, c.minute);
  two_digits(text + 23, c.second);
  return text;
}

std::optional<TimeMs> parse_iso8601(std::string_view text) {
  Scanner s(text);
  Civil c;
  c.year = s.digits(4);
  bool extended = s.skip('-');
  c.month = s.digits(2);
  if (extended) s.expect("-");
  c.day = s.digits(2);
  int offset_minutes = 0;
  if (s.skip('T') || s.skip(' ')) {
    c.hour = s.digits(2);
    bool colons = s.skip(':');
    c.minute = s.digits(2);
    if (colons) s.expect(":");
    c.second = s.digits(2);
    if (s.skip('.')) {
      int scale = 100;
      while (!s.rest().empty() && is_digit(s.rest().front())) {
        c.ms += s.digits(1) * scale;
        scale /= 10;
      }
    }
    int sign = s.skip('+') ? 1 : s.skip('-') ? -1 : 0;
    if (sign != 0) {
      offset_minutes = s.digits(2) * 60;
      s.skip(':');
      offset_minutes = sign * (offset_minutes + s.digits(2));
    } else {
      s.skip('Z');
    }
  }
  if (!s.done()) return std::nullopt;
  auto time = from_civil(c);
  if (time) *time -= offset_minutes * 60'000LL;
  return time;
}

std::optional<TimeMs> parse_http_date(std::string_view text) {
  size_t comma = text.find(',');
  Civil c;
  if (comma == std::string_view::npos) {  // asctime: Sun Nov  6 08:49:37 1994
    if (text.size() != 24) return std::nullopt;
    Scanner s(text.substr(4));
    c.month = s.month();
    s.expect(" ");
    c.day = s.skip(' ') ? s.digits(1) : s.digits(2);
    s.expect(" ");
    c.hour = s.digits(2), s.expect(":"), c.minute = s.digits(2), s.expect(":"), c.second = s.digits(2), s.expect(" ");
    c.year = s.digits(4);
    return s.done() ? from_civil(c) : std::nullopt;
  }
  Scanner s(text.substr(comma + 1));
  s.expect(" ");
  bool one_digit = s.rest().size() > 1 && !is_digit(s.rest()[1]);
  c.day = s.digits(one_digit ? 1 : 2);
  bool rfc850 = s.skip('-');  // Sunday, 06-Nov-94 08:49:37 GMT
  if (!rfc850) s.expect(" ");
  c.month = s.month();
  s.expect(rfc850 ? "-" : " ");
  if (rfc850) {
    int year = s.digits(2);
    c.year = year < 70 ? 2000 + year : 1900 + year;
  } else {
    c.year = s.digits(4);
  }
  s.expect(" ");
  c.hour = s.digits(2), s.expect(":"), c.minute = s.digits(2), s.expect(":"), c.second = s.digits(2);
  // "-0000" is what e-mail libraries write (RFC 5322 section 3.3), and boto3 signs with.
  bool is_utc = s.rest() == " GMT" || s.rest() == " UTC" || s.rest() == " +0000" || s.rest() == " -0000";
  if (!is_utc) return std::nullopt;
  return s.ok() ? from_civil(c) : std::nullopt;
}

}  // namespace cloudemu
