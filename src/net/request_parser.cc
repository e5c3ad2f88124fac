#include "net/request_parser.h"

#include <llhttp.h>

#include <vector>

#include "core/strings.h"
#include "net/limits.h"

namespace cloudemu::net {

using Step = RequestParser::Step;

namespace {

/// "/photos?acl" of "http://localhost:4566/photos?acl": servers take the absolute form, too (RFC 9112, 3.2.2).
std::string_view origin_form(std::string_view target) {
  if (!starts_with_ignoring_case(target, "http://") && !starts_with_ignoring_case(target, "https://")) return target;
  size_t path = target.find('/', target.find("://") + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

/// llhttp calls back while it eats input. The callbacks that matter to the caller pause it, so that each call of next() returns
/// exactly one step; `event` says which.
struct RequestParser::State {
  struct Span {
    size_t offset = 0, length = 0;
  };
  struct HeaderSpan {
    Span name, value;
  };

  http::SharedRequest shared = std::make_shared<http::Request>();
  llhttp_t parser;
  Step event = Step::need_more;
  std::string_view piece;
  Span target;
  std::vector<HeaderSpan> headers;
  bool in_value = false;
  bool started = false;
  bool head_done = false;  // what comes now as headers are trailers of a chunked body: counted, not kept
  bool keep_alive = true;
  bool http_1_0 = false;
  bool tls = false;
  size_t header_bytes = 0;
  int error_status = 400;
  std::string error_reason;

  int refuse(int status, std::string reason) {
    error_status = status;
    error_reason = std::move(reason);
    return HPE_USER;
  }

  void append_to(Span& span, const char* at, size_t length) {
    if (span.length == 0) span.offset = shared->head.size();
    shared->head.append(at, length);
    span.length += length;
  }

  int on_target(const char* at, size_t length) {
    append_to(target, at, length);
    return target.length > kRequestLineBytesMax ? refuse(400, "request line too long") : HPE_OK;
  }

  int on_header_field(const char* at, size_t length) {
    if (head_done) return count_header_bytes(length);
    if (headers.empty() || in_value) {
      if (headers.size() == kHeadersMax) return refuse(400, "too many headers");
      headers.emplace_back();
      in_value = false;
    }
    append_to(headers.back().name, at, length);
    make_lower(shared->head.data() + shared->head.size() - length, length);
    return count_header_bytes(length);
  }

  int on_header_value(const char* at, size_t length) {
    if (head_done) return count_header_bytes(length);
    in_value = true;
    append_to(headers.back().value, at, length);
    return count_header_bytes(length);
  }

  int count_header_bytes(size_t length) {
    header_bytes += length;
    return header_bytes > kHeaderBytesMax ? refuse(400, "request headers too large") : HPE_OK;
  }

  int on_headers_complete() {
    http::Request& request = *shared;
    // Only now does `head` stop growing, so that views into it stay valid.
    auto view = [&](Span span) { return std::string_view(request.head).substr(span.offset, span.length); };
    request.method = llhttp_method_name(static_cast<llhttp_method_t>(parser.method));
    request.target = origin_form(view(target));
    size_t question = request.target.find('?');
    request.path = request.target.substr(0, question);
    request.query = question == std::string_view::npos ? std::string_view() : request.target.substr(question + 1);
    http_1_0 = parser.http_major < 1 || (parser.http_major == 1 && parser.http_minor == 0);
    if (tls) request.headers.push_back({"x-forwarded-proto", "https"});  // before what a client says: the first one counts
    int hosts = 0;
    for (const HeaderSpan& header : headers) {
      std::string_view name = view(header.name);
      if (name.empty()) return refuse(400, "header without a name");
      if (name.find(' ') != std::string_view::npos) return refuse(400, "blank in a header name");
      if (name == "host") ++hosts;
      request.headers.push_back({name, trim(view(header.value))});
    }
    if (hosts > 1) return refuse(400, "more than one Host header");
    request.chunked = (parser.flags & F_CHUNKED) != 0;
    if (parser.flags & F_CONTENT_LENGTH) request.content_length = parser.content_length;
    keep_alive = llhttp_should_keep_alive(&parser) != 0;
    head_done = true;
    event = Step::head;
    return HPE_PAUSED;
  }

  void begin_next() {
    head_done = false;
    if (shared.use_count() == 1) {
      shared->clear();
    } else {
      auto next = std::make_shared<http::Request>();
      next->peer = shared->peer;
      shared = std::move(next);
    }
    target = {};
    headers.clear();
    in_value = false;
    header_bytes = 0;
  }
};

namespace {

template <auto Method>
int on_data(llhttp_t* parser, const char* at, size_t length) {
  return (static_cast<RequestParser::State*>(parser->data)->*Method)(at, length);
}

}  // namespace

RequestParser::RequestParser() : state_(std::make_unique<State>()) {
  static const llhttp_settings_t settings = [] {
    llhttp_settings_t s;
    llhttp_settings_init(&s);
    s.on_message_begin = [](llhttp_t* p) {
      auto* state = static_cast<State*>(p->data);
      state->begin_next();
      state->started = true;
      return 0;
    };
    s.on_url = on_data<&State::on_target>;
    s.on_header_field = on_data<&State::on_header_field>;
    s.on_header_value = on_data<&State::on_header_value>;
    s.on_headers_complete = [](llhttp_t* p) { return static_cast<State*>(p->data)->on_headers_complete(); };
    s.on_body = [](llhttp_t* p, const char* at, size_t length) -> int {
      if (length == 0) return HPE_OK;  // called so when there is no input
      auto* state = static_cast<State*>(p->data);
      state->piece = {at, length};
      state->event = Step::body;
      return HPE_PAUSED;
    };
    s.on_message_complete = [](llhttp_t* p) -> int {
      auto* state = static_cast<State*>(p->data);
      state->started = false;
      state->event = Step::complete;
      return HPE_PAUSED;
    };
    return s;
  }();
  llhttp_init(&state_->parser, HTTP_REQUEST, &settings);
  state_->parser.data = state_.get();
}

RequestParser::~RequestParser() = default;

void RequestParser::set_tls() { state_->tls = true; }

Step RequestParser::next(std::string_view& input) {
  State& s = *state_;
  if (s.event == Step::error) return Step::error;
  while (true) {
    s.event = Step::need_more;
    llhttp_errno_t code = llhttp_execute(&s.parser, input.data(), input.size());
    if (code == HPE_OK) {
      input = {};
      return Step::need_more;
    }
    if (code != HPE_PAUSED && code != HPE_PAUSED_UPGRADE) {
      if (code != HPE_USER) s.refuse(code == HPE_INVALID_VERSION ? 505 : 400, llhttp_get_error_reason(&s.parser));
      s.event = Step::error;
      return Step::error;
    }
    input.remove_prefix(static_cast<size_t>(llhttp_get_error_pos(&s.parser) - input.data()));
    if (code == HPE_PAUSED) {
      llhttp_resume(&s.parser);
      return s.event;
    }
    // A wish to upgrade may be ignored (RFC 9110 section 7.8): what follows is read as the next request.
    llhttp_resume_after_upgrade(&s.parser);
    if (input.empty()) return Step::need_more;
  }
}

const http::SharedRequest& RequestParser::request() const { return state_->shared; }
std::string_view RequestParser::piece() const { return state_->piece; }
int RequestParser::error_status() const { return state_->error_status; }
std::string_view RequestParser::error_reason() const { return state_->error_reason; }
bool RequestParser::keep_alive() const { return state_->keep_alive; }
bool RequestParser::is_http_1_0() const { return state_->http_1_0; }
bool RequestParser::inside_request() const { return state_->started; }

}  // namespace cloudemu::net
