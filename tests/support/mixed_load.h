#pragma once
#include <map>
#include <set>
#include <string>

#include "support/world.h"

namespace cloudemu::test {

/// Calls of all three services against a world, and the memory of what was acknowledged.
class MixedLoad {
 public:
  /// Bucket, table and queue.
  void prepare(World& world);
  /// Everything is dropped, and bucket, table and queue are made anew. True if both was acknowledged.
  bool reset(World& world);
  /// Call number n: a PutObject, PutItem, SendMessage or DeleteObject. True if it was acknowledged.
  bool call(World& world, uint64_t n);
  /// What was acknowledged and is not there as it should be, one line each; empty if all is.
  /// While the disk goes on failing, a refusal is a fair answer; a wrong answer never is.
  enum class Refusal { is_missing, is_fair };
  std::string missing(World& world, Refusal refusal = Refusal::is_missing) const;

  uint64_t refused = 0;
  bool has_large_items = false;  ///< some of 300 KB

 private:
  std::string item_text(uint64_t n) const;
  bool try_prepare(World& world);
  bool put_object(World& world, uint64_t n);
  bool put_item(World& world, uint64_t n);
  bool send_message(World& world, uint64_t n);
  bool delete_object(World& world, uint64_t n);

  std::map<std::string, std::string> objects_, items_;
  std::set<std::string> doubtful_;  ///< refused: may be there or not
  uint64_t messages_ = 0, doubtful_messages_ = 0;
};

}  // namespace cloudemu::test
