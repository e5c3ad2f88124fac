#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloudemu::sqs {

/// What a receipt handle names: one receive of a message. As at AWS it is opaque text that begins with "AQEB"; unlike there it is no
/// secret, only scrambled and checked, so that nobody relies on what is inside.
struct ReceiptHandle {
  int64_t queue = 0, message = 0, receives = 0;

  bool operator==(const ReceiptHandle&) const = default;
  std::string text() const;
  /// Nothing unless text() made it.
  static std::optional<ReceiptHandle> parse(std::string_view text);
};

}  // namespace cloudemu::sqs
