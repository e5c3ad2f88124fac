// Replication to another bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "settings/fixture.h"

namespace cloudemu::test {

namespace {

/// Buckets "photos" and "copies", both with versions.
struct Pair : Settings {
  Pair() {
    s3.bucket("copies");
    s3.set_versioning("photos", "Enabled");
    s3.set_versioning("copies", "Enabled");
  }
  std::string configure(std::string_view rules, std::string_view bucket = "photos") {
    s3.put(concat("/", bucket, "?replication"),
           concat("<ReplicationConfiguration><Role>arn:aws:iam::000000000000:role/r</Role>", rules, "</ReplicationConfiguration>"));
    return error_of(s3.last);
  }
  std::string refused_rules(std::string_view rules) {
    return refused("replication",
                   concat("<ReplicationConfiguration><Role>arn:aws:iam::000000000000:role/r</Role>", rules, "</ReplicationConfiguration>"));
  }
  std::string status(const std::string& target) { return s3.head(target).header("x-amz-replication-status"); }
};

std::string rule(std::string_view id, int priority, std::string_view filter, std::string_view to = "copies",
                 std::string_view markers = "Disabled", std::string_view more = "") {
  return concat("<Rule><ID>", id, "</ID><Priority>", priority, "</Priority><Filter>", filter, "</Filter><Status>Enabled</Status>", more,
                "<Destination><Bucket>arn:aws:s3:::", to, "</Bucket></Destination><DeleteMarkerReplication><Status>", markers,
                "</Status></DeleteMarkerReplication></Rule>");
}

}  // namespace

TEST_CASE("Replication: the document is kept and shown, and what AWS does not take", "[s3][settings][replication]") {
  Pair f;
  CHECK(f.absent("replication") == "404 ReplicationConfigurationNotFoundError: The replication configuration was not found");
  check_document(f, "replication", "ReplicationConfiguration",
                 "<Role>arn:aws:iam::000000000000:role/r</Role>" + rule("a", 1, "<Prefix>x</Prefix>"));
  CHECK(f.refused_rules(rule("a", 1, "", "nobody")) == "400 InvalidRequest: Destination bucket must exist.");
  f.s3.bucket("plain");
  CHECK(f.refused_rules(rule("a", 1, "", "plain")) == "400 InvalidRequest: Destination bucket must have versioning enabled.");
  auto prefixed = [](size_t size) { return rule("a", 1, concat("<Prefix>", std::string(size, 'p'), "</Prefix>")); };
  CHECK(f.configure(prefixed(1024)) == "200");
  CHECK(f.refused_rules(prefixed(1025)) == "400 InvalidArgument: Rule prefix cannot be longer than maximum allowed key length of 1024");
  CHECK(f.refused_rules(rule("a", 1, "") + rule("a", 2, "")).starts_with("400 InvalidArgument: Rule Id must be unique"));
  CHECK(f.refused_rules(rule("a", 1, "") + rule("b", 1, "")).starts_with("400 InvalidRequest: Found duplicate priority '1'"));
  CHECK(f.refused_rules("<Rule><Filter/><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::copies</Bucket></Destination></Rule>")
            .starts_with("400 InvalidRequest: Priority must be specified"));
  CHECK(f.s3.refusal(
            "PUT", "/plain?replication", {},
            "<ReplicationConfiguration><Role>arn:aws:iam::000000000000:role/r</Role>" + rule("a", 1, "") + "</ReplicationConfiguration>") ==
        "400 InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  CHECK(f.s3.refusal("PUT", "/photos?versioning", {}, "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>")
            .starts_with("409 InvalidBucketState: A replication configuration is present"));
  CHECK(f.remove("replication") == 204);
}

TEST_CASE("Replication: rules with bare prefixes know less", "[s3][settings][replication]") {
  Pair f;
  f.s3.bucket("others");
  f.s3.set_versioning("others", "Enabled");
  auto old = [](std::string_view id, std::string_view to, std::string_view more = "") {
    return concat("<Rule><ID>", id, "</ID><Prefix>", id, "</Prefix><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::", to,
                  "</Bucket></Destination>", more, "</Rule>");
  };
  CHECK(f.configure(old("a", "copies") + old("b", "copies")) == "200");
  CHECK(f.refused_rules(old("a", "copies") + old("b", "others")) ==
        "400 InvalidRequest: Number of distinct destination bucket ARNs cannot exceed 1");
  CHECK(f.refused_rules(old("a", "copies", "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>")) ==
        "400 InvalidRequest: DeleteMarkerReplication cannot be used for this version of Cross Region Replication configuration schema. "
        "Please "
        "refer to S3 Developer Guide for more information.");
  CHECK(f.configure(rule("a", 1, "<Prefix>a</Prefix>") + rule("b", 2, "<Prefix>b</Prefix>", "others")) == "200");
  for (std::string_view status : {"Enabled", "Disabled"}) {
    CHECK(f.refused_rules(rule("a", 1, "", "copies", "Disabled",
                               concat("<ExistingObjectReplication><Status>", status, "</Status></ExistingObjectReplication>"))) ==
          kMalformed);
  }
}

TEST_CASE("Replication: what is said of KMS and of time must fit together", "[s3][settings][replication]") {
  Pair f;
  auto to = [](std::string_view destination, std::string_view selection = "") {
    return replace_all(rule("a", 1, "", "copies", "Disabled", selection), "</Bucket>", concat("</Bucket>", destination));
  };
  const std::string key = "<EncryptionConfiguration><ReplicaKmsKeyID>k</ReplicaKmsKeyID></EncryptionConfiguration>";
  const std::string objects =
      "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>";
  CHECK(f.refused_rules(to(key)) == "400 InvalidRequest: SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.");
  for (std::string_view without : {"", "<EncryptionConfiguration/>"}) {
    CHECK(f.refused_rules(to(without, objects)) ==
          "400 InvalidRequest: ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.");
  }
  CHECK(f.configure(to(key, objects)) == "200");
  auto time = [](std::string_view status, int minutes) {
    return concat("<ReplicationTime><Status>", status, "</Status><Time><Minutes>", minutes, "</Minutes></Time></ReplicationTime>");
  };
  auto metrics = [](std::string_view more = "") { return concat("<Metrics><Status>Enabled</Status>", more, "</Metrics>"); };
  auto threshold = [](int minutes) { return concat("<EventThreshold><Minutes>", minutes, "</Minutes></EventThreshold>"); };
  CHECK(f.refused_rules(to(time("Enabled", 15))).starts_with("400 InvalidArgument: Metrics must be specified"));
  CHECK(f.refused_rules(to(time("Enabled", 30) + metrics())) == "400 InvalidArgument: Minutes must be 15");
  CHECK(f.refused_rules(to(time("Enabled", 15) + metrics(threshold(30)))) == "400 InvalidArgument: Minutes must be 15");
  for (const std::string& unpromised : {std::string(), time("Disabled", 15)}) {
    CHECK(f.refused_rules(to(unpromised + metrics(threshold(15)))) ==
          "400 InvalidArgument: Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled");
    CHECK(f.configure(to(unpromised + metrics())) == "200");
  }
  CHECK(f.configure(to(time("Enabled", 15) + metrics(threshold(15)))) == "200");
}

TEST_CASE("Replication: what is put is there too, with its version, tags and metadata, at once", "[s3][replication]") {
  Pair f;
  f.s3.put("/photos/x/before", "x");
  REQUIRE(f.configure(rule("a", 1, "<Prefix>x/</Prefix>")) == "200");
  std::string version = f.s3.put("/photos/x/a", "hello", {{"x-amz-tagging", "k=v"}, {"x-amz-meta-m", "1"}}).header("x-amz-version-id");
  Reply copy = f.s3.get("/copies/x/a");
  CHECK(copy.body == "hello");
  CHECK(copy.header("x-amz-version-id") == version);
  CHECK(copy.header("x-amz-replication-status") == "REPLICA");
  CHECK(copy.header("x-amz-meta-m") == "1");
  CHECK(copy.header("x-amz-tagging-count") == "1");
  CHECK(f.status("/photos/x/a") == "COMPLETED");
  f.s3.put("/photos/other", "x");
  CHECK(f.status("/photos/other").empty());
  CHECK(elements(f.s3.get("/copies"), "Contents/Key") == "x/a");
  f.s3.put("/photos/x/a?tagging", "<Tagging><TagSet><Tag><Key>new</Key><Value>v</Value></Tag></TagSet></Tagging>");
  CHECK(element(f.s3.get("/copies/x/a?tagging"), "TagSet/Tag/Key") == "new");
}

TEST_CASE("Replication: annotations are copied, changed and deleted with their object's", "[s3][replication][annotations]") {
  Pair f;
  REQUIRE(f.configure(rule("a", 1, "")) == "200");
  const std::string note = "?annotation&annotationName=note";
  f.s3.put("/photos/cat", "meow");
  f.s3.put("/photos/cat" + note, "one");
  CHECK(f.s3.get("/copies/cat" + note).body == "one");
  f.s3.put("/photos/cat" + note, std::string(20'000, '2'));
  CHECK(f.s3.get("/copies/cat" + note).body == std::string(20'000, '2'));
  f.s3.put("/photos/dog", "", {{"x-amz-copy-source", "/photos/cat"}});
  CHECK(f.s3.get("/copies/dog" + note).body == std::string(20'000, '2'));
  f.s3.remove("/photos/cat" + note);
  CHECK(f.s3.get("/copies/cat" + note).status == 404);
}

TEST_CASE("Replication: large bodies and uploads in parts share their bytes", "[s3][replication]") {
  Pair f;
  f.configure(rule("a", 1, ""));
  std::string large(100'000, 'l');
  f.s3.put("/photos/large", large);
  std::string upload = f.s3.begin_upload("/photos/parts");
  std::string etag = f.s3.upload_part("/photos/parts", upload, 1, large);
  f.s3.post("/photos/parts?uploadId=" + upload, parts_document({etag}));
  CHECK(f.s3.get("/copies/large").body == large);
  CHECK(f.s3.get("/copies/parts").body == large);
  CHECK(f.s3.get("/copies/parts").header("ETag") == f.s3.head("/photos/parts").header("ETag"));
}

TEST_CASE("Replication: delete markers go along where the rule says so, deletions of versions never", "[s3][replication]") {
  Pair f;
  f.configure(rule("with", 2, "<Prefix>m</Prefix>", "copies", "Enabled") + rule("without", 1, "<Prefix>n</Prefix>"));
  for (std::string key : {"m", "n"}) {
    std::string version = f.s3.put("/photos/" + key, "x").header("x-amz-version-id");
    f.s3.remove("/photos/" + key);
    f.s3.remove("/photos/" + key + "?versionId=" + version);
  }
  CHECK(elements(f.s3.get("/copies?versions"), "Version/Key") == "m n");
  CHECK(elements(f.s3.last, "DeleteMarker/Key") == "m");
}

TEST_CASE("Replication: of several rules for one bucket the highest priority wins; a class may be given", "[s3][replication]") {
  Pair f;
  std::string to = "copies</Bucket><StorageClass>STANDARD_IA</StorageClass></Destination><Destination><Bucket>";
  f.configure(rule("low", 1, "") +
              "<Rule><ID>high</ID><Priority>9</Priority><Filter/><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::copies</Bucket>"
              "<StorageClass>STANDARD_IA</StorageClass></Destination><DeleteMarkerReplication><Status>Disabled</Status>"
              "</DeleteMarkerReplication></Rule>");
  f.s3.put("/photos/a", "x");
  CHECK(f.s3.head("/copies/a").header("x-amz-storage-class") == "STANDARD_IA");
  CHECK(elements(f.s3.get("/copies?versions"), "Version/Key") == "a");
}

TEST_CASE("Replication: two buckets that copy to each other come to rest, and changes of replicas go back where asked",
          "[s3][replication]") {
  Pair f;
  const std::string back =
      "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status></ReplicaModifications>"
      "</SourceSelectionCriteria>";
  REQUIRE(f.configure(rule("a", 1, "", "copies", "Enabled", back)) == "200");
  REQUIRE(f.configure(rule("b", 1, "", "photos", "Enabled", back), "copies") == "200");
  f.s3.put("/photos/a", "x");
  f.s3.put("/copies/a?tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>");
  CHECK(element(f.s3.get("/photos/a?tagging"), "TagSet/Tag/Key") == "k");
  f.s3.remove("/copies/a");
  CHECK(elements(f.s3.get("/photos?versions"), "DeleteMarker/Key") == "a");
  CHECK(elements(f.s3.get("/copies?versions"), "DeleteMarker/Key") == "a");
}

TEST_CASE("Replication: where the other bucket is gone, the status says that it failed", "[s3][replication]") {
  Pair f;
  f.configure(rule("a", 1, ""));
  f.s3.remove("/copies");
  CHECK(f.s3.put("/photos/a", "x").status == 200);
  CHECK(f.status("/photos/a") == "FAILED");
}

}  // namespace cloudemu::test
