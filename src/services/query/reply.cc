#include "services/query/reply.h"

#include "core/encoding.h"
#include "core/time_format.h"
#include "protocol/xml_writer.h"

namespace cloudemu::query {

namespace {

constexpr std::string_view kXmlDeclaration = "<?xml version=\"1.0\"?>";

}  // namespace

std::string request_id_uuid(uint64_t id) {
  static constexpr char kHex[] = "0123456789abcdef";
  // The second half is made from the first, so that the log identifies both.
  uint64_t halves[2] = {id, (id * 6364136223846793005ULL + 1442695040888963407ULL) | 1ULL << 63};
  std::string out;
  out.reserve(36);
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out.push_back('-');
    out.push_back(kHex[halves[i / 16] >> (60 - 4 * (i % 16)) & 15]);
  }
  return out;
}

ReplyWriter::ReplyWriter(Shape shape, std::string_view operation, std::string_view xml_namespace, uint64_t request_id)
    : shape_(shape), operation_(operation), request_id_(request_id) {
  if (shape == Shape::xml) {
    append(out_, kXmlDeclaration, '<', operation, "Response xmlns=\"", xml_namespace, "\"><", operation, "Result>");
    empty_size_ = out_.size();
    return;
  }
  json_.begin_object();
  if (shape == Shape::query_json) {
    json_.key(concat(operation, "Response")).begin_object().key(concat(operation, "Result")).begin_object();
  }
}

std::string ReplyWriter::nothing(Shape shape, std::string_view operation, std::string_view xml_namespace, uint64_t request_id) {
  if (shape == Shape::json) return {};
  std::string id = request_id_uuid(request_id);
  if (shape == Shape::query_json) {
    return concat("{\"", operation, "Response\":{\"ResponseMetadata\":{\"RequestId\":\"", id, "\"}}}");
  }
  return concat(kXmlDeclaration, '<', operation, "Response xmlns=\"", xml_namespace, "\"><ResponseMetadata><RequestId>", id,
                "</RequestId></ResponseMetadata></", operation, "Response>");
}

std::string_view ReplyWriter::content_type(Shape shape) {
  switch (shape) {
    case Shape::json: return "application/x-amz-json-1.0";
    case Shape::xml: return "text/xml";
    case Shape::query_json: return "application/json";
  }
  return "";
}

std::string ReplyWriter::take() {
  if (shape_ != Shape::xml) {
    json_.end_object();
    if (shape_ == Shape::query_json) {
      json_.key("ResponseMetadata").begin_object().field("RequestId", request_id_uuid(request_id_)).end_object();
      json_.end_object().end_object();
    }
    return std::move(out_);
  }
  if (out_.size() == empty_size_) {
    out_.pop_back();
    out_.append("/>");  // <ReceiveMessageResult/>
  } else {
    append(out_, "</", operation_, "Result>");
  }
  append(out_, "<ResponseMetadata><RequestId>", request_id_uuid(request_id_), "</RequestId></ResponseMetadata></", operation_, "Response>");
  return std::move(out_);
}

void ReplyWriter::open(std::string_view name) { append(out_, '<', name, '>'); }
void ReplyWriter::close(std::string_view name) { append(out_, "</", name, '>'); }

ReplyWriter& ReplyWriter::text(std::string_view name, std::string_view value) {
  if (shape_ != Shape::xml) {
    json_.field(name, value);
    return *this;
  }
  open(name);
  xml::append_text(out_, value);
  close(name);
  return *this;
}

ReplyWriter& ReplyWriter::text_unless_empty(std::string_view name, std::string_view value) {
  if (!value.empty()) return text(name, value);
  if (shape_ == Shape::query_json) json_.key(name).null();
  return *this;
}

ReplyWriter& ReplyWriter::boolean(std::string_view name, bool value) {
  if (shape_ == Shape::xml) return text(name, value ? "true" : "false");
  json_.field(name, value);
  return *this;
}

ReplyWriter& ReplyWriter::integer(std::string_view name, int64_t value) {
  if (shape_ == Shape::xml) return text(name, std::to_string(value));
  json_.field(name, value);
  return *this;
}

ReplyWriter& ReplyWriter::time(std::string_view name, TimeMs time) {
  std::string full = iso8601(time);
  return text(name, concat(std::string_view(full).substr(0, 19), 'Z'));
}

ReplyWriter& ReplyWriter::begin_object(std::string_view name) {
  if (shape_ == Shape::xml) {
    open(name);
    objects_.push_back(name);
  } else {
    json_.key(name).begin_object();
  }
  return *this;
}

ReplyWriter& ReplyWriter::end_object() {
  if (shape_ == Shape::xml) {
    close(objects_.back());
    objects_.pop_back();
  } else {
    json_.end_object();
  }
  return *this;
}

ReplyWriter& ReplyWriter::begin_list(const ListNames& names) {
  item_ = names.item;
  if (shape_ != Shape::xml) json_.key(names.list).begin_array();
  return *this;
}

ReplyWriter& ReplyWriter::begin_item() {
  if (shape_ == Shape::xml) open(item_);
  else json_.begin_object();
  return *this;
}

ReplyWriter& ReplyWriter::end_item() {
  if (shape_ == Shape::xml) close(item_);
  else json_.end_object();
  return *this;
}

ReplyWriter& ReplyWriter::end_list() {
  if (shape_ != Shape::xml) json_.end_array();
  return *this;
}

ReplyWriter& ReplyWriter::texts(const ListNames& names, const std::vector<std::string>& list) {
  begin_list(names);
  for (const std::string& value : list) {
    if (shape_ == Shape::xml) text(names.item, value);
    else json_.string(value);
  }
  return end_list();
}

ReplyWriter& ReplyWriter::begin_map(std::string_view name, const MapNames& names) {
  map_ = names;
  if (shape_ == Shape::json) json_.key(name).begin_object();
  else if (shape_ == Shape::query_json) json_.key(name).begin_array();
  return *this;
}

ReplyWriter& ReplyWriter::entry(std::string_view key, std::string_view value) {
  if (shape_ == Shape::json) {
    json_.field(key, value);
    return *this;
  }
  if (shape_ == Shape::xml) open(map_.entry);
  else json_.begin_object();
  text(map_.key, key).text(map_.value, value);
  if (shape_ == Shape::xml) close(map_.entry);
  else json_.end_object();
  return *this;
}

ReplyWriter& ReplyWriter::begin_entry(std::string_view key) {
  if (shape_ == Shape::json) {
    json_.key(key).begin_object();
    return *this;
  }
  if (shape_ == Shape::xml) open(map_.entry);
  else json_.begin_object();
  text(map_.key, key);
  if (shape_ == Shape::xml) open(map_.value);
  else json_.key(map_.value).begin_object();
  return *this;
}

ReplyWriter& ReplyWriter::end_entry() {
  if (shape_ != Shape::xml) json_.end_object();
  if (shape_ == Shape::query_json) json_.end_object();
  if (shape_ == Shape::xml) {
    close(map_.value);
    close(map_.entry);
  }
  return *this;
}

ReplyWriter& ReplyWriter::end_map() {
  if (shape_ == Shape::json) json_.end_object();
  else if (shape_ == Shape::query_json) json_.end_array();
  return *this;
}

}  // namespace cloudemu::query
