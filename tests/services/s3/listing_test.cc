#include <catch2/catch.hpp>

#include "core/encoding.h"
#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

struct Fixture {
  Fixture() { s3.bucket("photos"); }
  explicit Fixture(std::vector<std::string> keys) : Fixture() { put(keys); }

  void put(const std::vector<std::string>& keys) {
    std::vector<Event> events;
    for (const std::string& key : keys) {
      events.push_back(s3::ObjectPut{.bucket = "photos",
                                     .key = key,
                                     .version = "null",
                                     .etag = "e",
                                     .modified_at = 1'795'406'400'000,
                                     .checksum = {"CRC32", "FULL_OBJECT", "AAAAAA=="}});
    }
    s3.world.given(std::move(events));
  }
  Reply v1(std::string query = "") { return s3.get("/photos?" + query); }
  Reply v2(std::string query = "") { return s3.get("/photos?list-type=2&" + query); }
  std::string keys(std::string query) { return elements(v2(query), "Contents/Key"); }
  std::string prefixes(std::string query) { return elements(v2(query), "CommonPrefixes/Prefix"); }

  /// Walks all pages of ListObjectsV2; "key key | prefix prefix" a page.
  std::vector<std::string> pages(const std::string& query) {
    std::vector<std::string> all;
    std::string token;
    do {
      Reply page = v2(query + (token.empty() ? "" : "&continuation-token=" + percent_encode(token)));
      all.push_back(elements(page, "Contents/Key") + " | " + elements(page, "CommonPrefixes/Prefix"));
      CHECK(element(page, "IsTruncated") == (element(page, "NextContinuationToken") == "-" ? "false" : "true"));
      token = element(page, "NextContinuationToken");
    } while (token != "-");
    return all;
  }
  S3 s3;
};

}  // namespace

TEST_CASE("ListObjectsV2: the document of an empty bucket", "[s3][listing]") {
  Fixture f;
  CHECK(f.v2().body ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>photos</Name><Prefix></Prefix><KeyCount>0</KeyCount>"
        "<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>");
}

TEST_CASE("ListObjects: the document of an empty bucket", "[s3][listing]") {
  Fixture f;
  CHECK(f.v1().body ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>photos</Name><Prefix></Prefix><Marker></Marker>"
        "<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>");
}

TEST_CASE("ListObjectsV2: what is said of an object", "[s3][listing]") {
  Fixture f({"cat"});
  CHECK(f.v2().body.find("<Contents><Key>cat</Key><LastModified>2026-11-23T04:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag>"
                         "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>0</Size>"
                         "<StorageClass>STANDARD</StorageClass></Contents>") != std::string::npos);
  CHECK(element(f.v2("fetch-owner=true"), "Contents/Owner/ID").size() == 64);
  CHECK(element(f.v2("fetch-owner=TRUE"), "Contents/Owner/ID").size() == 64);
  CHECK(element(f.v2("fetch-owner=1"), "Contents/Owner/ID") == "-");
  CHECK(element(f.v1(), "Contents/Owner/ID").size() == 64);
  CHECK(element(f.v1(), "Contents/Owner/DisplayName") == "-");
}

TEST_CASE("Listing: keys are sorted as bytes", "[s3][listing]") {
  Fixture f({"b", "a", "B", "A", "1", "_", "\xC3\xA4", "\xF0\x9F\x90\xB1", "\xEF\xBF\xBD", "a-", "a/", "a!"});
  CHECK(f.keys("") == "1 A B _ a a! a- a/ b \xC3\xA4 \xEF\xBF\xBD \xF0\x9F\x90\xB1");
}

TEST_CASE("Listing: a prefix selects, a delimiter rolls up", "[s3][listing]") {
  Fixture f({"a/1", "a/2", "a/b/3", "b", "c/4", "a"});
  CHECK(f.keys("prefix=a/") == "a/1 a/2 a/b/3");
  CHECK(f.keys("delimiter=/") == "a b");
  CHECK(f.prefixes("delimiter=/") == "a/ c/");
  CHECK(f.keys("prefix=a/&delimiter=/") == "a/1 a/2");
  CHECK(f.prefixes("prefix=a/&delimiter=/") == "a/b/");
  CHECK(element(f.v2("delimiter=/"), "KeyCount") == "4");
  CHECK(element(f.v2("delimiter=/"), "Delimiter") == "/");
  CHECK(element(f.v2("prefix=a/"), "Prefix") == "a/");
  CHECK(f.keys("prefix=zebra") == "");
  CHECK(element(f.v2("delimiter="), "Delimiter") == "-");
}

