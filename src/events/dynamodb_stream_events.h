#pragma once
#include <cstdint>
#include <string_view>

/// The facts of DynamoDB Streams that do not follow from those of tables and items.
namespace cloudemu::dynamodb {

/// The oldest records of a stream are past their day. A stream is known by the sequence of the event that enabled it.
struct StreamTrimmed {
  static constexpr std::string_view kType = "ddb.StreamTrimmed";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  int64_t stream = 0;
  int64_t up_to = 0;  ///< sequence of the last record that went
  int64_t count = 0;
  bool ended = false;  ///< it was disabled, and nothing is left of it

  bool operator==(const StreamTrimmed&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("stream", self.stream);
    fields("up_to", self.up_to);
    fields("count", self.count);
    fields("ended", self.ended);
  }
};

}  // namespace cloudemu::dynamodb
