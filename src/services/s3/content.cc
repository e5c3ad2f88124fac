#include "services/s3/content.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"

namespace cloudemu::s3 {

namespace {

/// Cuts `range` out of stretches that begin at `start` of the object, and appends what is left of each.
class Cutter {
 public:
  Cutter(const ByteRange& range, uint64_t start) : begin_(range.begin), end_(range.begin + range.length), at_(start) {}

  void add(BodyExtent extent) {
    uint64_t from = std::max(begin_, at_), to = std::min(end_, at_ + extent.length);
    if (from < to) {
      extent.offset += from - at_;
      uint64_t whole_length = extent.length;
      extent.length = to - from;
      extents_.push_back(std::move(extent));
      at_ += whole_length;
      return;
    }
    at_ += extent.length;
  }
  void add(const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) add(BodyExtent{piece.blob, piece.offset, piece.size, piece.bytes.bytes});
  }
  std::vector<BodyExtent> take() { return std::move(extents_); }

 private:
  uint64_t begin_, end_, at_;
  std::vector<BodyExtent> extents_;
};

/// Small bodies are.
bool is_in_state(const ObjectVersion& object) { return object.part_count == 0 && object.pieces.empty(); }

}  // namespace

std::vector<BodyExtent> extents_of(const S3ReadModel& state, const ObjectVersion& object, const ByteRange& range) {
  if (range.length == 0) return {};
  if (object.part_count > 0) {
    auto parts = state.object_parts_between(object.id, range.begin, range.begin + range.length);
    Cutter cutter(range, parts.empty() ? 0 : parts.front().start);
    for (const ObjectPart& part : parts) cutter.add(part.part.content);
    return cutter.take();
  }
  Cutter cutter(range, 0);
  if (object.pieces.empty()) cutter.add(BodyExtent{.length = object.size, .bytes = state.body(object.id)});
  cutter.add(object.pieces);
  return cutter.take();
}

void announce_body(Answer& answer, const S3ReadModel& state, const ObjectVersion& object, const ByteRange& range) {
  answer.response.content_length = range.length;
  if (range.length > 0 && !is_in_state(object)) answer.body = extents_of(state, object, range);
}

void set_body(Answer& answer, const S3ReadModel& state, const ObjectVersion& object, const ByteRange& range) {
  announce_body(answer, state, object, range);
  if (range.length == 0 || !is_in_state(object)) return;
  answer.response.body = state.body(object.id);
  if (range.length < object.size) answer.response.body = answer.response.body.substr(range.begin, range.length);
}

std::vector<Piece> pieces_of(const std::vector<BodyExtent>& extents) {
  std::vector<Piece> pieces;
  for (const BodyExtent& extent : extents) {
    Piece piece{.blob = extent.blob, .size = extent.length};
    if (extent.blob.empty()) piece.bytes.bytes = extent.bytes.substr(extent.offset, extent.length);
    else piece.offset = extent.offset;
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::vector<BodyExtent> extents_of(const std::vector<Piece>& content) {
  std::vector<BodyExtent> extents;
  extents.reserve(content.size());
  for (const Piece& piece : content) extents.push_back({piece.blob, piece.offset, piece.size, piece.bytes.bytes});
  return extents;
}

std::vector<BodyExtent> extents_of(const std::vector<Part>& parts) {
  std::vector<BodyExtent> extents;
  for (const Part& part : parts) {
    auto of_part = extents_of(part.content);
    extents.insert(extents.end(), std::make_move_iterator(of_part.begin()), std::make_move_iterator(of_part.end()));
  }
  return extents;
}

std::string object_name(std::string_view bucket, std::string_view key) {
  return concat("s3://", percent_encode(bucket), "/", percent_encode(key, Slash::keep));
}

std::optional<std::map<DigestKind, std::string>> digests_of(const Call& call, const DigestRequest& request) {
  std::map<DigestKind, std::string> values;
  if (call.digests && call.digests->of == request) return call.digests->values;
  bool at_hand = std::all_of(request.extents.begin(), request.extents.end(), [](const BodyExtent& e) { return e.blob.empty(); });
  if (!at_hand) return std::nullopt;
  std::string bytes;
  for (const BodyExtent& extent : request.extents) bytes.append(extent.bytes, extent.offset, extent.length);
  for (DigestKind kind : request.kinds) values.emplace(kind, digest(kind, bytes));
  return values;
}

}  // namespace cloudemu::s3