TEST_CASE("Listing: delimiters of several characters, and odd ones", "[s3][listing]") {
  Fixture f({"a--b", "a--c", "a-d", "x%y", "x y"});
  CHECK(f.prefixes("delimiter=--") == "a--");
  CHECK(f.prefixes("delimiter=%25") == "x%");
  CHECK(f.prefixes("delimiter=+") == "x ");
  f.put({"q\x01r"});  // XML cannot hold it, which is why SDKs ask for encoded names
  CHECK(f.prefixes("delimiter=%01&encoding-type=url") == "q%01");
}

TEST_CASE("ListObjectsV2: pages join up, whatever their size", "[s3][listing]") {
  Fixture f({"a/1", "a/2", "b", "c/1", "c/2", "d", "e"});
  CHECK(f.pages("max-keys=3") == std::vector<std::string>{"a/1 a/2 b | ", "c/1 c/2 d | ", "e | "});
  CHECK(f.pages("max-keys=2&delimiter=/") == std::vector<std::string>{"b | a/", "d | c/", "e | "});
  CHECK(f.pages("max-keys=1&delimiter=/") == std::vector<std::string>{" | a/", "b | ", " | c/", "d | ", "e | "});
  CHECK(f.pages("max-keys=5&delimiter=/").size() == 1);
  CHECK(f.pages("max-keys=7").size() == 1);
}

TEST_CASE("ListObjectsV2: StartAfter is echoed, and gives way to a token", "[s3][listing]") {
  Fixture f({"a", "b", "c", "d"});
  Reply first = f.v2("start-after=a&max-keys=1");
  CHECK(elements(first, "Contents/Key") == "b");
  CHECK(element(first, "StartAfter") == "a");
  std::string token = element(first, "NextContinuationToken");
  Reply second = f.v2("start-after=a&continuation-token=" + percent_encode(token));
  CHECK(elements(second, "Contents/Key") == "c d");
  CHECK(element(second, "StartAfter") == "-");
  CHECK(second.header("x-amz-bucket-region") == "us-east-1");
  CHECK(element(second, "ContinuationToken") == token);
  CHECK(f.keys("start-after=bb") == "c d");
  CHECK(element(f.v2("start-after="), "StartAfter").empty());
  CHECK(element(f.v2(), "StartAfter") == "-");
  CHECK(f.keys("start-after=zzz") == "");
}

TEST_CASE("ListObjectsV2: tokens that we never gave are refused", "[s3][listing]") {
  Fixture f({"a"});
  for (std::string token : {"", "abc", "MWFiY2RlZmdoaWprbG1u"}) {
    CHECK(f.s3.refusal("GET", "/photos?list-type=2&continuation-token=" + token) ==
          "400 InvalidArgument: The continuation token provided is incorrect");
    CHECK(element(f.s3.last, "ArgumentName") == "continuation-token");
  }
}

TEST_CASE("ListObjects: any list-type but 2", "[s3][listing]") {
  Fixture f({"a"});
  for (std::string type : {"1", "0", "3", "bogus", ""}) {
    INFO(type);
    Reply reply = f.s3.get("/photos?list-type=" + type);
    CHECK(reply.status == 200);
    CHECK(element(reply, "Marker").empty());
    CHECK(element(reply, "KeyCount") == "-");
  }
}

TEST_CASE("Listing: the parameters of the other one, by which pages would go on for ever", "[s3][listing]") {
  Fixture f({"a"});
  struct Row {
    std::string query, name, message;
  };
  const Row rows[] = {
      {"continuation-token=x&start-after=x", "continuation-token", "continuation-token only supported in REST.GET.BUCKET with list-type=2"},
      {"start-after=", "start-after", "startAfter only supported in REST.GET.BUCKET with list-type=2"},
      {"list-type=2&marker=x", "marker", "Marker unsupported with REST.GET.BUCKET in list-type=2"}};
  for (const Row& row : rows) {
    for (std::string bucket : {"photos", "nobody"}) {
      INFO(bucket << ' ' << row.query);
      CHECK(f.s3.refusal("GET", concat("/", bucket, "?", row.query)) == "400 InvalidArgument: " + row.message);
      CHECK(element(f.s3.last, "ArgumentName") == row.name);
      CHECK(element(f.s3.last, "ArgumentValue") == "-");
      CHECK(f.s3.head(concat("/", bucket, "?", row.query)).status == 400);
    }
  }
  CHECK(f.s3.refusal("GET", "/nobody?start-after=x&max-keys=abc") ==
        "400 InvalidArgument: Provided max-keys not an integer or within integer range");
}

