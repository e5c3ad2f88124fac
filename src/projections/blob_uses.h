#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/s3_object.h"

namespace cloudemu {

/// How often the state names each blob, counted as events are applied. In memory only, for a daemon that keeps no history: there a
/// blob goes when nothing in the state names it.
class BlobUses {
 public:
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
  /// Nothing is named any more.
  void clear() {
    for (auto& [name, count] : counts_) {
      count = 0;
      unused_.push_back(name);
    }
  }

  bool any_unused() const { return !unused_.empty(); }
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
  std::unordered_map<std::string, uint64_t> counts_;
  std::vector<std::string> unused_;  // when they came to 0; some may be named again
};

}  // namespace cloudemu
