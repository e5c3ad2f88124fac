#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "services/outcome.h"

namespace cloudemu {

class State;

/// What a slice of a job needs that takes too long for the loop: it is fetched on a worker thread while the job waits, and the slice is
/// asked for again. Nothing of it is remembered: after a restart the slice asks anew.
struct Errand {
  /// The state as it was at a moment of the virtual clock, as far as it was made by events before `before`.
  struct Past {
    TimeMs at = 0;
    uint64_t before = 0;
    TimeMs earlier_at = 0;  ///< the state of a second, earlier moment is wanted as well; 0: it is not
    int64_t writes_of = 0;  ///< and when the items of this table were written last between the two; 0: that is not
  };
  /// The bytes of an object, unpacked.
  struct Bytes {
    enum class Packing { none, gzip, zstd };
    std::vector<BodyExtent> content;
    std::string owner;  ///< what they are of, for warnings: "s3://photos/cat.jpg"
    Packing packing = Packing::none;
  };
  std::variant<Past, Bytes> what;
};

/// By the hash of an item's ordering key, the moment at which it was written, or deleted, last.
using WriteTimes = std::unordered_map<size_t, TimeMs>;

/// What came of an errand. It stays with the job until that ends, or asks for something else.
struct Brought {
  std::shared_ptr<void> keeper = {};  ///< of `past`
  const State* past = nullptr;
  const State* earlier = nullptr;  ///< null also if the log begins later: there was nothing
  WriteTimes written = {};
  std::shared_ptr<const std::string> bytes = {};
  std::string owner = {};    ///< as the errand had it
  std::string failure = {};  ///< a sentence; empty: it is there
};

using RunErrand = std::function<void(Errand, std::function<void(Brought)> done)>;

}  // namespace cloudemu