TEST_CASE("HeadBucket: refuses what a listing refuses", "[s3][listing][buckets]") {
  Fixture f;
  CHECK(f.s3.head("/photos?max-keys=abc").status == 400);
  CHECK(f.s3.head("/photos?encoding-type=html").status == 400);
  CHECK(f.s3.head("/photos?max-keys=5&list-type=2&start-after=x").status == 200);
}

TEST_CASE("ListObjects: NextMarker only with a delimiter; the marker may be a common prefix", "[s3][listing]") {
  Fixture f({"a/1", "a/2", "b", "c/1", "d"});
  Reply plain = f.v1("max-keys=2");
  CHECK(elements(plain, "Contents/Key") == "a/1 a/2");
  CHECK(element(plain, "IsTruncated") == "true");
  CHECK(element(plain, "NextMarker") == "-");
  Reply first = f.v1("delimiter=/&max-keys=1");
  CHECK(element(first, "NextMarker") == "a/");
  Reply second = f.v1("delimiter=/&max-keys=2&marker=a/");
  CHECK(elements(second, "Contents/Key") == "b");
  CHECK(elements(second, "CommonPrefixes/Prefix") == "c/");
  CHECK(element(second, "NextMarker") == "c/");
  CHECK(element(second, "Marker") == "a/");
  CHECK(elements(f.v1("marker=b"), "Contents/Key") == "c/1 d");
}

TEST_CASE("Listing: max-keys of 0, 1000 and more, and what is no number", "[s3][listing][limits]") {
  std::vector<std::string> keys;
  for (int i = 1000; i < 2001; ++i) keys.push_back(std::to_string(i));
  Fixture f(keys);
  CHECK(element(f.v2("max-keys=0"), "IsTruncated") == "false");
  CHECK(element(f.v2("max-keys=0"), "KeyCount") == "0");
  for (std::string query : {"", "max-keys=1000", "max-keys=1001", "max-keys=2147483647"}) {
    INFO(query);
    Reply reply = f.v2(query);
    CHECK(element(reply, "KeyCount") == "1000");
    CHECK(element(reply, "MaxKeys") == (query.empty() ? "1000" : query.substr(9)));
    CHECK(element(reply, "IsTruncated") == "true");
  }
  CHECK(f.s3.refusal("GET", "/photos?max-keys=blah") == "400 InvalidArgument: Provided max-keys not an integer or within integer range");
  CHECK(f.s3.refusal("GET", "/photos?max-keys=2147483648") ==
        "400 InvalidArgument: Provided max-keys not an integer or within integer range");
  CHECK(f.s3.refusal("GET", "/photos?max-keys=-1") == "400 InvalidArgument: Argument maxKeys must be an integer between 0 and 2147483647");
}

TEST_CASE("Listing: exactly 1000 keys are one page, not truncated", "[s3][listing][limits]") {
  std::vector<std::string> keys;
  for (int i = 1000; i < 2000; ++i) keys.push_back(std::to_string(i));
  Fixture f(keys);
  CHECK(element(f.v2(), "KeyCount") == "1000");
  CHECK(element(f.v2(), "IsTruncated") == "false");
}

TEST_CASE("Listing: encoding-type=url encodes all names", "[s3][listing]") {
  Fixture f({"a b/c+d", "\xC3\xA4&<>"});
  Reply reply = f.v2("encoding-type=url&start-after=%26");
  CHECK(element(reply, "EncodingType") == "url");
  CHECK(elements(reply, "Contents/Key") == "a+b/c%2Bd %C3%A4%26%3C%3E");
  CHECK(element(reply, "StartAfter") == "%26");
  CHECK(elements(f.v2("encoding-type=url&delimiter=/"), "CommonPrefixes/Prefix") == "a+b/");
  CHECK(element(f.v1("encoding-type=url&marker=%20"), "Marker") == "+");
  CHECK(element(f.v1("encoding-type=URL"), "EncodingType") == "URL");
  CHECK(elements(f.v1("encoding-type=URL"), "Contents/Key") == "a+b/c%2Bd %C3%A4%26%3C%3E");
  CHECK(f.s3.refusal("GET", "/photos?encoding-type=html") == "400 InvalidArgument: Invalid Encoding Method specified in Request");
}

TEST_CASE("Listing: names that XML needs escaped are escaped", "[s3][listing]") {
  Fixture f({"<a>&\"'"});
  CHECK(elements(f.v2(), "Contents/Key") == "<a>&\"'");
}

