#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/json_writer.h"
#include "protocol/http_message.h"
#include "services/query/input.h"

namespace cloudemu::query {

/// How a reply is to look: `json` is JSON 1.0; `xml` the Query protocol; `query_json` the Query protocol for who accepts
/// application/json (as API Gateway's integrations do), where maps are lists of names and values.
enum class Shape { json, xml, query_json };

/// How the protocols spell a list.
struct ListNames {
  std::string_view list, item;
};

/// Writes a reply front to back, once for all shapes.
class ReplyWriter {
 public:
  ReplyWriter(Shape shape, std::string_view operation, std::string_view xml_namespace, uint64_t request_id);

  ReplyWriter& text(std::string_view name, std::string_view value);
  /// Left out if empty (null in query_json).
  ReplyWriter& text_unless_empty(std::string_view name, std::string_view value);
  ReplyWriter& boolean(std::string_view name, bool value);
  ReplyWriter& integer(std::string_view name, int64_t value);
  /// An ISO 8601 time without milliseconds.
  ReplyWriter& time(std::string_view name, TimeMs time);

  ReplyWriter& begin_object(std::string_view name);
  ReplyWriter& end_object();

  /// A list of objects: begin_item() and end_item() around each.
  ReplyWriter& begin_list(const ListNames& names);
  ReplyWriter& begin_item();
  ReplyWriter& end_item();
  ReplyWriter& end_list();
  ReplyWriter& texts(const ListNames& names, const std::vector<std::string>& list);

  /// A map: entry() for each text, begin_entry() and end_entry() around the members of each object.
  ReplyWriter& begin_map(std::string_view name, const MapNames& names);
  ReplyWriter& entry(std::string_view key, std::string_view value);
  ReplyWriter& begin_entry(std::string_view key);
  ReplyWriter& end_entry();
  ReplyWriter& end_map();

  /// The body. `operation` was one that returns something.
  std::string take();

  static std::string_view content_type(Shape shape);
  /// The reply of an operation that returns nothing.
  static std::string nothing(Shape shape, std::string_view operation, std::string_view xml_namespace, uint64_t request_id);

 private:
  void open(std::string_view name);
  void close(std::string_view name);

  Shape shape_;
  std::string_view operation_;
  uint64_t request_id_;
  std::string out_;
  JsonWriter json_{out_};
  size_t empty_size_ = 0;  // xml: how much is written before the first member
  std::string_view item_;
  MapNames map_;
  std::vector<std::string_view> objects_;

 public:
  ReplyWriter(const ReplyWriter&) = delete;
  ReplyWriter& operator=(const ReplyWriter&) = delete;
};

/// "4f0c2d6a-51b7-e390-...": a request id in the form that SQS and STS give it.
std::string request_id_uuid(uint64_t id);

}  // namespace cloudemu::query
