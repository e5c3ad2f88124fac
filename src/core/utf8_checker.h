#pragma once
#include <string>
#include <string_view>

namespace cloudemu {

/// Whether a text that comes in pieces is well-formed UTF-8. Holds back at most the three bytes of a character that is not whole yet.
class Utf8Checker {
 public:
  void feed(std::string_view piece);
  /// Of all that was fed.
  bool is_utf8() const { return ok_ && rest_.empty(); }

 private:
  bool ok_ = true;
  std::string rest_;
};

}  // namespace cloudemu
