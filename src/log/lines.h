#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log/frame.h"

/// Event lines on their way into the log.
namespace cloudemu::log {

/// What one call may write, and what its reactions may add to it: together under a frame, so that they always fit into one.
inline constexpr size_t kCallRawBytesMax = 32 << 20, kReactionRawBytesMax = 16 << 20;
inline constexpr uint32_t kCallEventsMax = 1 << 18, kReactionEventsMax = 1 << 17;
static_assert(kCallRawBytesMax + kReactionRawBytesMax <= kFrameRawBytesMax && kCallEventsMax + kReactionEventsMax <= kFrameEventsMax);

/// Memory for the lines of a large call that the system has given already, which takes it as long as to fill it. Any thread may get it.
class LineRoom {
 public:
  LineRoom() = default;
  explicit LineRoom(size_t bytes) : text_(std::make_shared<std::string>(std::min(bytes, kCallRawBytesMax), '\0')) { text_->clear(); }

 private:
  friend class CallLines;
  std::shared_ptr<std::string> text_;
};

/// The event lines of one call. Never more than a call may write.
class CallLines {
 public:
  CallLines() = default;
  CallLines(CallLines&&) = default;
  CallLines& operator=(CallLines&&) = default;

  enum class Room {
    call,      ///< of what the call itself may write
    reactions  ///< of that and what its reactions may add
  };

  /// Lets `write` append one line, with its newline, to the string it is given. False if the call would become too large: it is then as
  /// it was before.
  template <class Write>
  [[nodiscard]] bool add(Write write, Room room = Room::call) {
    bool reacts = room == Room::reactions;
    size_t bytes_max = reacts ? kCallRawBytesMax + kReactionRawBytesMax : kCallRawBytesMax;
    uint32_t events_max = reacts ? kCallEventsMax + kReactionEventsMax : kCallEventsMax;
    size_t before = text_->size();
    write(*text_);
    if (text_->size() > bytes_max || count_ >= events_max) {
      text_->resize(before);
      return false;
    }
    ++count_;
    return true;
  }
  void clear() {
    if (text_->capacity() > kLargeBytes) text_ = std::make_shared<std::string>();
    text_->clear();
    count_ = 0;
  }
  /// To be called while there are no lines.
  void use(LineRoom room) {
    if (room.text_) text_ = std::move(room.text_);
  }
  /// Lines that are about to be added will have so many bytes.
  void expect(size_t bytes) { text_->reserve(text_->size() + std::min(bytes, kCallRawBytesMax)); }
  std::string_view text() const { return *text_; }
  uint32_t count() const { return count_; }
  /// Whether those who are given the lines share them. Not if there was far more room for them: it would be kept as long as they are.
  bool is_large() const { return text_->size() > kLargeBytes && text_->size() >= text_->capacity() / 2; }

 private:
  friend class Lines;
  static constexpr size_t kLargeBytes = 256 << 10;
  std::shared_ptr<std::string> text_ = std::make_shared<std::string>();
  uint32_t count_ = 0;
};

/// The lines of many calls, one behind the other. Those of a large call are not copied: whoever else has been given them shares them.
class Lines {
 public:
  void append(const CallLines& call) {
    if (!call.is_large()) {
      last_.append(*call.text_);
    } else {
      end_piece();
      add_piece(call.text_);
    }
  }
  void append(std::string_view whole_lines) { last_.append(whole_lines); }
  /// Leaves `other` empty.
  void append(Lines& other) {
    if (!other.pieces_.empty()) {
      end_piece();
      for (auto& piece : other.pieces_) add_piece(std::move(piece));
    }
    last_.append(other.last_);
    other.clear();
  }
  void clear() {
    pieces_.clear();
    pieces_bytes_ = 0;
    if (last_.capacity() > kKeptCapacity) last_ = {};
    last_.clear();
  }
  size_t size() const { return pieces_bytes_ + last_.size(); }
  /// One behind the other, each of whole lines.
  std::vector<std::string_view> pieces() const {
    std::vector<std::string_view> all;
    for (const auto& piece : pieces_) all.push_back(*piece);
    if (!last_.empty()) all.push_back(last_);
    return all;
  }
  /// All of them in one; in `room` if they do not stand so anyway.
  std::string_view joined(std::string& room) const {
    if (pieces_.empty()) return last_;
    if (pieces_.size() == 1 && last_.empty()) return *pieces_.front();
    room.clear();
    room.reserve(size());
    for (std::string_view piece : pieces()) room.append(piece);
    return room;
  }

 private:
  void end_piece() {
    if (!last_.empty()) add_piece(std::make_shared<std::string>(std::exchange(last_, {})));
  }
  void add_piece(std::shared_ptr<const std::string> piece) {
    pieces_bytes_ += piece->size();
    pieces_.push_back(std::move(piece));
  }

  static constexpr size_t kKeptCapacity = 4 << 20;
  std::vector<std::shared_ptr<const std::string>> pieces_;
  size_t pieces_bytes_ = 0;
  std::string last_;  ///< behind all pieces
};

}  // namespace cloudemu::log