TEST_CASE("Listing: a common prefix costs one step, however many keys it stands for", "[s3][listing]") {
  std::vector<std::string> keys;
  for (int i = 0; i < 3000; ++i) keys.push_back(concat("logs/", 10000 + i));
  keys.push_back("readme");
  Fixture f(keys);
  CHECK(f.pages("delimiter=/&max-keys=1") == std::vector<std::string>{" | logs/", "readme | "});
}

TEST_CASE("ListObjectVersions: by key, then newest first; markers among them", "[s3][listing][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  for (std::string key : {"b", "a", "b"}) f.s3.put("/photos/" + key, key);
  f.s3.remove("/photos/a");
  Reply reply = f.s3.get("/photos?versions");
  CHECK(elements(reply, "Version/Key") == "a b b");
  CHECK(elements(reply, "Version/IsLatest") == "false true false");
  CHECK(elements(reply, "DeleteMarker/Key") == "a");
  CHECK(element(reply, "Version/Owner/ID").size() == 64);
  CHECK(reply.body.find("<DeleteMarker>") < reply.body.find("<Version>"));  // a's marker is newer than a's version
}

TEST_CASE("ListObjectVersions: pages of one join up to the whole", "[s3][listing][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  for (std::string key : {"a", "b", "b", "d/x", "b", "c", "d/y"}) f.s3.put("/photos/" + key, key);
  f.s3.remove("/photos/b");
  auto names = [](const Reply& reply) {
    return elements(reply, "Version/VersionId") + elements(reply, "DeleteMarker/VersionId") + elements(reply, "CommonPrefixes/Prefix");
  };
  for (std::string query : {"", "&delimiter=/", "&prefix=b"}) {
    std::string whole, joined;
    Reply all = f.s3.get("/photos?versions" + query);
    std::string markers = "";
    for (int guard = 0; guard < 20; ++guard) {
      Reply page = f.s3.get("/photos?versions&max-keys=1" + query + markers);
      joined += names(page) + " ";
      if (element(page, "IsTruncated") == "false") break;
      markers = "&key-marker=" + percent_encode(element(page, "NextKeyMarker"));
      if (element(page, "NextVersionIdMarker") != "-") markers += "&version-id-marker=" + element(page, "NextVersionIdMarker");
    }
    size_t expected = 0;
    for (std::string path : {"Version/VersionId", "DeleteMarker/VersionId", "CommonPrefixes/Prefix"}) {
      std::string listed = elements(all, path);
      for (std::string_view id : split(listed, ' ')) {
        INFO(id);
        if (id.empty()) continue;
        ++expected;
        CHECK(joined.find(std::string(id) + " ") != std::string::npos);
      }
    }
    CHECK(expected == split(joined, ' ').size() - 1);
  }
}

TEST_CASE("ListObjectVersions: a version-id marker needs its key", "[s3][listing][versions]") {
  Fixture f({"a"});
  CHECK(f.s3.refusal("GET", "/photos?versions&version-id-marker=null") ==
        "400 InvalidArgument: A version-id marker cannot be specified without a key marker.");
  CHECK(f.s3.refusal("GET", "/photos?versions&key-marker=a&version-id-marker=") ==
        "400 InvalidArgument: A version-id marker cannot be empty.");
  CHECK(f.s3.refusal("GET", "/photos?versions&key-marker=a&version-id-marker=x") == "400 InvalidArgument: Invalid version id specified");
  CHECK(f.s3.refusal("GET", "/photos?versions&version-id-marker=") ==
        "400 InvalidArgument: A version-id marker cannot be specified without a key marker.");
  CHECK(f.s3.refusal("GET", "/photos?versions&key-marker=&version-id-marker=x") == "400 InvalidArgument: Invalid version id specified");
  CHECK(elements(f.s3.get("/photos?versions&key-marker=&version-id-marker=null"), "Version/Key") == "a");
}

TEST_CASE("ListObjectVersions: max-keys is looked at first, encoding-type last", "[s3][listing][versions]") {
  Fixture f({"a"});
  CHECK(f.s3.refusal("GET", "/photos?versions&max-keys=abc&version-id-marker=x&encoding-type=html") ==
        "400 InvalidArgument: Provided max-keys not an integer or within integer range");
  CHECK(f.s3.refusal("GET", "/photos?versions&key-marker=a&version-id-marker=x&encoding-type=html") ==
        "400 InvalidArgument: Invalid version id specified");
  CHECK(f.s3.refusal("GET", "/photos?versions&max-keys=-1") == "400 InvalidArgument: max-keys cannot be negative");
  CHECK(element(f.s3.last, "ArgumentName") == "max-keys");
  CHECK(element(f.s3.last, "ArgumentValue") == "-");
  CHECK(element(f.s3.get("/photos?versions&max-keys=2147483647"), "MaxKeys") == "2147483647");
  CHECK(element(f.s3.get("/photos?versions&delimiter="), "Delimiter").empty());
  CHECK(element(f.s3.get("/photos?versions"), "Delimiter") == "-");
}

