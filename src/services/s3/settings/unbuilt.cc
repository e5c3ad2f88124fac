// Settings that cannot be written yet, because nothing would come of them: what AWS answers of a bucket that has none.
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

void write_disabled(xml::Writer& xml, std::string_view, const Bucket&) { xml.element("Status", "Disabled"); }

}  // namespace

const Setting kAbac{.name = "abac", .root = "AbacStatus", .otherwise = "", .write = write_disabled};

}  // namespace cloudemu::s3
