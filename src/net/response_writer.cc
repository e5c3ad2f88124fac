#include "net/response_writer.h"

#include "core/strings.h"

namespace cloudemu::net {

namespace {

void append_header_value(std::string& out, std::string_view value) {
  if (value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos) {
    out.append(value);
    return;
  }
  for (char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
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
