#include "protocol/multipart_form.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu {

namespace {

constexpr std::string_view kCrlf = "\r\n";
constexpr std::string_view kFileField = "file";
/// With the line end that is thought of before the first boundary.
constexpr size_t kLimit = MultipartFormDecoder::kFieldsBytesMax + kCrlf.size();

/// A parameter of a header: `name="value"` or `name=value`. In quotes only `\"` is an escape: browsers send paths with backslashes.
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
  size_t at = header.find(';');
  while (at != std::string_view::npos) {
    std::string_view rest = header.substr(at + 1);
    size_t equals = rest.find_first_of("=;");
    if (equals == std::string_view::npos) return std::nullopt;
    if (rest[equals] == ';') {
      at += 1 + equals;
      continue;
    }
    std::string_view name = trim(rest.substr(0, equals));
    std::string value;
    size_t end = equals + 1;
    while (end < rest.size() && is_space(rest[end])) ++end;
    if (end < rest.size() && rest[end] == '"') {
      for (++end; end < rest.size() && rest[end] != '"'; ++end) {
        if (rest.substr(end).starts_with("\\\"")) ++end;
        value.push_back(rest[end]);
      }
      if (end == rest.size()) return std::nullopt;  // no closing quote
      end = rest.find(';', end);
    } else {
      size_t semicolon = rest.find(';', end);
      value = trim(rest.substr(end, semicolon == std::string_view::npos ? semicolon : semicolon - end));
      end = semicolon;
    }
    if (equals_ignoring_case(name, wanted)) return value;
    at = end == std::string_view::npos ? end : at + 1 + end;
  }
  return std::nullopt;
}

bool is_boundary_character(char c) {
  constexpr std::string_view kOthers = "'()+_,-./:=? ";
  return is_alnum(c) || kOthers.find(c) != std::string_view::npos;
}

/// "C:\cats\tom.jpg" -> "tom.jpg": some browsers send the whole path.
std::string last_name(std::string_view path) { return std::string(path.substr(path.find_last_of("/\\") + 1)); }

}  // namespace

std::optional<std::string> form_boundary(std::string_view content_type) {
  if (!equals_ignoring_case(trim(split_once(content_type, ';').first), "multipart/form-data")) return std::nullopt;
  auto boundary = parameter(content_type, "boundary");
  bool is_good = boundary && !boundary->empty() && boundary->size() <= MultipartFormDecoder::kBoundaryBytesMax &&
                 std::all_of(boundary->begin(), boundary->end(), is_boundary_character) && !boundary->ends_with(' ');
  return is_good ? boundary : std::nullopt;
}

/// The first boundary may be the first bytes of all: a line end before it is thought of.
MultipartFormDecoder::MultipartFormDecoder(std::string_view boundary) : delimiter_(concat("\r\n--", boundary)), buffer_(kCrlf) {}

bool MultipartFormDecoder::fail_with(Flaw flaw) {
  flaw_ = flaw;
  buffer_.clear();
  return false;
}

bool MultipartFormDecoder::feed(std::string_view piece, const std::function<void(std::string_view)>& content) {
  if (flaw_ != Flaw::none) return false;
  if (state_ == State::done) return true;
  buffer_.append(piece);
  while (step(content)) {
  }
  bool is_before_content = state_ != State::content && state_ != State::done;
  if (flaw_ == Flaw::none && is_before_content && fields_bytes_ + buffer_.size() > kLimit) return fail_with(Flaw::too_large);
  return flaw_ == Flaw::none;
}

bool MultipartFormDecoder::finish() {
  if (flaw_ != Flaw::none) return false;
  return ended_ ? true : fail_with(Flaw::malformed);
}

/// One step; false when it takes more bytes, or none more are looked at.
bool MultipartFormDecoder::step(const std::function<void(std::string_view)>& content) {
  switch (state_) {
    case State::boundary: return on_boundary();
    case State::headers: return on_headers();
    case State::value: return on_value();
    case State::content: return on_content(content);
    case State::done: buffer_.clear(); return false;
  }
  return false;
}

/// Takes bytes off that count among those of the fields.
bool MultipartFormDecoder::consume(size_t bytes) {
  buffer_.erase(0, bytes);
  fields_bytes_ += bytes;
  return fields_bytes_ <= kLimit ? true : fail_with(Flaw::too_large);
}

/// Behind a delimiter: two hyphens end the form, blanks and a line end begin a part.
bool MultipartFormDecoder::on_boundary() {
  if (buffer_.size() < 2) return false;
  if (buffer_.starts_with("--")) {
    ended_ = true;
    state_ = State::done;
    return consume(2);
  }
  size_t end = buffer_.find(kCrlf);
  std::string_view padding = std::string_view(buffer_).substr(0, end);
  bool is_blank = std::all_of(padding.begin(), padding.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
  if (!is_blank) return fail_with(Flaw::malformed);
  if (end == std::string::npos) return false;
  state_ = State::headers;
  return consume(end);  // the line end stays: headers are what is between it and an empty line
}

bool MultipartFormDecoder::on_headers() {
  constexpr std::string_view kEnd = "\r\n\r\n";
  size_t end = buffer_.find(kEnd);
  if (end == std::string::npos) return false;
  std::optional<std::string> file_name;
  for (std::string_view line : split(std::string_view(buffer_).substr(0, end), '\n')) {
    auto [name, value] = split_once(line, ':');
    if (!equals_ignoring_case(trim(name), "content-disposition")) continue;
    name_ = parameter(value, "name");
    file_name = parameter(value, "filename");
  }
  if (!consume(end + kEnd.size())) return false;
  if (!name_) return fail_with(Flaw::malformed);
  state_ = State::value;
  if (!equals_ignoring_case(*name_, kFileField)) return true;
  state_ = State::content;
  file_name_ = last_name(file_name.value_or(""));
  return true;
}

bool MultipartFormDecoder::on_value() {
  size_t end = buffer_.find(delimiter_);
  if (end == std::string::npos) return false;
  if (name_) fields_.push_back({std::move(*name_), buffer_.substr(0, end)});
  name_.reset();
  state_ = State::boundary;
  return consume(end + delimiter_.size());
}

bool MultipartFormDecoder::on_content(const std::function<void(std::string_view)>& content) {
  size_t end = buffer_.find(delimiter_);
  ended_ = end != std::string::npos;
  if (ended_) state_ = State::done;
  else end = buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1);  // the delimiter may be cut in two
  if (end > 0) content(std::string_view(buffer_).substr(0, end));
  buffer_.erase(0, end);
  return ended_;
}

}  // namespace cloudemu
