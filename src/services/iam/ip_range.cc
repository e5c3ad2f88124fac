#include "services/iam/ip_range.h"

#include <arpa/inet.h>

#include <array>
#include <optional>
#include <string>

#include "core/strings.h"

namespace cloudemu::iam {

namespace {

constexpr int kBits = 128, kIpv4Bits = 32;

/// IPv4 addresses as ::ffff:a.b.c.d, so that one comparison does for both.
struct Address {
  std::array<unsigned char, 16> bytes = {};
  bool is_ipv4 = false;
};

std::optional<Address> parse_address(std::string_view text) {
  std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), &address.bytes[12]) == 1) {
    address.bytes[10] = address.bytes[11] = 0xFF;
    address.is_ipv4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) != 1) return std::nullopt;
  for (int i = 0; i < 10; ++i) {
    if (address.bytes[static_cast<size_t>(i)] != 0) return address;
  }
  address.is_ipv4 = address.bytes[10] == 0xFF && address.bytes[11] == 0xFF;
  return address;
}

struct Range {
  Address first;
  int prefix_bits = kBits;
};

std::optional<Range> parse_range(std::string_view text) {
  auto [address_text, bits_text] = split_once(text, '/');
  auto address = parse_address(address_text);
  if (!address) return std::nullopt;
  Range range{.first = *address};
  if (address_text.size() == text.size()) return range;
  auto bits = parse_integer<int>(bits_text);
  bool dotted = address_text.find(':') == std::string_view::npos;
  if (!bits || *bits < 0 || *bits > (dotted ? kIpv4Bits : kBits)) return std::nullopt;
  range.prefix_bits = dotted ? kBits - kIpv4Bits + *bits : *bits;
  return range;
}

}  // namespace

bool is_in_range(std::string_view address_text, std::string_view range_text) {
  auto address = parse_address(address_text);
  auto range = parse_range(range_text);
  if (!address || !range || address->is_ipv4 != range->first.is_ipv4) return false;
  for (int bit = 0; bit < range->prefix_bits; ++bit) {
    auto byte = static_cast<size_t>(bit / 8);
    int mask = 0x80 >> (bit % 8);
    if (((address->bytes[byte] ^ range->first.bytes[byte]) & mask) != 0) return false;
  }
  return true;
}

bool is_ip_range(std::string_view text) { return parse_range(text).has_value(); }

}  // namespace cloudemu::iam
