#include "core/digest.h"

#define OPENSSL_SUPPRESS_DEPRECATED  // of MD5_Init() and its like, which have no context to be made and cleaned
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/md5.h>
#include <xxhash.h>

#include <variant>

#include "core/bytes.h"
#include "core/check.h"
#include "core/crc32.h"
#include "core/crc64.h"
#include "core/xxh3_avx2.h"

namespace cloudemu {

namespace {

/// OpenSSL's digests, fetched once: fetching costs more than hashing a small message.
const EVP_MD* openssl_digest(DigestKind kind) {
  static const EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const sha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  switch (kind) {
    case DigestKind::md5: return md5;
    case DigestKind::sha1: return sha1;
    case DigestKind::sha256: return sha256;
    case DigestKind::sha512: return sha512;
    default: return nullptr;
  }
}

struct EvpDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct XxhDeleter {
  void operator()(XXH64_state_t* state) const { XXH64_freeState(state); }
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

template <class Integer>
std::string big_endian(Integer value) {
  std::string out;
  put_be(out, value);
  return out;
}

}  // namespace

struct Digest::State {
  std::unique_ptr<EVP_MD_CTX, EvpDeleter> evp;
  std::unique_ptr<XXH64_state_t, XxhDeleter> xxh64;
  std::unique_ptr<XXH3_state_t, XxhDeleter> xxh3;
  uint64_t crc = 0;
};

Digest::Digest(DigestKind kind) : kind_(kind), state_(std::make_unique<State>()) {
  if (const EVP_MD* method = openssl_digest(kind)) {
    state_->evp.reset(EVP_MD_CTX_new());
    CHECK_INVARIANT(EVP_DigestInit_ex2(state_->evp.get(), method, nullptr) == 1);
  } else if (kind == DigestKind::xxhash64) {
    state_->xxh64.reset(XXH64_createState());
    XXH64_reset(state_->xxh64.get(), 0);
  } else if (kind == DigestKind::xxhash3) {
    state_->xxh3.reset(XXH3_createState());
    XXH3_64bits_reset(state_->xxh3.get());
  } else if (kind == DigestKind::xxhash128) {
    state_->xxh3.reset(XXH3_createState());
    XXH3_128bits_reset(state_->xxh3.get());
  }
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::update(std::string_view bytes) {
  State& s = *state_;
  switch (kind_) {
    case DigestKind::crc32: s.crc = crc32(bytes, static_cast<uint32_t>(s.crc)); return;
    case DigestKind::crc32c: s.crc = crc32c(bytes, static_cast<uint32_t>(s.crc)); return;
    case DigestKind::crc64nvme: s.crc = crc64nvme(bytes, s.crc); return;
    case DigestKind::xxhash64: XXH64_update(s.xxh64.get(), bytes.data(), bytes.size()); return;
    case DigestKind::xxhash3: XXH3_64bits_update(s.xxh3.get(), bytes.data(), bytes.size()); return;
    case DigestKind::xxhash128: XXH3_128bits_update(s.xxh3.get(), bytes.data(), bytes.size()); return;
    default: EVP_DigestUpdate(s.evp.get(), bytes.data(), bytes.size());
  }
}

std::string Digest::finish() {
  State& s = *state_;
  switch (kind_) {
    case DigestKind::crc32:
    case DigestKind::crc32c: return big_endian(static_cast<uint32_t>(s.crc));
    case DigestKind::crc64nvme: return big_endian(s.crc);
    case DigestKind::xxhash64: return big_endian(XXH64_digest(s.xxh64.get()));
    case DigestKind::xxhash3: return big_endian(XXH3_64bits_digest(s.xxh3.get()));
    case DigestKind::xxhash128: {
      XXH128_hash_t value = XXH3_128bits_digest(s.xxh3.get());
      return big_endian(value.high64) + big_endian(value.low64);
    }
    default: break;
  }
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(s.evp.get(), out, &size);
  return std::string(reinterpret_cast<char*>(out), size);
}

std::string digest(DigestKind kind, std::string_view bytes) {
  if (const EVP_MD* method = openssl_digest(kind)) {
    // One context per thread: making one costs more than hashing a small message.
    thread_local std::unique_ptr<EVP_MD_CTX, EvpDeleter> context(EVP_MD_CTX_new());
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestInit_ex2(context.get(), method, nullptr);
    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
    EVP_DigestFinal_ex(context.get(), out, &size);
    return std::string(reinterpret_cast<char*>(out), size);
  }
  Digest whole(kind);
  whole.update(bytes);
  return whole.finish();
}

std::array<char, 16> md5_of(std::string_view first, std::span<const std::string> rest) {
  MD5_CTX context;
  std::array<char, MD5_DIGEST_LENGTH> out;
  MD5_Init(&context);
  MD5_Update(&context, first.data(), first.size());
  for (const std::string& part : rest) MD5_Update(&context, part.data(), part.size());
  MD5_Final(reinterpret_cast<unsigned char*>(out.data()), &context);
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(openssl_digest(DigestKind::sha256), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), out, &size);
  return std::string(reinterpret_cast<char*>(out), size);
}

uint64_t xxh3(std::string_view bytes) {
#ifdef __x86_64__
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  constexpr size_t kShort = 512;  // no lanes to fill
  if (has_avx2 && bytes.size() > kShort) return xxh3_avx2(bytes.data(), bytes.size());
#endif
  return XXH3_64bits(bytes.data(), bytes.size());
}

size_t digest_size(DigestKind kind) {
  switch (kind) {
    case DigestKind::crc32:
    case DigestKind::crc32c: return 4;
    case DigestKind::crc64nvme:
    case DigestKind::xxhash64:
    case DigestKind::xxhash3: return 8;
    case DigestKind::md5:
    case DigestKind::xxhash128: return 16;
    case DigestKind::sha1: return 20;
    case DigestKind::sha256: return 32;
    case DigestKind::sha512: return 64;
  }
  return 0;
}

}  // namespace cloudemu
