#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cloudemu {

/// Every digest and checksum that AWS names, see
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
enum class DigestKind { md5, sha1, sha256, sha512, crc32, crc32c, crc64nvme, xxhash64, xxhash3, xxhash128 };

/// A digest computed piece by piece. Results are raw bytes, integers in network byte order (as S3 base64-encodes them).
class Digest {
 public:
  explicit Digest(DigestKind kind);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void update(std::string_view bytes);
  /// Call once, at the end.
  std::string finish();
  DigestKind kind() const { return kind_; }

 private:
  struct State;
  DigestKind kind_;
  std::unique_ptr<State> state_;
};

std::string digest(DigestKind kind, std::string_view bytes);
inline std::string md5(std::string_view bytes) { return digest(DigestKind::md5, bytes); }
inline std::string sha256(std::string_view bytes) { return digest(DigestKind::sha256, bytes); }
/// The MD5 of `first` and all of `rest`, as if they were one text. For what is short: costs a third of digest().
std::array<char, 16> md5_of(std::string_view first, std::span<const std::string> rest);
std::string hmac_sha256(std::string_view key, std::string_view message);

/// XXH3, 64 bits: quick, for finding damage, not for content that an adversary chose.
uint64_t xxh3(std::string_view bytes);

size_t digest_size(DigestKind kind);

/// The CRC of two concatenated byte strings, from the CRC of each and the length of the second.
/// Only for the three CRC kinds; values as Digest::finish gives them.
std::string combine_crc(DigestKind kind, std::string_view first, std::string_view second, uint64_t second_length);

}  // namespace cloudemu
