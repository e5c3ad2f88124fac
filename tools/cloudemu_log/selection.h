#pragma once
#include <string>
#include <string_view>

#include "core/result.h"

namespace cloudemu::tool {

/// What a command is about: everything, a kind, a bucket, table or queue, or one thing in it.
struct Selection {
  enum class Kind { all, bucket, table, queue };
  Kind kind = Kind::all;
  std::string name;  ///< of the bucket, table or queue; empty: all of the kind
  std::string part;  ///< an object's key, an item's key as item_name() has it, a message's id; empty: all that is in it

  /// Whether things of that kind and name may be meant.
  bool covers(Kind other, std::string_view container) const {
    return (kind == Kind::all || kind == other) && (name.empty() || name == container);
  }
};

/// "bucket", "table" or "queue".
std::string_view kind_name(Selection::Kind kind);

/// How something in it is addressed: "s3://BUCKET/KEY".
std::string_view form_of(Selection::Kind kind);

/// "s3://photos/cat.jpg", "dynamodb://orders/42", "sqs://jobs/0f3a...": the part may be empty.
/// Error: Errc::bad_input for another scheme, or without a name.
Result<Selection> parse_address(std::string_view text);
/// "bucket" (or "buckets") "photos" "2026/"; or an address in place of the first word, and nothing after it.
/// Error: Errc::bad_input.
Result<Selection> parse_selection(std::string_view kind, std::string_view name, std::string_view part);

}  // namespace cloudemu::tool
