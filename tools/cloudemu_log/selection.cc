#include "selection.h"

#include "core/strings.h"

namespace cloudemu::tool {

namespace {

using Kind = Selection::Kind;

struct Known {
  Kind kind;
  std::string_view word, scheme, form;
};
constexpr Known kKnown[] = {
    {Kind::bucket, "bucket", "s3://", "s3://BUCKET/KEY"},
    {Kind::table, "table", "dynamodb://", "dynamodb://TABLE/KEY"},
    {Kind::queue, "queue", "sqs://", "sqs://QUEUE/MESSAGE-ID"},
};

}  // namespace

std::string_view kind_name(Kind kind) {
  for (const Known& known : kKnown) {
    if (known.kind == kind) return known.word;
  }
  return "";
}

std::string_view form_of(Kind kind) {
  for (const Known& known : kKnown) {
    if (known.kind == kind) return known.form;
  }
  return "";
}

Result<Selection> parse_address(std::string_view text) {
  for (const Known& known : kKnown) {
    if (!text.starts_with(known.scheme)) continue;
    auto [name, part] = split_once(text.substr(known.scheme.size()), '/');
    if (name.empty()) return fail(Errc::bad_input, concat(text, " names no ", known.word));
    return Selection{known.kind, std::string(name), std::string(part)};
  }
  return fail(Errc::bad_input, concat(text, " is no address: write s3://BUCKET/KEY, dynamodb://TABLE/KEY or sqs://QUEUE/MESSAGE-ID"));
}

Result<Selection> parse_selection(std::string_view kind, std::string_view name, std::string_view part) {
  if (kind.empty()) return Selection{};
  if (kind.find("://") != std::string_view::npos) {
    if (!name.empty()) return fail(Errc::bad_input, concat("nothing follows an address: ", name));
    return parse_address(kind);
  }
  for (const Known& known : kKnown) {
    bool is_plural = kind.ends_with('s') && kind.substr(0, kind.size() - 1) == known.word;
    if (kind == known.word || is_plural) return Selection{known.kind, std::string(name), std::string(part)};
  }
  return fail(Errc::bad_input, concat("bucket, table, queue or an address such as s3://BUCKET/KEY was expected, not ", kind));
}

}  // namespace cloudemu::tool
