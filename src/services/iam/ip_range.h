#pragma once
#include <string_view>

namespace cloudemu::iam {

/// Whether `address` lies in `range`: "203.0.113.0/24", "2001:db8::/32", or an address alone. An IPv4 address in the clothes of IPv6
/// ("::ffff:10.0.0.1") is one of IPv4. False if either is no address.
bool is_in_range(std::string_view address, std::string_view range);

/// Whether a text is a range as is_in_range() takes it.
bool is_ip_range(std::string_view text);

}  // namespace cloudemu::iam
