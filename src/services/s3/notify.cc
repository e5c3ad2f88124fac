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
/// Of all kinds of records: "Starting with version 2.4, Amazon S3 uses a single unified version for all event types"; recorded in 2026.
constexpr std::string_view kVersion = "2.6";

/// Who did it: a client, or S3 itself as time went by.
enum class By { caller, lifecycle };
/// What S3 calls itself, where it did something.
constexpr std::string_view kItself = "s3.amazonaws.com";

/// What a record says of the object.
struct Told {
  std::string_view event;  ///< "ObjectCreated:Put"
  std::string_view key = {};
  std::string_view version = {};
  std::optional<uint64_t> size = {};
  std::string_view etag = {};
  bool is_of_detail = false;                 ///< of tags, ACL or annotations, whose records say less
  std::optional<bool> has_annotations = {};  ///< of a copy
  By by = By::caller;
  std::string_view storage_class = {};                ///< that a transition went to
  std::optional<TimeMs> restored_until = {};          ///< of a restore that ended well
  std::string own_etag = {}, own_storage_class = {};  ///< as the state has them

  std::string_view shown_etag() const { return own_etag.empty() ? etag : std::string_view(own_etag); }
};

constexpr std::string_view kCopied = "ObjectCreated:Copy";

std::string_view created_by(std::string_view operation) {
  if (operation == "CompleteMultipartUpload") return "ObjectCreated:CompleteMultipartUpload";
  if (operation == "CopyObject") return kCopied;
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
    json.field("eventVersion", kVersion).field("eventSource", "aws:s3").field("awsRegion", bucket_.region);
    json.field("eventTime", iso8601(now_)).field("eventName", told.event);
    json.key("userIdentity").begin_object();
    bool itself = told.by == By::lifecycle;
    std::string caller = concat("AWS:", call.access_key.empty() ? call.account : call.access_key);
    json.field("principalId", itself ? kItself : std::string_view(caller)).end_object();
    json.key("requestParameters").begin_object().field("sourceIPAddress", itself ? kItself : std::string_view(call.source)).end_object();
    json.key("responseElements").begin_object();
    json.field("x-amz-request-id", request_id_text(happened_.request_id)).field("x-amz-id-2", host_id(happened_.request_id)).end_object();
    json.key("s3").begin_object().field("s3SchemaVersion", "1.0").field("configurationId", queue.id);
    json.key("bucket").begin_object().field("name", bucket_.name);
    json.key("ownerIdentity").begin_object().field("principalId", canonical_user_id(bucket_.owner)).end_object();
    json.field("arn", arn_of(bucket_)).end_object();
    write_object(json, told);
    json.end_object();
    write_more(json, told);
    json.end_object().end_array().end_object();
    return out;
  }

  /// What only some kinds of events say, beside the object.
  static void write_more(JsonWriter& json, const Told& told) {
    if (!told.storage_class.empty()) {
      json.key("lifecycleEventData").begin_object().key("transitionEventData").begin_object();
      json.field("destinationStorageClass", told.storage_class).end_object().end_object();
    }
    if (told.restored_until) {
      json.key("glacierEventData").begin_object().key("restoreEventData").begin_object();
      json.field("lifecycleRestorationExpiryTime", iso8601(*told.restored_until));
      json.field("lifecycleRestoreStorageClass", std::string_view(told.own_storage_class)).end_object().end_object();
    }
  }

  void write_object(JsonWriter& json, const Told& told) const {
    json.key("object").begin_object().field("key", encoded_key(told.key));
    if (told.size) json.field("size", *told.size);
    if (!told.shown_etag().empty()) json.field("eTag", told.shown_etag());
    if (told.version != kNullVersion) json.field("versionId", told.version);
    if (!told.is_of_detail) json.field("sequencer", sequencer(happened_.sequence));
    if (told.has_annotations) json.field("hasObjectAnnotation", *told.has_annotations);
    json.end_object();
  }

  const Bucket& bucket_;
  const Notification& notification_;
  const Happened& happened_;
  TimeMs now_;
};

/// What an event is told as, in a bucket that tells somebody.
class Wording {
 public:
  Wording(const S3ReadModel& state, const Bucket& bucket, std::string_view operation)
      : state_(state), bucket_(bucket), operation_(operation) {}

  using Words = std::optional<Told>;

