#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/strings.h"
#include "protocol/xml_writer.h"
#include "services/s3/call.h"

/// What listings have in common: prefix, delimiter, markers, pages.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
namespace cloudemu::s3 {

/// The names to list and how many of them.
struct Window {
  std::string_view prefix, delimiter;
  size_t limit = 0;                ///< of a page
  int asked = 0;                   ///< the limit that was asked for, which replies repeat though no page has more than 1000
  std::string_view encoding = {};  ///< as it was asked for, which replies repeat; empty: none
  bool shows_restores = false;

  bool url_encoded() const { return !encoding.empty(); }
};

/// What the scan of a page has found.
struct Page {
  size_t count = 0;                   ///< names and common prefixes
  std::vector<std::string> prefixes;  ///< the common prefixes, in order
  bool is_truncated = false;
  std::string last;  ///< the last name or common prefix of the page
  bool last_is_prefix = false;
};

inline constexpr int kPageMax = 1000;

/// Errors: InvalidArgument for another encoding than "url", or a limit that is none.
AwsResult<Window> parse_window(const Call& call, std::string_view limit_name);

/// encoding-type, if it is given. Error: InvalidArgument for another one than "url".
AwsResult<std::string_view> parse_encoding(const Call& call);

enum class ListType { v1, v2 };
/// What the listings of objects refuse before the bucket is looked for: max-keys that is no number, parameters of the other listing, which
/// whoever pages with them would do for ever. Error: InvalidArgument.
AwsResult<void> check_listing(const Call& call, ListType type);

/// A number parameter from 0 to 2147483647; `fallback` where it is absent or empty. Error: InvalidArgument.
AwsResult<int> parse_number(const Call& call, std::string_view name, int fallback);

AwsError not_an_integer(std::string_view name, std::string_view value);

/// As the reply shows a name: url-encoded if that was asked for.
std::string shown(std::string_view name, bool url_encoded);

/// The common prefix that a name is rolled up to, if any.
std::optional<std::string_view> common_prefix(std::string_view name, const Window& window);

/// The first possible name behind all that begin with `prefix`; nothing if no name is greater.
std::optional<std::string> successor(std::string_view prefix);

/// Collects one page. `scan(from, visit)` visits items in order from the name `from` (inclusive) on, until visit(name, item) returns
/// Visit::stop; `show(item)` takes those that belong to the page. Common prefixes that `after` lies in or begins are done with.
/// The cost is that of the page, however many names a common prefix stands for: the scan jumps over them.
template <class Scan, class Show>
Page collect_page(const Window& window, std::string_view after, std::string from, const Scan& scan, const Show& show) {
  Page page;
  if (window.limit == 0) return page;
  if (window.prefix.compare(from) > 0) from = window.prefix;
  std::optional<std::string> next = std::move(from);
  while (next) {
    std::string start = std::move(*next);
    next.reset();
    scan(std::string_view(start), [&](std::string_view name, const auto& item) {
      if (!name.starts_with(window.prefix)) return Visit::stop;
      auto group = common_prefix(name, window);
      bool is_done_with = group && !after.empty() && after.starts_with(*group);
      if (is_done_with) {
        next = successor(*group);
        return Visit::stop;
      }
      if (page.count == window.limit) {
        page.is_truncated = true;
        return Visit::stop;
      }
      ++page.count;
      page.last_is_prefix = group.has_value();
      if (!group) {
        page.last = name;
        show(item);
        return Visit::go_on;
      }
      page.last = *group;
      page.prefixes.emplace_back(*group);
      next = successor(*group);
      return Visit::stop;
    });
  }
  return page;
}

/// The reply to a listing of a bucket.
http::Response listing_reply(xml::Writer& xml, const Bucket& bucket);

/// Writes what is known of the restored copy of an archived object that a visitor is being shown.
void write_restore_status(xml::Writer& xml, const S3ReadModel& state, const Bucket& bucket, const ListedVersion& listed);

/// Writes the <CommonPrefixes> elements.
void write_common_prefixes(xml::Writer& xml, const Page& page, bool url_encoded);

}  // namespace cloudemu::s3
