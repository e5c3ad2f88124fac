#include "protocol/aws_chunked.h"

#include <charconv>

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/sigv4.h"

namespace cloudemu {

namespace {

constexpr std::string_view kEmptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

}  // namespace

AwsChunkedDecoder::AwsChunkedDecoder(std::optional<Signing> signing) : signing_(std::move(signing)) {
  if (signing_) previous_signature_ = signing_->seed_signature;
}

bool AwsChunkedDecoder::fail_with(Flaw flaw) {
  flaw_ = flaw;
  return false;
}

bool AwsChunkedDecoder::feed(std::string_view piece, const std::function<void(std::string_view)>& payload) {
  while (!piece.empty() && flaw_ == Flaw::none && state_ != State::done) {
    if (state_ == State::chunk_data) {
      std::string_view data = piece.substr(0, left_);
      if (chunk_hash_) chunk_hash_->update(data);
      payload(data);
      left_ -= data.size();
      piece.remove_prefix(data.size());
      if (left_ == 0) state_ = State::chunk_end;
      continue;
    }
    size_t end = piece.find('\n');
    line_.append(piece.substr(0, end));
    if (line_.size() > kLineBytesMax) return fail_with(Flaw::malformed);
    if (end == std::string_view::npos) return true;
    piece.remove_prefix(end + 1);
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    std::string line = std::move(line_);
    line_.clear();
    if (!on_line(line)) return false;
  }
  return flaw_ == Flaw::none;
}

bool AwsChunkedDecoder::on_line(std::string_view line) {
  switch (state_) {
    case State::chunk_header: return on_chunk_header(line);
    case State::chunk_end:
      if (!line.empty()) return fail_with(Flaw::malformed);
      state_ = State::chunk_header;
      return !chunk_hash_ || check_chunk(hex(chunk_hash_->finish()));
    case State::trailer: return on_trailer(line);
    default: return true;
  }
}

bool AwsChunkedDecoder::on_chunk_header(std::string_view line) {
  auto [size_text, extension] = split_once(line, ';');
  auto [end, error] = std::from_chars(size_text.data(), size_text.data() + size_text.size(), left_, 16);
  if (error != std::errc() || end != size_text.data() + size_text.size() || size_text.empty()) {
    return fail_with(Flaw::malformed);
  }
  chunk_signature_.clear();
  constexpr std::string_view kName = "chunk-signature=";
  if (extension.substr(0, kName.size()) == kName) chunk_signature_ = extension.substr(kName.size());
  if (left_ == 0) {
    state_ = State::trailer;
    return !signing_ || check_chunk(kEmptySha256);
  }
  ++chunk_number_;
  if (chunk_bytes_ < kChunkBytesMin) return fail_with(Flaw::small_chunk);
  chunk_bytes_ = left_;
  if (signing_) chunk_hash_.emplace(DigestKind::sha256);
  state_ = State::chunk_data;
  return true;
}

bool AwsChunkedDecoder::on_trailer(std::string_view line) {
  // The empty line ends the trailers; some SDKs send one more, which State::done swallows.
  if (line.empty()) {
    state_ = State::done;
    return true;
  }
  trailers_bytes_ += line.size();
  if (trailers_bytes_ > kTrailersBytesMax) return fail_with(Flaw::malformed_trailer);
  auto [name, value] = split_once(line, ':');
  if (name.size() == line.size() || trailers_proven_) return fail_with(Flaw::malformed_trailer);
  std::string lower_name = lower(trim(name));
  if (lower_name == "x-amz-trailer-signature") return !signing_ || check_trailers(trim(value));
  trailers_.emplace_back(std::move(lower_name), std::string(trim(value)));
  return true;
}

bool AwsChunkedDecoder::check_chunk(std::string_view payload_hash) {
  std::string to_sign = concat("AWS4-HMAC-SHA256-PAYLOAD\n", signing_->timestamp, '\n', signing_->scope, '\n', previous_signature_, '\n',
                               kEmptySha256, '\n', payload_hash);
  std::string expected = sigv4::sign(signing_->key, to_sign);
  if (!sigv4::equal_signatures(expected, chunk_signature_)) return fail_with(Flaw::bad_signature);
  previous_signature_ = std::move(expected);
  chunk_hash_.reset();
  return true;
}

bool AwsChunkedDecoder::check_trailers(std::string_view signature) {
  std::string text;
  for (const auto& [name, value] : trailers_) append(text, name, ':', value, '\n');
  std::string to_sign =
      concat("AWS4-HMAC-SHA256-TRAILER\n", signing_->timestamp, '\n', signing_->scope, '\n', previous_signature_, '\n', hex(sha256(text)));
  if (!sigv4::equal_signatures(sigv4::sign(signing_->key, to_sign), signature)) return fail_with(Flaw::bad_signature);
  trailers_proven_ = true;
  return true;
}

bool AwsChunkedDecoder::finish() {
  if (flaw_ != Flaw::none) return false;
  // A body may end right behind the last chunk or trailer line, without the closing empty line.
  if (state_ == State::trailer && (line_.empty() || line_ == "\r" || on_trailer(trim(line_)))) state_ = State::done;
  if (state_ != State::done) return flaw_ == Flaw::none && fail_with(Flaw::incomplete);
  return trailers_proven_ || !signing_ || !signing_->trailers || fail_with(Flaw::bad_signature);
}

}  // namespace cloudemu
