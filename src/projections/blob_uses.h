#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "events/s3_object.h"

namespace cloudemu {

/// How often the state names each blob, counted as events are applied. In memory only, for a daemon that keeps no history: there a
/// blob goes when nothing in the state names it.
class BlobUses {
 public:
  using Counts = std::unordered_map<std::string, uint64_t>;

  void add(const std::vector<s3::Piece>& content) {
    for (const s3::Piece& piece : content) {
      if (!piece.blob.empty()) ++counts_[piece.blob];
    }
  }
  void remove(const std::vector<s3::Piece>& content) {
    for (const s3::Piece& piece : content) {
      if (!piece.blob.empty() && --counts_[piece.blob] == 0) unused_.push_back(piece.blob);
    }
  }
  /// Nothing is named any more. However many there are, this takes no time.
  void clear() {
    if (forsaken_.empty()) forsaken_.swap(counts_);
    else forsaken_.merge(counts_);
    counts_.clear();
    unused_.clear();
  }

  bool any_unused() const { return !unused_.empty() || !forsaken_.empty(); }
  /// What clear() found, with numbers that mean nothing any more.
  Counts take_forsaken() { return std::exchange(forsaken_, {}); }
  /// Blobs that were named and are not any more; each once.
  std::vector<std::string> take_unused() {
    std::vector<std::string> unused;
    for (std::string& name : unused_) {
      auto found = counts_.find(name);
      if (found == counts_.end() || found->second > 0) continue;
      counts_.erase(found);
      unused.push_back(std::move(name));
    }
    unused_.clear();
    return unused;
  }

 private:
  Counts counts_;
  Counts forsaken_;
  std::vector<std::string> unused_;  // when they came to 0; some may be named again
};

}  // namespace cloudemu
