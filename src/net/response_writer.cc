#include "net/response_writer.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::net {

namespace {

bool ends_a_header(char c) { return c == '\r' || c == '\n' || c == '\0'; }

void append_header_value(std::string& out, std::string_view value) {
  unsigned ends = 0;  // counted, not searched for: this takes the compiler many bytes at once
  for (char c : value) ends += ends_a_header(c);
  out.append(value);
  if (ends > 0) std::replace_if(out.end() - static_cast<std::ptrdiff_t>(value.size()), out.end(), ends_a_header, ' ');
}

}  // namespace

std::string response_head(const http::Response& response, std::string_view date, KeepAlive keep_alive) {
  std::string out;
  out.reserve(512 + response.body.size());
  append(out, "HTTP/1.1 ", response.status, ' ', http::reason_phrase(response.status), "\r\n");
  for (const auto& [name, value] : response.headers) {
    append(out, name, ": ");
    append_header_value(out, value);
    out.append("\r\n");
  }
  if (response.status != 204 && response.status != 304) {
    append(out, "Content-Length: ", response.content_length.value_or(response.body.size()), "\r\n");
  }
  append(out, "Date: ", date, "\r\nServer: CloudEmu\r\n");
  if (keep_alive == KeepAlive::no) out.append("Connection: close\r\n");
  if (keep_alive == KeepAlive::stated) out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
  return out;
}

}  // namespace cloudemu::net
