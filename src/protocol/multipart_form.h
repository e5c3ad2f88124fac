#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloudemu {

/// The boundary in "multipart/form-data; boundary=..."; nothing if it is no such form, or a boundary that RFC 2046 does not allow.
std::optional<std::string> form_boundary(std::string_view content_type);

/// Takes a browser's form with one file apart as it streams by: fields are kept, the content of the field named `file` is handed
/// on, what comes after it is ignored: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
class MultipartFormDecoder {
 public:
  enum class Flaw { none, malformed, too_large };
  struct Field {
    std::string name, value;
  };

  /// Limit for all that stands before the content of the file.
  static constexpr size_t kFieldsBytesMax = 20 * 1024;
  /// RFC 2046, section 5.1.1.
  static constexpr size_t kBoundaryBytesMax = 70;

  explicit MultipartFormDecoder(std::string_view boundary);

  /// Takes the next piece of the body and hands content of the file on. Returns false once the body has a flaw.
  bool feed(std::string_view piece, const std::function<void(std::string_view)>& content);
  /// Call at the end of the body; false if it ended too early or had a flaw. A form without a file is whole.
  bool finish();

  Flaw flaw() const { return flaw_; }
  /// In the order they came; without the file.
  const std::vector<Field>& fields() const { return fields_; }
  /// The name that the file had at the client; nothing before its content begins, or where no field is called `file`.
  const std::optional<std::string>& file_name() const { return file_name_; }

 private:
  enum class State { boundary, headers, value, content, done };

  bool fail_with(Flaw flaw);
  bool step(const std::function<void(std::string_view)>& content);
  bool on_boundary();
  bool on_headers();
  bool on_value();
  bool on_content(const std::function<void(std::string_view)>& content);
  bool consume(size_t bytes);

  std::string delimiter_;  // CRLF, two hyphens, boundary
  std::string buffer_;
  State state_ = State::value;  // of a nameless part: what stands before the first boundary
  Flaw flaw_ = Flaw::none;
  bool ended_ = false;  // the closing boundary, or the one behind the file, was there
  size_t fields_bytes_ = 0;
  std::optional<std::string> name_;  // of the part under way
  std::vector<Field> fields_;
  std::optional<std::string> file_name_;
};

}  // namespace cloudemu
