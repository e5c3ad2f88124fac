#include "net/response_writer.h"

#include "core/strings.h"

namespace cloudemu::net {

std::string response_head(const http::Response& response, std::string_view date, KeepAlive keep_alive) {
  std::string out;
  constexpr size_t kOtherBytes = 160;  // the status line, and the headers that are set here
  out.reserve(kOtherBytes + response.headers.text().size() + response.body.size());
  append(out, "HTTP/1.1 ", response.status, ' ', http::reason_phrase(response.status), "\r\n");
  out.append(response.headers.text());
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
