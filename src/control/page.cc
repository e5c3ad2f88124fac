#include "control/page.h"

#include <algorithm>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/time_format.h"
#include "protocol/url_scheme.h"
#include "protocol/xml_writer.h"

namespace cloudemu::control {

namespace {

/// The account and region of whoever uses the line to paste.
constexpr std::string_view kAccount = "000000000000", kRegion = "us-east-1";
constexpr size_t kNamesShown = 20, kCallsShown = 25;

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c2733;background:#fff}"
    "h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}small,.none{color:#66737f}"
    "code,pre,td{font-family:ui-monospace,monospace;font-size:.85rem}"
    "pre{background:#f3f5f7;padding:.7rem 1rem;border-radius:.4rem;overflow:auto;white-space:pre-wrap}"
    "table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:600;font-size:.85rem}"
    "th[scope]{width:9rem}th,td{padding:.25rem .8rem .25rem 0;border-bottom:1px solid #e3e7ea;vertical-align:top;overflow-wrap:anywhere}"
    ".bad{color:#b3261e}@media(prefers-color-scheme:dark){body{color:#dfe5ea;background:#14191e}pre{background:#20272e}"
    "th,td{border-color:#303942}.bad{color:#ff8a80}small,.none{color:#93a0ab}}";

std::string escaped(std::string_view text) {
  std::string out;
  xml::append_text(out, safe(text));
  return out;
}

void append_row(std::string& out, std::string_view name, std::string_view html) {
  append(out, "<tr><th scope=\"row\">", name, "</th><td>", html, "</td></tr>\n");
}

/// "photos, backups and more"; one name more than is shown was asked for.
std::string list(std::vector<std::string> names) {
  if (names.empty()) return "<span class=\"none\">none</span>";
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) append(out, i == 0 ? "" : ", ", escaped(names[i]));
  return names.size() > kNamesShown ? out + " and more" : out;
}

std::string how_to_use(const Context& context, const http::Request& request) {
  std::string url = concat(http::url_scheme(request), request.header("host").empty() ? "localhost" : escaped(request.header("host")));
  std::string out = concat("<h2>Use it</h2>\n<pre>export AWS_ENDPOINT_URL=", url);
  if (context.facts.guarded) append(out, "\n");
  else append(out, " AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=", kRegion, "\n");
  if (http::is_https(request)) append(out, "curl -sk ", url, "/_cloudemu/ca.pem &gt; ca.pem; export AWS_CA_BUNDLE=$PWD/ca.pem\n");
  append(out, "aws --endpoint-url ", url, " s3 ls\ncurl ", url, "/_cloudemu/health\ncurl -X POST ", url, "/_cloudemu/reset\n</pre>\n");
  return out;
}

std::string what_is_there(const State& state) {
  std::vector<std::string> buckets;
  for (const s3::Bucket& bucket : state.s3().buckets(kAccount, "", "", kNamesShown + 1)) buckets.push_back(bucket.name);
  std::string out =
      concat("<h2>What is there <small>of account ", kAccount, ", queues and tables of ", kRegion, "</small></h2>\n<table>\n");
  append_row(out, "S3", list(std::move(buckets)));
  append_row(out, "DynamoDB", list(state.dynamodb().table_names(kAccount, kRegion, "", kNamesShown + 1)));
  append_row(out, "SQS", list(state.sqs().queue_names(kAccount, kRegion, "", "", kNamesShown + 1)));
  append_row(out, "STS", "GetCallerIdentity, AssumeRole");
  return out + "</table>\n";
}

std::string where_it_is(Context& context) {
  Engine& engine = context.engine;
  const Facts& facts = context.facts;
  std::string out = "<h2>Where the data is</h2>\n<table>\n";
  append_row(out, "Directory", facts.persistent ? concat(escaped(facts.data_dir), ", sync ", facts.sync) : "in memory: nothing is kept");
  append_row(out, "Log",
             concat(engine.log().last_sequence(), " events, ", engine.log().durable(), facts.persistent ? " on the disk" : " written"));
  append_row(out, "Its clock", iso8601(engine.clock().now()));
  if (engine.log().failed())
    append_row(out, "Trouble", concat("<span class=\"bad\">", escaped(engine.log().failure()->context), "</span>"));
  else if (engine.disk_full()) append_row(out, "Trouble", "<span class=\"bad\">the disk is full: writes are refused</span>");
  return out + "</table>\n";
}

std::string last_calls(const RequestLog& requests) {
  std::string rows;
  requests.for_last(kCallsShown, [&](const RequestRecord& record) {
    append(rows, "<tr><td>", iso8601(record.time).substr(11, 12), "</td><td>", escaped(record.service), record.service.empty() ? "" : ".",
           escaped(record.operation), "</td><td", record.status >= 400 ? " class=\"bad\"" : "", ">", record.status, " ",
           escaped(record.error), "</td><td>", escaped(record.resource), "</td><td>");
    append_ms(rows, record.duration_us);
    append(rows, "</td></tr>\n");
  });
  if (rows.empty()) return "<h2>Last calls</h2>\n<p class=\"none\">none yet</p>\n";
  return concat(
      "<h2>Last calls <small>the newest "
      "first</small></h2>\n<table>\n<tr><th>time</th><th>call</th><th>status</th><th>of</th><th>ms</th></tr>\n",
      rows, "</table>\n");
}

}  // namespace

bool is_page(const http::Request& request) {
  if (request.path != "/" || !request.query.empty() || (request.method != "GET" && request.method != "HEAD")) return false;
  if (request.header("accept").find("text/html") == std::string_view::npos) return false;
  return std::none_of(request.headers.begin(), request.headers.end(), [](const http::Header& header) {
    return header.name == "authorization" || header.name.starts_with("x-amz-") || header.name.starts_with("amz-sdk-");
  });
}

std::optional<Reply> show_page(Context& context, net::ConnectionId, const http::Request& request) {
  static const std::string policy = concat("default-src 'none'; style-src 'sha256-", base64(sha256(kStyle)),
                                           "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  std::string html = concat("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>CloudEmu</title>\n",
                            "<meta name=\"viewport\" content=\"width=device-width\">\n<style>", kStyle, "</style></head><body>\n");
  append(html, "<h1>CloudEmu <small>", escaped(context.facts.version), "</small></h1>\n<p>Amazon S3, DynamoDB and SQS on this port");
  append(html, context.engine.log().failed() ? ", <span class=\"bad\">read-only</span>" : "", ".</p>\n");
  append(html, how_to_use(context, request), what_is_there(context.engine.state()), where_it_is(context), last_calls(context.requests));
  append(html, "</body></html>\n");
  return Reply{.body = std::move(html),
               .headers = {{"Content-Type", "text/html; charset=utf-8"},
                           {"Content-Security-Policy", policy},
                           {"X-Content-Type-Options", "nosniff"},
                           {"X-Frame-Options", "DENY"},
                           {"Referrer-Policy", "no-referrer"},
                           {"Cache-Control", "no-store"},
                           {"Vary", "Accept"}}};
}

}  // namespace cloudemu::control