  Words operator()(const ObjectPut& e) const {
    Told told{.event = created_by(operation_), .key = e.key, .version = e.version, .size = e.size, .etag = e.etag};
    if (told.event == kCopied) told.has_annotations = has_annotations(e);
    return told;
  }
  Words operator()(const DeleteMarkerPut& e) const {
    bool by_time = !e.rule.empty();
    return Told{.event = by_time ? "LifecycleExpiration:DeleteMarkerCreated" : "ObjectRemoved:DeleteMarkerCreated",
                .key = e.key,
                .version = e.version,
                .etag = kEmptyMd5,
                .by = by_time ? By::lifecycle : By::caller};
  }
  Words operator()(const VersionDeleted& e) const {
    bool by_time = !e.rule.empty();
    return Told{.event = by_time ? "LifecycleExpiration:Delete" : "ObjectRemoved:Delete",
                .key = e.key,
                .version = e.version,
                .by = by_time ? By::lifecycle : By::caller};
  }
  Words operator()(const ObjectTagsPut& e) const {
    return of_object(e, {.event = e.tags.empty() ? "ObjectTagging:Delete" : "ObjectTagging:Put", .is_of_detail = true});
  }
  Words operator()(const ObjectAclPut& e) const { return of_object(e, {.event = "ObjectAcl:Put", .is_of_detail = true}); }
  Words operator()(const ObjectAnnotationPut& e) const {
    // Those that a copy takes along are not told of.
    if (operation_ == "CopyObject") return std::nullopt;
    return of_object(e, {.event = "ObjectAnnotation:Put", .is_of_detail = true});
  }
  Words operator()(const ObjectAnnotationDeleted& e) const {
    return of_object(e, {.event = "ObjectAnnotation:Delete", .is_of_detail = true});
  }
  Words operator()(const ObjectTransitioned& e) const {
    return of_object(e, {.event = "LifecycleTransition", .by = By::lifecycle, .storage_class = e.storage_class});
  }
  Words operator()(const ObjectRestoreStarted& e) const { return of_object(e, {.event = "ObjectRestore:Post"}); }
  Words operator()(const ObjectRestored& e) const {
    // A copy that was there already and stays longer is not told.
    if (operation_ == "RestoreObject") return std::nullopt;
    return of_object(e, {.event = "ObjectRestore:Completed", .by = By::lifecycle, .restored_until = e.expires_at});
  }
  Words operator()(const ObjectRestoreExpired& e) const { return of_object(e, {.event = "ObjectRestore:Delete", .by = By::lifecycle}); }
  template <class E>
  Words operator()(const E&) const {
    return std::nullopt;
  }

 private:
  /// The annotations that a copy takes along are events of the same call, which the state has seen.
  bool has_annotations(const ObjectPut& e) const {
    auto object = state_.version(bucket_.id, e.key, e.version);
    return object && state_.annotation_count(object->id) > 0;
  }

  /// With what the state says of the object.
  template <class E>
  Words of_object(const E& e, Told told) const {
    auto object = state_.version(bucket_.id, e.key, e.version);
    if (!object) return std::nullopt;
    told.key = e.key;
    told.version = e.version;
    told.own_etag = std::move(object->etag);
    if (!told.is_of_detail) told.size = object->size;
    if (told.restored_until) told.own_storage_class = object->attributes.storage_class;
    return told;
  }

  const S3ReadModel& state_;
  const Bucket& bucket_;
  std::string_view operation_;
};

/// The bucket in which it happened; null for an event that nobody is told of.
template <class E>
const std::string* bucket_of(const E& event) {
  if constexpr (requires { event.bucket; }) return &event.bucket;
  else return nullptr;
}

}  // namespace

std::vector<Notice> notices_of(const S3ReadModel& state, const Happened& happened, TimeMs now) {
  const std::string* name = std::visit([](const auto& event) { return bucket_of(event); }, happened.event);
  const Bucket* bucket = name ? state.find_bucket(*name) : nullptr;
  const Notification* notification = bucket ? bucket->settings.find<Notification>() : nullptr;
  if (!notification || notification->queues.empty()) return {};
  Teller teller(*bucket, *notification, happened, now);
  if (auto* set = std::get_if<BucketSettingPut>(&happened.event)) {
    return set->setting == Notification::kSetting ? teller.test() : std::vector<Notice>();
  }
  auto told = std::visit(Wording(state, *bucket, happened.call.operation), happened.event);
  return told ? teller.tell(*told) : std::vector<Notice>();
}

}  // namespace cloudemu::s3
