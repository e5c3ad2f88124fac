#include "services/s3/notify.h"

#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "services/s3/reply.h"
#include "services/s3/settings/notification.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kEmptyMd5 = "d41d8cd98f00b204e9800998ecf8427e";
/// Tagging came later than the others, and its records say less.
constexpr std::string_view kVersion = "2.1", kTaggingVersion = "2.3";

/// What a record says of the object.
struct Told {
  std::string event;  ///< "ObjectCreated:Put"
  std::string_view key;
  std::string_view version;
  std::optional<uint64_t> size = {};
  std::string_view etag = {};
  bool is_tagging = false;
};

std::string_view created_by(std::string_view operation) {
  if (operation == "CompleteMultipartUpload") return "ObjectCreated:CompleteMultipartUpload";
  if (operation == "CopyObject") return "ObjectCreated:Copy";
  if (operation == "PostObject") return "ObjectCreated:Post";
  return "ObjectCreated:Put";
}

/// As in a form: a blank is a plus, a slash stays.
std::string encoded_key(std::string_view key) {
  std::string out;
  for (size_t at = 0; at < key.size();) {
    size_t blank = std::min(key.find(' ', at), key.size());
    out += percent_encode(key.substr(at, blank - at), Slash::keep);
    if (blank < key.size()) out.push_back('+');
    at = blank + 1;
  }
  return out;
}

/// Of two records of one key the later one has the greater text. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
std::string sequencer(uint64_t sequence) { return concat("00", request_id_text(sequence)); }

class Teller {
 public:
  Teller(const Bucket& bucket, const Notification& notification, const Happened& happened, TimeMs now)
      : bucket_(bucket), notification_(notification), happened_(happened), now_(now) {}

  std::vector<Notice> tell(const Told& told) {
    std::vector<Notice> notices;
    for (const NotifiedQueue& queue : notification_.queues) {
      if (is_told(queue, told.event, told.key)) notices.push_back({queue.arn, record(queue, told)});
    }
    return notices;
  }

  std::vector<Notice> test() {
    std::vector<Notice> notices;
    for (const NotifiedQueue& queue : notification_.queues) {
      std::string body;
      JsonWriter(body)
          .begin_object()
          .field("Service", "Amazon S3")
          .field("Event", "s3:TestEvent")
          .field("Time", iso8601(now_))
          .field("Bucket", bucket_.name)
          .field("RequestId", request_id_text(happened_.request_id))
          .field("HostId", host_id(happened_.request_id))
          .end_object();
      notices.push_back({queue.arn, std::move(body)});
    }
    return notices;
  }

 private:
  std::string record(const NotifiedQueue& queue, const Told& told) {
    const CallInfo& call = happened_.call;
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("Records").begin_array().begin_object();
    json.field("eventVersion", told.is_tagging ? kTaggingVersion : kVersion);
    json.field("eventSource", "aws:s3").field("awsRegion", bucket_.region);
    json.field("eventTime", iso8601(now_)).field("eventName", told.event);
    json.key("userIdentity").begin_object();
    json.field("principalId", concat("AWS:", call.access_key.empty() ? call.account : call.access_key)).end_object();
    json.key("requestParameters").begin_object().field("sourceIPAddress", call.source).end_object();
    json.key("responseElements").begin_object();
    json.field("x-amz-request-id", request_id_text(happened_.request_id)).field("x-amz-id-2", host_id(happened_.request_id)).end_object();
    json.key("s3").begin_object().field("s3SchemaVersion", "1.0").field("configurationId", queue.id);
    json.key("bucket").begin_object().field("name", bucket_.name);
    json.key("ownerIdentity").begin_object().field("principalId", canonical_user_id(bucket_.owner)).end_object();
    json.field("arn", concat("arn:aws:s3:::", bucket_.name)).end_object();
    write_object(json, told);
    json.end_object().end_object().end_array().end_object();
    return out;
  }

  void write_object(JsonWriter& json, const Told& told) {
    json.key("object").begin_object().field("key", encoded_key(told.key));
    if (told.size) json.field("size", *told.size);
    if (!told.etag.empty()) json.field("eTag", told.etag);
    if (told.version != kNullVersion) json.field("versionId", told.version);
    if (!told.is_tagging) json.field("sequencer", sequencer(happened_.sequence));
    json.end_object();
  }

  const Bucket& bucket_;
  const Notification& notification_;
  const Happened& happened_;
  TimeMs now_;
};

}  // namespace

std::vector<Notice> notices_of(const S3ReadModel& state, const Happened& happened, TimeMs now) {
  auto teller_of = [&](const std::string& name) -> std::optional<Teller> {
    const Bucket* bucket = state.find_bucket(name);
    const Notification* notification = bucket ? bucket->settings.find<Notification>() : nullptr;
    if (!notification || notification->queues.empty()) return std::nullopt;
    return Teller(*bucket, *notification, happened, now);
  };
  if (auto* put = std::get_if<ObjectPut>(&happened.event)) {
    auto teller = teller_of(put->bucket);
    if (!teller) return {};
    return teller->tell({.event = std::string(created_by(happened.call.operation)),
                         .key = put->key,
                         .version = put->version,
                         .size = put->size,
                         .etag = put->etag});
  }
  if (auto* marked = std::get_if<DeleteMarkerPut>(&happened.event)) {
    auto teller = teller_of(marked->bucket);
    if (!teller) return {};
    return teller->tell({.event = "ObjectRemoved:DeleteMarkerCreated", .key = marked->key, .version = marked->version, .etag = kEmptyMd5});
  }
  if (auto* deleted = std::get_if<VersionDeleted>(&happened.event)) {
    auto teller = teller_of(deleted->bucket);
    if (!teller) return {};
    return teller->tell({.event = "ObjectRemoved:Delete", .key = deleted->key, .version = deleted->version});
  }
  if (auto* tagged = std::get_if<ObjectTagsPut>(&happened.event)) {
    auto teller = teller_of(tagged->bucket);
    auto object = teller ? state.version(state.find_bucket(tagged->bucket)->id, tagged->key, tagged->version) : std::nullopt;
    if (!object) return {};
    return teller->tell({.event = tagged->tags.empty() ? "ObjectTagging:Delete" : "ObjectTagging:Put",
                         .key = tagged->key,
                         .version = tagged->version,
                         .etag = object->etag,
                         .is_tagging = true});
  }
  auto* set = std::get_if<BucketSettingPut>(&happened.event);
  if (!set || set->setting != Notification::kSetting) return {};
  auto teller = teller_of(set->bucket);
  return teller ? teller->test() : std::vector<Notice>();
}

}  // namespace cloudemu::s3
