#pragma once
#define RAPIDJSON_HAS_STDSTRING 1
#if defined(__SSE2__)
#define RAPIDJSON_SSE2 1
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON 1
#endif
#include <rapidjson/document.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

/// JSON that came from outside. The only file that knows RapidJSON.
namespace cloudemu::json {

enum class Kind { absent, null, boolean, number, string, array, object };

/// A look at one value of a Document; cheap to copy, valid as long as the Document. Asking an absent value or a value of
/// another kind for its members gives absent values and empty ranges, never an error.
class Value {
 public:
  Value() = default;
  explicit Value(const rapidjson::Value& value) : value_(&value) {}

  Kind kind() const;
  explicit operator bool() const { return value_ != nullptr; }
  bool is_object() const { return value_ && value_->IsObject(); }
  bool is_array() const { return value_ && value_->IsArray(); }
  bool is_string() const { return value_ && value_->IsString(); }
  bool is_null() const { return value_ && value_->IsNull(); }

  std::string_view string() const {
    return is_string() ? std::string_view(value_->GetString(), value_->GetStringLength()) : std::string_view();
  }
  bool boolean() const { return value_ && value_->IsTrue(); }
  bool is_boolean() const { return value_ && value_->IsBool(); }
  bool is_integer() const { return value_ && (value_->IsInt64() || value_->IsUint64()); }
  bool is_number() const { return value_ && value_->IsNumber(); }
  /// The number cut to an integer (3.7 is 3), saturating.
  int64_t integer() const;
  double number() const { return is_number() ? value_->GetDouble() : 0; }

  /// Member of an object, or an absent value.
  Value operator[](std::string_view name) const;
  /// Number of members or elements.
  size_t size() const { return is_object() ? value_->MemberCount() : is_array() ? value_->Size() : 0; }
  Value at(size_t index) const { return Value((*value_)[static_cast<rapidjson::SizeType>(index)]); }

  struct Member;
  class MemberIterator;
  class ElementIterator;
  template <class Iterator>
  struct Range {
    Iterator first, last;
    Iterator begin() const { return first; }
    Iterator end() const { return last; }
  };
  Range<MemberIterator> members() const;
  Range<ElementIterator> elements() const;

  /// Compact JSON text of this value.
  std::string text() const;

 private:
  const rapidjson::Value* value_ = nullptr;
};

struct Value::Member {
  std::string_view name;
  Value value;
};

class Value::MemberIterator {
 public:
  explicit MemberIterator(rapidjson::Value::ConstMemberIterator at) : at_(at) {}
  Member operator*() const { return {std::string_view(at_->name.GetString(), at_->name.GetStringLength()), Value(at_->value)}; }
  MemberIterator& operator++() {
    ++at_;
    return *this;
  }
  bool operator!=(const MemberIterator& other) const { return at_ != other.at_; }

 private:
  rapidjson::Value::ConstMemberIterator at_;
};

class Value::ElementIterator {
 public:
  explicit ElementIterator(const rapidjson::Value* at) : at_(at) {}
  Value operator*() const { return Value(*at_); }
  ElementIterator& operator++() {
    ++at_;
    return *this;
  }
  bool operator!=(const ElementIterator& other) const { return at_ != other.at_; }

 private:
  const rapidjson::Value* at_;
};

/// A parsed text. It owns its strings; the input may go away.
class Document {
 public:
  /// Values nested deeper than this are refused, so that recursion over a Document is bounded.
  static constexpr int kDepthMax = 256;

  Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  /// Parses UTF-8 text. Error: Errc::bad_input with the reason and the offset.
  static Result<Document> parse(std::string_view text);
  Value root() const;

 private:
  struct Storage;
  std::unique_ptr<Storage> storage_;
};

}  // namespace cloudemu::json
