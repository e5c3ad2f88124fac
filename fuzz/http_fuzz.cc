// HTTP requests, cut into pieces at places that the input chooses, and what the door makes of them.
#include <cstdlib>

#include "app/door.h"
#include "fuzz.h"
#include "net/request_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cloudemu;
  std::string_view input = fuzz::bytes(data, size);
  size_t piece = input.empty() ? 1 : static_cast<unsigned char>(input[0]) % 64 + 1;
  net::RequestParser parser;
  http::Request& request = *parser.request();
  const Door door({.domains = {"cloudemu.example"}, .origins = {"https://*.example"}});
  size_t body = 0;
  for (size_t at = 0; at < input.size(); at += piece) {
    std::string_view rest = input.substr(at, piece);
    for (bool more = true; more;) {
      switch (parser.next(rest)) {
        case net::RequestParser::Step::need_more: more = false; break;
        case net::RequestParser::Step::error: return 0;
        case net::RequestParser::Step::body: body += parser.piece().size(); break;
        case net::RequestParser::Step::head:
        case net::RequestParser::Step::complete:
          // Every view must point into the head.
          for (const http::Header& header : request.headers) fuzz::require(header.name.data() >= request.head.data());
          fuzz::require(request.path.size() + request.query.size() <= request.target.size());
          for (auto path : {Door::Path::service, Door::Path::control, Door::Path::open_control}) {
            Door::Verdict verdict = door.judge(request, path);
            fuzz::require(verdict.refusal.empty() || verdict.reply_headers.empty());
          }
          break;
      }
    }
  }
  fuzz::require(body <= size);
  return 0;
}