TEST_CASE("ListMultipartUploads: by key, then by time; pages join up", "[s3][listing][multipart]") {
  Fixture f;
  std::vector<std::string> uploads;
  for (std::string key : {"b", "a", "b", "c/1", "c/2"}) {
    uploads.push_back(f.s3.begin_upload("/photos/" + key));
    f.s3.world.advance(1000);
  }
  Reply all = f.s3.get("/photos?uploads");
  CHECK(elements(all, "Upload/Key") == "a b b c/1 c/2");
  CHECK(elements(all, "Upload/UploadId") == uploads[1] + " " + uploads[0] + " " + uploads[2] + " " + uploads[3] + " " + uploads[4]);
  CHECK(element(all, "IsTruncated") == "false");
  CHECK(element(all, "NextKeyMarker") == "c/2");
  CHECK(element(all, "NextUploadIdMarker") == uploads[4]);
  CHECK(element(all, "Prefix") == "-");
  CHECK(element(all, "Upload/Initiator/ID").size() == 64);
  CHECK(element(all, "Upload/Initiator/DisplayName") != "-");
  CHECK(element(all, "Upload/StorageClass") == "STANDARD");

  std::string seen, markers;
  for (int guard = 0; guard < 10; ++guard) {
    Reply page = f.s3.get("/photos?uploads&delimiter=/&max-uploads=1" + markers);
    seen += elements(page, "Upload/UploadId") + elements(page, "CommonPrefixes/Prefix") + " ";
    if (element(page, "IsTruncated") == "false") break;
    markers = "&key-marker=" + percent_encode(element(page, "NextKeyMarker")) + "&upload-id-marker=" + element(page, "NextUploadIdMarker");
  }
  CHECK(seen == uploads[1] + " " + uploads[0] + " " + uploads[2] + " c/ ");
  CHECK(f.s3.refusal("GET", "/photos?uploads&key-marker=a&upload-id-marker=nonsense") == "400 InvalidArgument: Invalid uploadId marker");
  CHECK(elements(f.s3.get("/photos?uploads&prefix=c"), "Upload/Key") == "c/1 c/2");
  CHECK(elements(f.s3.get("/photos?uploads&key-marker=b"), "Upload/Key") == "c/1 c/2");
}

TEST_CASE("ListMultipartUploads: whoever aborts what is listed finds all", "[s3][listing][multipart]") {
  Fixture f;
  for (std::string key : {"a", "b", "b", "b", "c"}) f.s3.begin_upload("/photos/" + key);
  std::string seen, markers;
  for (int guard = 0; guard < 10; ++guard) {
    Reply page = f.s3.get("/photos?uploads&max-uploads=1" + markers);
    std::string key = element(page, "Upload/Key");
    seen += key;
    CHECK(f.s3.remove("/photos/" + key + "?uploadId=" + element(page, "Upload/UploadId")).status == 204);
    if (element(page, "IsTruncated") == "false") break;
    markers = "&key-marker=" + element(page, "NextKeyMarker") + "&upload-id-marker=" + element(page, "NextUploadIdMarker");
  }
  CHECK(seen == "abbbc");
  CHECK(element(f.s3.get("/photos?uploads"), "Upload/Key") == "-");
}

TEST_CASE("ListObjectVersions: whoever deletes what is listed finds all", "[s3][listing][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  for (std::string key : {"a", "b", "b", "b", "c"}) f.s3.put("/photos/" + key, key);
  std::string seen, markers;
  for (int guard = 0; guard < 10; ++guard) {
    Reply page = f.s3.get("/photos?versions&max-keys=1" + markers);
    std::string key = element(page, "Version/Key");
    seen += key;
    CHECK(f.s3.remove("/photos/" + key + "?versionId=" + element(page, "Version/VersionId")).status == 204);
    if (element(page, "IsTruncated") == "false") break;
    markers = "&key-marker=" + element(page, "NextKeyMarker") + "&version-id-marker=" + element(page, "NextVersionIdMarker");
  }
  CHECK(seen == "abbbc");
  CHECK(f.s3.remove("/photos").status == 204);
}

}  // namespace cloudemu::test
