#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Takes event lines apart without copying. RapidJSON would build a tree of each line and lose the exact text of the items in it,
/// which must come back byte for byte; rebuilding reads hundreds of thousands of lines a second. Bounded: it never recurses.
namespace cloudemu::events {

/// The members of one JSON object, values as the text they stand in the line as.
class JsonMembers {
 public:
  struct Member {
    std::string_view name;  ///< with its quotes, as it stands
    std::string_view value;
  };

  /// False if `object` is not exactly one well-formed object (values inside are only skipped, not checked). A member of the name
  /// `last`, if given, takes all up to the end of the object without being looked through.
  bool parse(std::string_view object, std::string_view last = {});
  /// The text of a member, by a name that needs no escapes. Quick if members are asked for in the order they stand in.
  std::optional<std::string_view> find(std::string_view name);
  const std::vector<Member>& all() const { return members_; }

 private:
  static bool is_name(const Member& member, std::string_view name);

  std::vector<Member> members_;
  size_t next_ = 0;
};

/// The elements of a JSON array.
bool split_json_array(std::string_view array, std::vector<std::string_view>& elements);

/// The content of a JSON string, unescaped.
bool read_json_string(std::string_view text, std::string& value);

}  // namespace cloudemu::events
