#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What is loaded onto a server: the requests of today's SDKs, byte for byte but for the signature.
namespace cloudemu::bench {

/// One HTTP request, ready to be sent.
std::string request(std::string_view service, std::string_view method, std::string_view target,
                    const std::vector<std::pair<std::string, std::string>>& headers, std::string_view body);

/// A workload: what must be there first, and an endless supply of requests. `number` counts the requests of one run; `last_body` is
/// the reply to the previous request on the same connection, for workloads that go in pairs.
struct Workload {
  std::string name;
  std::vector<std::string> setup;
  std::function<std::string(uint64_t number, std::string_view last_body)> next;
  uint64_t body_bytes = 0;  ///< of a large body that goes up or down, for GB/s
};

/// `keys`: how many distinct items, objects or messages there are.
std::vector<std::string> workload_names();
Workload make_workload(std::string_view name, uint64_t keys);

}  // namespace cloudemu::bench
