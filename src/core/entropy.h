#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cloudemu {

/// Where ids come from. Rules take it as an argument, so that tests can repeat them.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual uint64_t next() = 0;

  /// `length` characters drawn from `alphabet` (at most 256 characters).
  std::string text(size_t length, std::string_view alphabet);
  /// A random UUID, version 4, lower case with hyphens.
  std::string uuid();
  std::string bytes(size_t length);
};

/// A fast generator (xoshiro256**) seeded by the kernel. Its ids are unique, not secret: an emulator guards nothing.
class SystemEntropy final : public Entropy {
 public:
  SystemEntropy();
  uint64_t next() override;

 private:
  uint64_t state_[4];
};

/// A repeatable sequence for tests (splitmix64).
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(uint64_t seed) : state_(seed) {}
  uint64_t next() override;

 private:
  uint64_t state_;
};

}  // namespace cloudemu
