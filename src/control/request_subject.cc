#include "control/request_subject.h"

namespace cloudemu {

namespace {

/// Names stand near the beginning; a body of megabytes is not searched for them.
constexpr size_t kLookedAtBytes = 4096;

/// The next text in quotes after `key`; empty if absent.
std::string_view quoted_after(std::string_view text, std::string_view key) {
  size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  size_t open = text.find('"', at + key.size());
  size_t close = open == std::string_view::npos ? open : text.find('"', open + 1);
  return close == std::string_view::npos ? std::string_view() : text.substr(open + 1, close - open - 1);
}

/// The value of a parameter of a form or a query string, still encoded.
std::string_view parameter(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    bool begins = at == 0 || text[at - 1] == '&';
    std::string_view rest = text.substr(at + name.size());
    if (begins && rest.starts_with('=')) return rest.substr(1, rest.find('&') - 1);
  }
  return {};
}

/// Queues go by their last name: hosts and accounts of their URLs are the same all over.
std::string_view last_name(std::string_view url) {
  size_t slash = url.rfind('/'), encoded = url.rfind("%2F");
  if (slash != std::string_view::npos) return url.substr(slash + 1);
  return encoded == std::string_view::npos ? url : url.substr(encoded + 3);
}

}  // namespace

std::string subject_in_body(const http::Request& request) {
  std::string_view body = std::string_view(request.body).substr(0, kLookedAtBytes);
  if (body.starts_with('{')) {
    for (std::string_view member : {"\"TableName\"", "\"QueueUrl\"", "\"QueueName\"", "\"RequestItems\""}) {
      if (std::string_view name = quoted_after(body, member); !name.empty()) return std::string(last_name(name));
    }
    return {};
  }
  for (std::string_view text : {request.query, body}) {
    for (std::string_view name : {"QueueUrl", "QueueName"}) {
      if (std::string_view value = parameter(text, name); !value.empty()) return std::string(last_name(value));
    }
  }
  return std::string(last_name(request.path));
}

}  // namespace cloudemu
