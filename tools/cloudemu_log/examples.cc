#include "examples.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::tool {

namespace {

struct Example {
  std::string_view verb, arguments, meaning;
};
constexpr Example kExamples[] = {
    {"info", "", "how much history there is"},
    {"log", "", "everything that happened, oldest first"},
    {"log", "-20", "the last 20 events"},
    {"log", "s3://photos/cat.txt", "the life of an object"},
    {"log", "dynamodb://orders/42", "the life of an item (with a sort key: orders/42/2026)"},
    {"log", "sqs://jobs/0f3a5b1c-...", "the life of a message, in whichever queue it is"},
    {"log", "--since @-5m --service sqs", "what happened to queues in the last five minutes"},
    {"log", "--follow --json", "events as they come, for programs"},
    {"show", "1234", "one event, what led to it, and what followed"},
    {"show", "req:4F0C2D6A", "the event of a request, by its id"},
    {"state", "", "all buckets, tables and queues"},
    {"state", "--at @-1h bucket photos", "the objects in a bucket an hour ago"},
    {"state", "--versions bucket photos 2026/", "with old versions and delete markers, below a prefix"},
    {"state", "--settings bucket photos", "a bucket's settings"},
    {"state", "--settings table orders", "a table's schema"},
    {"state", "--settings queue jobs", "a queue's attributes"},
    {"state", "dynamodb://orders/42", "one item"},
    {"cat", "--at 5 s3://photos/cat.txt", "an object's bytes as they were after event 5"},
    {"cat", "--at HEAD~1 dynamodb://orders/42", "an item before the last event"},
    {"cat", "sqs://jobs/0f3a5b1c-...", "the body of a message"},
    {"diff", "HEAD~10", "what the last ten events changed"},
    {"diff", "--stat @-1h", "how much the last hour changed, and where"},
    {"diff", "5 9 table orders", "what changed in a table between two events"},
    {"diff", "5 s3://photos/2026/", "what changed below a prefix since"},
    {"fork", "1234 /tmp/what-if", "a directory that goes on from there; serve it with cloudemu --data-dir /tmp/what-if"},
    {"verify", "", "whether everything can be read and is what it was"},
    {"rebuild", "--check", "whether the log gives the state that is there"},
    {"repair", "--dry-run", "what is damaged, and what would be kept"},
    {"compact", "--keep @-30d --dry-run", "what would go if only the last 30 days stayed"},
};

}  // namespace

std::string examples_of(std::string_view verb) {
  std::string out;
  size_t width = 0;
  for (const Example& example : kExamples) {
    if (example.verb == verb) width = std::max(width, example.arguments.size());
  }
  for (const Example& example : kExamples) {
    if (example.verb != verb) continue;
    append(out, out.empty() ? "Examples:\n" : "", "  cloudemu-log ", verb, width == 0 ? "" : " ", example.arguments);
    append(out, std::string(width - example.arguments.size() + 2, ' '), "# ", example.meaning, "\n");
  }
  return out;
}

}  // namespace cloudemu::tool
