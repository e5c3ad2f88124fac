// What was said to the daemon and is not heeded, and the words of DynamoDB Local.
#include "app/hints.h"

#include <catch2/catch.hpp>

#include "app/dynamodb_local.h"

namespace cloudemu::test {

namespace {

using Words = std::vector<std::string>;

Words translated(const Words& words) {
  auto read = read_dynamodb_local(words);
  return read ? read->arguments : Words{"not DynamoDB Local's"};
}

}  // namespace

TEST_CASE("Hints: the nearest known word, or none", "[app][hints]") {
  Words known = {"--data-dir", "--host", "--port", "--log-requests", "--sync"};
  CHECK(nearest("--data_dir", known) == "--data-dir");
  CHECK(nearest("--prot", known) == "--port");
  CHECK(nearest("--logrequests", known) == "--log-requests");
  CHECK(nearest("--quite-other", known).empty());
  CHECK(nearest("-x", known).empty());
  CHECK(nearest("", known).empty());
  CHECK(nearest("--port", {}).empty());
}

TEST_CASE("Hints: an unknown CLOUDEMU_ variable is named with the one that was meant", "[app][hints]") {
  Words known = {"CLOUDEMU_DATA_DIR", "CLOUDEMU_PORT"};
  CHECK(unknown_variables({{"CLOUDEMU_PORT", "1"}, {"PATH", "x"}, {"MY_CLOUDEMU_PORT", "x"}}, known).empty());
  CHECK(unknown_variables({{"CLOUDEMU_DATADIR", "x"}}, known) ==
        Words{"CLOUDEMU_DATADIR is no variable of cloudemu; was CLOUDEMU_DATA_DIR meant?"});
  CHECK(unknown_variables({{"CLOUDEMU_WINDOW_COLOUR", "x"}}, known) == Words{"CLOUDEMU_WINDOW_COLOUR is no variable of cloudemu"});
}

TEST_CASE("Hints: LocalStack's variables that have no effect are named, with what to do instead", "[app][hints]") {
  auto told = [](const char* name, const char* value) {
    Words sentences = ignored_localstack_variables({{name, value}});
    return sentences.empty() ? std::string() : sentences.front();
  };
  CHECK(told("SNAPSHOT_SAVE_STRATEGY", "ON_SHUTDOWN") == "SNAPSHOT_SAVE_STRATEGY has no effect: everything is kept as it happens");
  CHECK(told("DYNAMODB_ERROR_PROBABILITY", "0.3") == "DYNAMODB_ERROR_PROBABILITY has no effect: nothing fails on purpose");
  CHECK(told("LOCALSTACK_USE_SSL", "1") == "LOCALSTACK_USE_SSL has no effect: https is spoken on the same port, to whoever begins with it");
  CHECK(told("DYNAMODB_ERROR_PROBABILITY", "").empty());
  CHECK(told("S3_SKIP_SIGNATURE_VALIDATION", "1").empty());  // as it is anyway
  CHECK(told("S3_SKIP_SIGNATURE_VALIDATION", "0").find("--auth verify") != std::string::npos);
  CHECK(told("SERVICES", "s3,dynamodb:4569, sqs").empty());
  CHECK(told("SERVICES", "s3,lambda:4574,sns") == "SERVICES names what is not here: lambda, sns");
  for (const char* heeded : {"DEBUG", "LS_LOG", "EAGER_SERVICE_LOADING", "PERSISTENCE", "LOCALSTACK_AUTH_TOKEN"})
    CHECK(told(heeded, "1").empty());
}

TEST_CASE("DynamoDbLocal: its flags in our words, also behind the virtual machine's", "[app][hints]") {
  CHECK(translated({"-inMemory"}) == Words{"--dynamodb-local", "--port", "8000", "--ephemeral"});
  CHECK(translated({"-sharedDb", "-port", "8001", "-dbPath", "./data"}) ==
        Words{"--dynamodb-local", "--port", "8001", "--data-dir", "./data/cloudemu", "--shared-tables"});
  CHECK(translated({"-Djava.library.path=./DynamoDBLocal_lib", "-Xmx1g", "-jar", "DynamoDBLocal.jar", "-inMemory", "-cors", "*"}) ==
        Words{"--dynamodb-local", "--port", "8000", "--ephemeral", "--cors-origins", "*"});
  CHECK(translated({"-help"}) == Words{"--dynamodb-local", "--help", "--port", "8000"});
  CHECK(translated({"-sharedDb", "--log-requests"}) == Words{"--dynamodb-local", "--log-requests", "--port", "8000", "--shared-tables"});
  CHECK(translated({"-port"}) == Words{"--dynamodb-local", "--port", ""});
  for (const Words& ours : {Words{}, Words{"--port", "8000"}, Words{"-x"}, Words{"--sharedDb"}, Words{"-inmemory"}}) {
    CHECK_FALSE(read_dynamodb_local(ours));
  }
}

TEST_CASE("DynamoDbLocal: begins with the lines that scripts wait for, and names what it cannot have", "[app][hints]") {
  auto read = read_dynamodb_local({"-inMemory", "-delayTransientStatuses"});
  REQUIRE(read);
  CHECK(read->greeting == Words{"Initializing DynamoDB Local with the following configuration:", "Port:\t8000", "InMemory:\ttrue",
                                "DbPath:\tnull", "SharedDb:\tfalse", "shouldDelayTransientStatuses:\ttrue", "CorsParams:\tnull"});
  CHECK(read->warnings.size() == 1);
}

}  // namespace cloudemu::test
