// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
#include "core/region.h"
#include "core/strings.h"
#include "services/s3/continuation.h"
#include "services/s3/errors.h"
#include "services/s3/listing.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

constexpr int kBucketsMax = 10'000;

struct Question {
  size_t limit = kBucketsMax;
  std::string_view prefix;
  std::string region, after;
  bool is_paged = false;  ///< any parameter was given: the reply then tells the region of each bucket
};

AwsResult<Question> parse(const Call& call) {
  Question question{.prefix = call.query.get("prefix"), .region = lower(call.query.get("bucket-region"))};
  if (const std::string* text = call.query.find("max-buckets")) {
    auto limit = parse_integer<int>(*text);
    if (!limit) return fail(not_an_integer("max-buckets", *text));
    if (*limit < 1 || *limit > kBucketsMax) {
      return fail(invalid_argument("Argument max-buckets must be an integer between 1 and 10000", "max-buckets", std::to_string(*limit)));
    }
    question.limit = static_cast<size_t>(*limit);
  }
  if (const std::string* region = call.query.find("bucket-region")) {
    if (!is_region(question.region)) {
      return fail(invalid_argument(concat("Argument value ", *region, " is not a valid AWS Region"), "bucket-region"));
    }
    // The endpoint that a caller asks is that of the region he signs for.
    if (is_region(call.principal.region) && question.region != call.principal.region) {
      return fail(
          invalid_argument("Requests with bucket-region specified must be made to the corresponding regional endpoint", "bucket-region"));
    }
  }
  if (const std::string* token = call.query.find("continuation-token")) {
    auto position = read_continuation_token(*token);
    if (!position) return fail(incorrect_continuation_token());
    question.after = position->name;
  }
  for (std::string_view name : {"prefix", "bucket-region", "max-buckets", "continuation-token"}) {
    question.is_paged = question.is_paged || call.query.contains(name);
  }
  return question;
}

/// Buckets of the page and whether there are more. The region is looked at here: few accounts have buckets in many.
std::pair<std::vector<Bucket>, bool> find(const S3ReadModel& state, const Call& call, const Question& question) {
  std::vector<Bucket> page;
  std::string after = question.after;
  while (true) {
    auto found = state.buckets(call.principal.account, question.prefix, after, question.limit + 1);
    for (Bucket& bucket : found) {
      after = bucket.name;
      if (!question.region.empty() && bucket.region != question.region) continue;
      if (page.size() == question.limit) return {std::move(page), true};
      page.push_back(std::move(bucket));
    }
    if (found.size() <= question.limit) return {std::move(page), false};
  }
}

}  // namespace

AwsResult<Outcome> list_buckets(const S3ReadModel& state, const Call& call) {
  Question question = TRY(parse(call));
  auto [page, is_truncated] = find(state, call, question);
  xml::Writer xml;
  xml.open("ListAllMyBucketsResult", kXmlns);
  write_owner(xml, call.principal.account, call);
  xml.open("Buckets");
  for (const Bucket& bucket : page) {
    xml.open("Bucket").element("Name", bucket.name).element("CreationDate", xml_time(bucket.created_at));
    if (question.is_paged) xml.element("BucketRegion", bucket.region);
    xml.element("BucketArn", concat("arn:aws:s3:::", bucket.name)).close();
  }
  xml.close();
  if (call.query.contains("prefix")) xml.element("Prefix", question.prefix);
  if (is_truncated) xml.element("ContinuationToken", continuation_token({.name = page.back().name}));
  xml.close();
  return outcome_of(xml_reply(xml));
}

}  // namespace cloudemu::s3
