#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "events/envelope.h"

/// Events to and from the JSON lines of the log; see docs/log_format.md.
namespace cloudemu::codec {

/// Appends one line with its newline.
void append_line(std::string& out, const Envelope& envelope);
/// Likewise, for an event that is not in its envelope yet: `envelope.event` is not looked at.
void append_line(std::string& out, const Envelope& envelope, const Event& event);
std::string line(const Envelope& envelope);

/// Whether the call that stands on the first event of each is wanted, too. Replaying has no use for it.
enum class WithCall { yes, no };

/// Reads one line, without its newline. Older versions of an event are upcast to the present one.
/// Error: Errc::corrupt, or Errc::foreign for a type or version that this program does not know.
/// What the line leaves out because an earlier line says it stays 0: see LineReader.
Result<Envelope> read_line(std::string_view line, WithCall with_call = WithCall::yes);

/// Reads lines in their order, from the first of a call on: so it knows of each event which call it belongs to and what caused it.
class LineReader {
 public:
  explicit LineReader(WithCall with_call = WithCall::yes) : with_call_(with_call) {}
  /// As read_line().
  Result<Envelope> read(std::string_view line);

 private:
  WithCall with_call_;
  uint64_t call_begins_ = 0;
};

std::string_view type_name(const Event& event);
/// All type names, in the order of the variant.
std::vector<std::string_view> type_names();

}  // namespace cloudemu::codec
