// Settings that cannot be written yet, because nothing would come of them: what AWS answers of a bucket that has none.
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

void write_disabled(xml::Writer& xml, std::string_view, const Bucket&) { xml.element("Status", "Disabled"); }

}  // namespace

const Setting kAbac{.name = "abac", .root = "AbacStatus", .otherwise = "", .write = write_disabled};
const Setting kLifecycle{.name = "lifecycle",
                         .root = "LifecycleConfiguration",
                         .absent_code = "NoSuchLifecycleConfiguration",
                         .absent_message = "The lifecycle configuration does not exist"};
const Setting kObjectLock{.name = "object-lock",
                          .root = "ObjectLockConfiguration",
                          .absent_code = "ObjectLockConfigurationNotFoundError",
                          .absent_message = "Object Lock configuration does not exist for this bucket"};
const Setting kReplication{.name = "replication",
                           .root = "ReplicationConfiguration",
                           .absent_code = "ReplicationConfigurationNotFoundError",
                           .absent_message = "The replication configuration was not found"};

}  // namespace cloudemu::s3
