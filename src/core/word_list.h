#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace cloudemu {

/// Whether `word` is one of a constant list of words, which need not be sorted.
template <size_t N>
bool contains(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

}  // namespace cloudemu
