#pragma once
#include <cstddef>
#include <vector>

namespace cloudemu::dynamodb {

/// How a batch is divided into parts (Part): by the request alone, so that any part can be decided anew. Entries of little size are one
/// part, however many.
class Parts {
 public:
  static constexpr size_t kBytesMax = 1 << 20;

  /// The next entry of the batch has so many bytes to write. An entry is never divided.
  void add(size_t bytes) {
    if (bytes_ > 0 && bytes_ + bytes > kBytesMax) {
      ends_.push_back(count_);
      bytes_ = 0;
    }
    bytes_ += bytes;
    ++count_;
  }

  /// The entries of a part: from begin() to before end().
  size_t begin(size_t part) const { return part == 0 ? 0 : ends_[part - 1]; }
  size_t end(size_t part) const { return part < ends_.size() ? ends_[part] : count_; }
  bool is_last(size_t part) const { return part == ends_.size(); }

 private:
  std::vector<size_t> ends_;  ///< of all parts but the last
  size_t bytes_ = 0, count_ = 0;
};

}  // namespace cloudemu::dynamodb
