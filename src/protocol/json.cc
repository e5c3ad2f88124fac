#include "protocol/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <limits>

#include "core/strings.h"

namespace cloudemu::json {

namespace {

/// Hands everything on to a Document, but stops at too many levels, and at strings that are no UTF-8: RapidJSON checks the bytes
/// of the text, but lets "\\udc00" through, half of a surrogate pair.
template <class Target>
struct Strict {
  using Size = rapidjson::SizeType;
  Target& target;
  bool has_surrogates;
  int depth = 0;

  bool is_good(const char* s, Size n) const { return !has_surrogates || is_utf8({s, n}); }

  bool Null() { return target.Null(); }
  bool Bool(bool b) { return target.Bool(b); }
  bool Int(int i) { return target.Int(i); }
  bool Uint(unsigned i) { return target.Uint(i); }
  bool Int64(int64_t i) { return target.Int64(i); }
  bool Uint64(uint64_t i) { return target.Uint64(i); }
  bool Double(double d) { return target.Double(d); }
  bool RawNumber(const char* s, Size n, bool copy) { return target.RawNumber(s, n, copy); }
  bool String(const char* s, Size n, bool copy) { return is_good(s, n) && target.String(s, n, copy); }
  bool StartObject() { return ++depth <= Document::kDepthMax && target.StartObject(); }
  bool Key(const char* s, Size n, bool copy) { return is_good(s, n) && target.Key(s, n, copy); }
  bool EndObject(Size n) { return --depth, target.EndObject(n); }
  bool StartArray() { return ++depth <= Document::kDepthMax && target.StartArray(); }
  bool EndArray(Size n) { return --depth, target.EndArray(n); }
};

/// RapidJSON 1.1 looks for control characters below 0x1A only, where it takes 16 characters at once. None of these may stand in JSON.
bool has_missed_control(std::string_view text) {
  unsigned found = 0;
  for (char c : text) found |= static_cast<unsigned char>(c - 0x1A) < 0x20 - 0x1A;
  return found != 0;
}

}  // namespace

/// The text is parsed in place and small documents fit the first block: most requests allocate twice.
struct Document::Storage {
  static constexpr size_t kBlockBytes = 4096;
  std::string text;
  alignas(16) char block[kBlockBytes];
  rapidjson::MemoryPoolAllocator<> allocator{block, kBlockBytes};
  rapidjson::Document document{&allocator, 512};
};

Document::Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
  if (has_missed_control(text)) return fail(Errc::bad_input, "control character in JSON");
  Document parsed;
  parsed.storage_ = std::make_unique_for_overwrite<Storage>();
  Storage& s = *parsed.storage_;
  constexpr size_t kReadAhead = 16;  // RapidJSON skips blanks in aligned steps of this size, past the end
  s.text.reserve(text.size() + kReadAhead);
  s.text.assign(text);
  // Where RapidJSON looks at the encoding it goes by single bytes: only where something is wrong, to say what.
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag;  // recursive, which Strict puts an end to, is quicker than iterative
  bool is_well_formed = is_utf8(text);
  rapidjson::InsituStringStream stream(s.text.data());
  rapidjson::Reader reader;
  bool has_surrogates = text.find("\\ud") != std::string_view::npos || text.find("\\uD") != std::string_view::npos;
  auto fill = [&](rapidjson::Document& target) {
    Strict<rapidjson::Document> handler{target, has_surrogates};
    if (is_well_formed) return !reader.Parse<kFlags>(stream, handler).IsError();
    return !reader.Parse<kFlags | rapidjson::kParseValidateEncodingFlag>(stream, handler).IsError();
  };
  s.document.Populate(fill);
  if (reader.HasParseError()) {
    return fail(Errc::bad_input,
                concat(rapidjson::GetParseError_En(reader.GetParseErrorCode()), " (offset ", reader.GetErrorOffset(), ")"));
  }
  // In-place parsing ends at the first NUL; bytes behind one are not JSON.
  if (stream.Tell() < text.size()) return fail(Errc::bad_input, "NUL byte in JSON");
  return parsed;
}

Value Document::root() const { return storage_ ? Value(storage_->document) : Value(); }

Kind Value::kind() const {
  if (!value_) return Kind::absent;
  switch (value_->GetType()) {
    case rapidjson::kNullType: return Kind::null;
    case rapidjson::kFalseType:
    case rapidjson::kTrueType: return Kind::boolean;
    case rapidjson::kObjectType: return Kind::object;
    case rapidjson::kArrayType: return Kind::array;
    case rapidjson::kStringType: return Kind::string;
    case rapidjson::kNumberType: return Kind::number;
  }
  return Kind::null;
}

int64_t Value::integer() const {
  if (!is_number()) return 0;
  if (value_->IsInt64()) return value_->GetInt64();
  double number = value_->GetDouble();
  constexpr double kLimit = 9223372036854774784.0;
  if (number >= kLimit) return std::numeric_limits<int64_t>::max();
  if (number <= -kLimit) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(number);
}

Value Value::operator[](std::string_view name) const {
  if (!is_object()) return Value();
  for (auto it = value_->MemberBegin(); it != value_->MemberEnd(); ++it) {
    if (it->name.GetStringLength() == name.size() && std::string_view(it->name.GetString(), name.size()) == name) {
      return Value(it->value);
    }
  }
  return Value();
}

Value::Range<Value::MemberIterator> Value::members() const {
  static const rapidjson::Value kEmpty(rapidjson::kObjectType);
  const rapidjson::Value& object = is_object() ? *value_ : kEmpty;
  return {MemberIterator(object.MemberBegin()), MemberIterator(object.MemberEnd())};
}

Value::Range<Value::ElementIterator> Value::elements() const {
  static const rapidjson::Value kEmpty(rapidjson::kArrayType);
  const rapidjson::Value& array = is_array() ? *value_ : kEmpty;
  return {ElementIterator(array.Begin()), ElementIterator(array.End())};
}

std::string Value::text() const {
  if (!value_) return "null";
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value_->Accept(writer);
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace cloudemu::json
