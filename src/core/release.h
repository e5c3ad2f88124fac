#pragma once
#include <functional>
#include <memory>
#include <utility>

namespace cloudemu {

/// A pointer to what `held` points to, whose last copy lets go of it by `in_background` (as WorkQueue::submit): a file, or hundreds of
/// megabytes, take longer to go than a turn of the loop may.
template <class T, class InBackground>
std::shared_ptr<T> release_elsewhere(std::shared_ptr<T> held, InBackground in_background) {
  T* thing = held.get();
  auto release = [held = std::move(held), in_background = std::move(in_background)](T*) mutable {
    in_background([held = std::move(held)]() mutable { held.reset(); }, [] {});
  };
  return std::shared_ptr<T>(thing, std::move(release));
}

}  // namespace cloudemu
