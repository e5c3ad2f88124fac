// What policies say of requests: a table of policy and request, and the verdict that AWS documents.
#include <catch2/catch.hpp>

#include "core/clock.h"
#include "core/stopwatch.h"
#include "core/strings.h"
#include "services/iam/evaluate.h"

namespace cloudemu::test {

namespace {

using iam::Verdict;

/// The keys of a request, "key=value" or "key=value|value"; "key=" is an empty set.
class Keys final : public iam::Context {
 public:
  explicit Keys(const std::vector<std::string>& keys) : keys_(keys) {}
  std::optional<Values> find(std::string_view key) const override {
    for (const std::string& entry : keys_) {
      auto [name, value] = split_once(entry, '=');
      if (iam::normal_key(name) != key) continue;
      Values values;
      for (std::string_view part : split(value, '|')) values.emplace_back(part);
      return value.empty() ? Values{} : values;
    }
    return std::nullopt;
  }

 private:
  const std::vector<std::string>& keys_;
};

std::string json(std::string text) {
  for (char& c : text) c = c == '\'' ? '"' : c;
  return text;
}

const iam::Caller kNobody;
const iam::Caller kRoot{
    .account = "111122223333", .arn = "arn:aws:iam::111122223333:root", .user_id = "111122223333", .canonical_user = "c1"};
const iam::Caller kAlice{
    .account = "111122223333", .arn = "arn:aws:iam::111122223333:user/alice", .user_id = "AIDAALICE", .canonical_user = "c1"};
const iam::Caller kSession{.account = "111122223333",
                           .arn = "arn:aws:sts::111122223333:assumed-role/reader/monday",
                           .user_id = "AROAREADER:monday",
                           .canonical_user = "c1"};

std::string shown(Verdict verdict) {
  switch (verdict) {
    case Verdict::silent: return "silent";
    case Verdict::allow: return "allow";
    case Verdict::deny: return "deny";
    case Verdict::exhausted: return "exhausted";
  }
  return "";
}

std::string judge(const std::string& policy, const iam::Caller& caller = kAlice, std::string_view action = "s3:GetObject",
                  std::string_view resource = "arn:aws:s3:::photos/cat.jpg", const std::vector<std::string>& keys = {}) {
  auto parsed = iam::parse_policy(json(policy));
  if (!parsed) return concat("flaw ", static_cast<int>(parsed.error().kind));
  Keys context(keys);
  iam::Effort effort;
  return shown(iam::evaluate(*parsed, {.caller = caller, .action = action, .resource = resource, .context = context}, effort));
}

std::string policy_of(std::string_view fields) { return concat("{'Version':'2012-10-17','Statement':[{", fields, "}]}"); }
std::string allow_to(std::string_view principal) {
  return policy_of(concat("'Effect':'Allow','Principal':", principal, ",'Action':'s3:*','Resource':'*'"));
}
std::string deny_but_to(std::string_view principal) {
  return policy_of(concat("'Effect':'Deny','NotPrincipal':", principal, ",'Action':'s3:*','Resource':'*'"));
}
std::string allow_of(std::string_view resource) {
  return policy_of(concat("'Effect':'Allow','Principal':'*','Action':'*','Resource':", resource));
}
std::string allow_if(std::string_view condition) {
  return policy_of(concat("'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{", condition, "}"));
}

/// Whether a request with these keys meets a condition.
bool met(std::string_view condition, const std::vector<std::string>& keys = {}) {
  std::string verdict = judge(allow_if(condition), kAlice, "s3:GetObject", "arn:aws:s3:::photos/cat.jpg", keys);
  INFO(condition << " " << verdict);
  REQUIRE((verdict == "allow" || verdict == "silent"));
  return verdict == "allow";
}

}  // namespace

TEST_CASE("Policy: a Deny overrides every Allow, and what nobody mentions is neither", "[iam][policy]") {
  const std::string allow = "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'}";
  const std::string deny = "{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*'}";
  CHECK(judge(concat("{'Statement':[", allow, "]}")) == "allow");
  CHECK(judge(concat("{'Statement':", allow, "}")) == "allow");
  CHECK(judge(concat("{'Statement':[", allow, ",", deny, "]}")) == "deny");
  CHECK(judge(concat("{'Statement':[", deny, ",", allow, "]}")) == "deny");
  CHECK(judge(concat("{'Statement':[", deny, ",", allow, "]}"), kAlice, "s3:PutObject") == "allow");
  CHECK(judge("{'Statement':[]}") == "silent");
  CHECK(judge(concat("{'Statement':[", deny, "]}"), kAlice, "s3:PutObject") == "silent");
}

TEST_CASE("Policy: whom Principal means", "[iam][policy]") {
  struct Row {
    std::string principal, nobody, root, alice, session;
  };
  const std::string a = "allow", s = "silent";
  const Row rows[] = {
      {"'*'", a, a, a, a},
      {"{'AWS':'*'}", a, a, a, a},
      {"{'AWS':'111122223333'}", s, a, a, a},
      {"{'AWS':'arn:aws:iam::111122223333:root'}", s, a, a, a},
      {"{'AWS':'444455556666'}", s, s, s, s},
      {"{'AWS':['444455556666','arn:aws:iam::111122223333:user/alice']}", s, s, a, s},
      {"{'AWS':'arn:aws:iam::111122223333:user/bob'}", s, s, s, s},
      {"{'AWS':'arn:aws:iam::444455556666:user/alice'}", s, s, s, s},
      {"{'AWS':'arn:aws:iam::111122223333:role/reader'}", s, s, s, a},
      {"{'AWS':'arn:aws:iam::111122223333:role/team/reader'}", s, s, s, a},
      {"{'AWS':'arn:aws:iam::111122223333:role/reader/monday'}", s, s, s, s},
      {"{'AWS':'arn:aws:sts::111122223333:assumed-role/reader/monday'}", s, s, s, a},
      {"{'AWS':'arn:aws:sts::111122223333:assumed-role/reader/friday'}", s, s, s, s},
      {"{'AWS':'AIDAALICE'}", s, s, a, s},
      {"{'AWS':'AROAREADER'}", s, s, s, a},
      {"{'CanonicalUser':'c1'}", s, a, a, a},
      {"{'CanonicalUser':'c2'}", s, s, s, s},
      {"{'Service':'s3.amazonaws.com'}", s, s, s, s},
      {"{'Federated':'cognito-identity.amazonaws.com'}", s, s, s, s},
      {"{'Service':'s3.amazonaws.com','AWS':'*'}", a, a, a, a},
  };
  for (const Row& row : rows) {
    CAPTURE(row.principal);
    CHECK(judge(allow_to(row.principal), kNobody) == row.nobody);
    CHECK(judge(allow_to(row.principal), kRoot) == row.root);
    CHECK(judge(allow_to(row.principal), kAlice) == row.alice);
    CHECK(judge(allow_to(row.principal), kSession) == row.session);
  }
}

TEST_CASE("Policy: NotPrincipal leaves out only who is named at each level", "[iam][policy]") {
  struct Row {
    std::string principal, nobody, root, alice, session;
  };
  const std::string d = "deny", s = "silent";
  const Row rows[] = {
      {"'*'", s, s, s, s},
      {"{'AWS':'111122223333'}", d, s, d, d},
      {"{'AWS':'arn:aws:iam::111122223333:user/alice'}", d, d, d, d},
      {"{'AWS':['arn:aws:iam::111122223333:user/alice','arn:aws:iam::111122223333:root']}", d, s, s, d},
      {"{'AWS':['arn:aws:iam::111122223333:role/reader','111122223333']}", d, s, d, d},
      {"{'AWS':['arn:aws:sts::111122223333:assumed-role/reader/monday','arn:aws:iam::111122223333:role/reader','111122223333']}", d, s, d,
       s},
      {"{'AWS':'444455556666'}", d, d, d, d},
      {"{'CanonicalUser':'c1'}", d, s, s, s},
  };
  for (const Row& row : rows) {
    CAPTURE(row.principal);
    CHECK(judge(deny_but_to(row.principal), kNobody) == row.nobody);
    CHECK(judge(deny_but_to(row.principal), kRoot) == row.root);
    CHECK(judge(deny_but_to(row.principal), kAlice) == row.alice);
    CHECK(judge(deny_but_to(row.principal), kSession) == row.session);
  }
}

TEST_CASE("Policy: actions know wildcards and no case", "[iam][policy]") {
  auto judge_action = [](std::string_view element, std::string_view action) {
    return judge(policy_of(concat("'Effect':'Allow','Principal':'*',", element, ",'Resource':'*'")), kAlice, action);
  };
  CHECK(judge_action("'Action':'*'", "s3:GetObject") == "allow");
  CHECK(judge_action("'Action':'s3:*'", "s3:GetObject") == "allow");
  CHECK(judge_action("'Action':'s3:Get*'", "s3:GetObject") == "allow");
  CHECK(judge_action("'Action':'s3:Get*'", "s3:PutObject") == "silent");
  CHECK(judge_action("'Action':'S3:getobject'", "s3:GetObject") == "allow");
  CHECK(judge_action("'Action':'s3:GetObjec?'", "s3:GetObject") == "allow");
  CHECK(judge_action("'Action':'s3:GetObjec?'", "s3:GetObjects") == "silent");
  CHECK(judge_action("'Action':['s3:PutObject','s3:*Object']", "s3:GetObject") == "allow");
  CHECK(judge_action("'Action':'SQS:SendMessage'", "sqs:sendmessage") == "allow");
  CHECK(judge_action("'NotAction':'s3:Get*'", "s3:GetObject") == "silent");
  CHECK(judge_action("'NotAction':'s3:Get*'", "s3:PutObject") == "allow");
  CHECK(judge_action("'Action':'dynamodb:*'", "s3:GetObject") == "silent");
}

TEST_CASE("Policy: resources know wildcards, each part of an ARN by itself", "[iam][policy]") {
  struct Row {
    std::string pattern, arn, verdict;
  };
  const std::string a = "allow", s = "silent", cat = "arn:aws:s3:::photos/cat.jpg",
                    table = "arn:aws:dynamodb:us-east-1:111122223333:table/t";
  const Row rows[] = {
      {"'*'", cat, a},
      {"'arn:aws:s3:::photos/*'", cat, a},
      {"'arn:aws:s3:::photos/*'", "arn:aws:s3:::photos", s},
      {"'arn:aws:s3:::photos*'", "arn:aws:s3:::photos", a},
      {"'arn:aws:s3:::photos'", cat, s},
      {"'arn:aws:s3:::Photos/*'", cat, s},
      {"'arn:aws:s3:::photos/ca?.jpg'", cat, a},
      {"'arn:aws:s3:::photos/c?.jpg'", cat, s},
      {"'arn:aws:s3:::photos/*.png'", cat, s},
      {"['arn:aws:s3:::photos/*.png','arn:aws:s3:::photos/*.jpg']", cat, a},
      {"'arn:aws:s3:::*/cat.jpg'", cat, a},
      {"'arn:aws:s3'", cat, a},
      {"'arn:aws:sqs'", cat, s},
      {"'arn:*:s3:::photos/*'", cat, a},
      {"'arn:aws:s3:::photos/\u00E4?'", "arn:aws:s3:::photos/\u00E4\u00F6", a},
      {"'arn:aws:s3:::photos/?\?'", "arn:aws:s3:::photos/\u00E4\u00F6", a},
      {"'arn:aws:dynamodb:us-east-1:111122223333:table/t'", table, a},
      {"'arn:aws:dynamodb:us-east-1:*:table/t'", table, a},
      {"'arn:aws:dynamodb:*:*:table/*'", table, a},
      {"'arn:aws:dynamodb:us-east-1:1111*3333:table/t'", table, a},
      {"'arn:aws:dynamodb:us-east-1:444455556666:table/t'", table, s},
      {"'arn:aws:dynamodb:us-east-1:*'", table, a},
      {"'arn:aws:dynamodb:us-*table/t'", table, s},
      {"'arn:aws:dynamodb:us-east-1:111122223333:table/t/index/*'", table, s},
      {"'arn:aws:dynamodb:us-east-1:111122223333:table/t/index/*'", table + "/index/by-name", a},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern, row.arn);
    CHECK(judge(allow_of(row.pattern), kAlice, "s3:GetObject", row.arn) == row.verdict);
  }
  auto judge_not = [](std::string_view pattern, std::string_view arn) {
    return judge(policy_of(concat("'Effect':'Deny','Principal':'*','Action':'*','NotResource':", pattern)), kAlice, "s3:GetObject", arn);
  };
  CHECK(judge_not("'arn:aws:s3:::photos/*'", cat) == "silent");
  CHECK(judge_not("'arn:aws:s3:::photos/*'", "arn:aws:s3:::photos") == "deny");
}

TEST_CASE("Policy: variables stand for keys of the request, in the version that knows them", "[iam][policy]") {
  auto judge_home = [](std::string_view resource, std::string_view arn, const std::vector<std::string>& keys, bool old = false) {
    std::string policy = allow_of(resource);
    if (old) policy = replace_all(policy, "2012-10-17", "2008-10-17");
    return judge(policy, kAlice, "s3:GetObject", arn, keys);
  };
  const std::string home = "'arn:aws:s3:::home/${aws:username}/*'";
  CHECK(judge_home(home, "arn:aws:s3:::home/alice/a", {"aws:username=alice"}) == "allow");
  CHECK(judge_home(home, "arn:aws:s3:::home/bob/a", {"aws:username=alice"}) == "silent");
  CHECK(judge_home(home, "arn:aws:s3:::home/alice/a", {}) == "silent");
  CHECK(judge_home(home, "arn:aws:s3:::home/${aws:username}/a", {"aws:username=alice"}, true) == "allow");
  CHECK(judge_home(home, "arn:aws:s3:::home/alice/a", {"aws:username=alice"}, true) == "silent");
  // What a caller may choose is no wildcard.
  CHECK(judge_home(home, "arn:aws:s3:::home/bob/a", {"aws:username=*"}) == "silent");
  CHECK(judge_home(home, "arn:aws:s3:::home/*/a", {"aws:username=*"}) == "allow");
  std::string policy = json(allow_of("'arn:aws:s3:::home/${AWS:UserName, @nobody@}/*'"));
  for (char& c : policy) c = c == '@' ? '\'' : c;
  auto parsed = iam::parse_policy(policy);
  REQUIRE(parsed);
  iam::Effort effort;
  std::vector<std::string> none, alice = {"aws:username=alice"};
  Keys without(none), with(alice);
  auto verdict = [&](std::string_view arn, const Keys& keys) {
    return shown(iam::evaluate(*parsed, {.caller = kAlice, .action = "s3:GetObject", .resource = arn, .context = keys}, effort));
  };
  CHECK(verdict("arn:aws:s3:::home/nobody/a", without) == "allow");
  CHECK(verdict("arn:aws:s3:::home/alice/a", with) == "allow");
  CHECK(verdict("arn:aws:s3:::home/nobody/a", with) == "silent");
  // The characters themselves.
  CHECK(judge_home("'arn:aws:s3:::b/${*}${?}${$}{x}'", "arn:aws:s3:::b/*?${x}", {}) == "allow");
  CHECK(judge_home("'arn:aws:s3:::b/${*}'", "arn:aws:s3:::b/anything", {}) == "silent");
  CHECK(judge_home("'arn:aws:s3:::b/*${aws:username}*'", "arn:aws:s3:::b/xalicex", {"aws:username=alice"}) == "allow");
  CHECK(judge_home("'arn:aws:s3:::b/${unfinished'", "arn:aws:s3:::b/${unfinished", {}) == "allow");
  CHECK(judge_home("'arn:aws:s3:::b/${k}'", "arn:aws:s3:::b/x", {"k=x|y"}) == "silent");
  CHECK(met("'StringEquals':{'aws:userid':'${aws:username}-x'}", {"aws:userid=alice-x", "aws:username=alice"}));
}

TEST_CASE("Condition: each operator, met and not met", "[iam][policy]") {
  struct Row {
    std::string condition, key;
    bool is_met;
  };
  const Row rows[] = {
      {"'StringEquals':{'k':'a'}", "k=a", true},
      {"'StringEquals':{'k':'a'}", "k=A", false},
      {"'StringEquals':{'k':['a','b']}", "k=b", true},
      {"'StringEquals':{'k':'a*'}", "k=ab", false},
      {"'StringNotEquals':{'k':'a'}", "k=a", false},
      {"'StringNotEquals':{'k':'a'}", "k=b", true},
      {"'StringNotEquals':{'k':['a','b']}", "k=b", false},
      {"'StringEqualsIgnoreCase':{'k':'aB'}", "k=Ab", true},
      {"'StringNotEqualsIgnoreCase':{'k':'aB'}", "k=Ab", false},
      {"'StringNotEqualsIgnoreCase':{'k':'aB'}", "k=Abc", true},
      {"'StringLike':{'k':'a*c?e'}", "k=abbcde", true},
      {"'StringLike':{'k':'a*c?e'}", "k=abbce", false},
      {"'StringNotLike':{'k':'a*'}", "k=ab", false},
      {"'StringNotLike':{'k':'a*'}", "k=ba", true},
      {"'NumericEquals':{'k':'10'}", "k=10.0", true},
      {"'NumericEquals':{'k':10}", "k=10", true},
      {"'NumericNotEquals':{'k':'10'}", "k=10", false},
      {"'NumericLessThan':{'k':'10'}", "k=9", true},
      {"'NumericLessThan':{'k':'10'}", "k=10", false},
      {"'NumericLessThanEquals':{'k':'10'}", "k=10", true},
      {"'NumericGreaterThan':{'k':'10'}", "k=100", true},
      {"'NumericGreaterThan':{'k':'10'}", "k=9", false},
      {"'NumericGreaterThanEquals':{'k':'10'}", "k=10", true},
      {"'NumericLessThan':{'k':'10'}", "k=many", false},
      {"'DateEquals':{'k':'2026-11-23T04:00:00Z'}", "k=2026-11-23T04:00:00.000Z", true},
      {"'DateNotEquals':{'k':'2026-11-23T04:00:00Z'}", "k=2026-11-23T04:00:00.000Z", false},
      {"'DateLessThan':{'k':'2026-11-24'}", "k=2026-11-23T04:00:00Z", true},
      {"'DateLessThan':{'k':'2026-11'}", "k=2026-11-23T04:00:00Z", false},
      {"'DateLessThanEquals':{'k':'2026'}", "k=2026-01-01T00:00:00Z", true},
      {"'DateGreaterThan':{'k':'2026-11-23T03:59Z'}", "k=2026-11-23T04:00:00Z", true},
      {"'DateGreaterThan':{'k':'1795406399'}", "k=2026-11-23T04:00:00Z", true},
      {"'DateGreaterThanEquals':{'k':'2026-11-23T06:00:00+02:00'}", "k=2026-11-23T04:00:00Z", true},
      {"'DateGreaterThan':{'k':'tomorrow'}", "k=2026-11-23T04:00:00Z", false},
      {"'Bool':{'k':'true'}", "k=true", true},
      {"'Bool':{'k':true}", "k=true", true},
      {"'Bool':{'k':'False'}", "k=false", true},
      {"'Bool':{'k':'true'}", "k=false", false},
      {"'BinaryEquals':{'k':'QmluYXJ5'}", "k=QmluYXJ5", true},
      {"'BinaryEquals':{'k':'QmluYXJ5'}", "k=QmluYXJ4", false},
      {"'IpAddress':{'k':'203.0.113.0/24'}", "k=203.0.113.77", true},
      {"'IpAddress':{'k':'203.0.113.0/24'}", "k=203.0.114.77", false},
      {"'IpAddress':{'k':'203.0.113.7'}", "k=203.0.113.7", true},
      {"'IpAddress':{'k':['10.0.0.0/8','2001:db8::/32']}", "k=2001:db8:1::1", true},
      {"'IpAddress':{'k':'2001:db8::/33'}", "k=2001:db8:8000::1", false},
      {"'IpAddress':{'k':'0.0.0.0/0'}", "k=198.51.100.1", true},
      {"'IpAddress':{'k':'0.0.0.0/0'}", "k=::1", false},
      {"'IpAddress':{'k':'10.0.0.0/8'}", "k=::ffff:10.1.2.3", true},
      {"'IpAddress':{'k':'10.0.0.0/33'}", "k=10.0.0.0", false},
      {"'NotIpAddress':{'k':'203.0.113.0/24'}", "k=203.0.113.77", false},
      {"'NotIpAddress':{'k':'203.0.113.0/24'}", "k=198.51.100.1", true},
      {"'ArnEquals':{'k':'arn:aws:s3:::b*'}", "k=arn:aws:s3:::bucket", true},
      {"'ArnLike':{'k':'arn:aws:*:*:111122223333:*'}", "k=arn:aws:sqs:us-east-1:111122223333:q", true},
      {"'ArnLike':{'k':'arn:aws:s3*bucket'}", "k=arn:aws:s3:::bucket", false},
      {"'ArnNotEquals':{'k':'arn:aws:s3:::b*'}", "k=arn:aws:s3:::bucket", false},
      {"'ArnNotLike':{'k':'arn:aws:s3:::b*'}", "k=arn:aws:sns:::b", true},
      {"'Null':{'k':'true'}", "k=a", false},
      {"'Null':{'k':'false'}", "k=a", true},
      {"'Null':{'k':true}", "other=a", true},
      {"'Null':{'k':'false'}", "other=a", false},
      {"'stringequals':{'K':'a'}", "k=a", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.condition, row.key);
    CHECK(met(row.condition, {row.key}) == row.is_met);
  }
}

TEST_CASE("Condition: a key that the request lacks", "[iam][policy]") {
  // Plain comparisons are not met, negated ones are, and with IfExists all are.
  const std::pair<std::string, std::string> positive[] = {
      {"StringEquals", "a"},          {"StringEqualsIgnoreCase", "a"}, {"StringLike", "a"},
      {"NumericEquals", "1"},         {"NumericLessThan", "1"},        {"NumericGreaterThanEquals", "1"},
      {"DateEquals", "2026"},         {"DateLessThan", "2026"},        {"Bool", "true"},
      {"BinaryEquals", "QQ=="},       {"IpAddress", "10.0.0.0/8"},     {"ArnLike", "arn:aws:s3:::b"},
      {"ArnEquals", "arn:aws:s3:::b"}};
  const std::pair<std::string, std::string> negative[] = {
      {"StringNotEquals", "a"},  {"StringNotEqualsIgnoreCase", "a"}, {"StringNotLike", "a"},           {"NumericNotEquals", "1"},
      {"DateNotEquals", "2026"}, {"NotIpAddress", "10.0.0.0/8"},     {"ArnNotLike", "arn:aws:s3:::b"}, {"ArnNotEquals", "arn:aws:s3:::b"}};
  for (const auto& [name, value] : positive) {
    CAPTURE(name);
    CHECK_FALSE(met(concat("'", name, "':{'k':'", value, "'}")));
    CHECK(met(concat("'", name, "IfExists':{'k':'", value, "'}")));
    CHECK_FALSE(met(concat("'ForAnyValue:", name, "':{'k':'", value, "'}")));
    CHECK(met(concat("'ForAllValues:", name, "':{'k':'", value, "'}")));
    CHECK(met(concat("'ForAllValues:", name, "':{'k':'", value, "'}"), {"k="}));
  }
  for (const auto& [name, value] : negative) {
    CAPTURE(name);
    CHECK(met(concat("'", name, "':{'k':'", value, "'}")));
    CHECK(met(concat("'", name, "IfExists':{'k':'", value, "'}")));
    CHECK_FALSE(met(concat("'ForAnyValue:", name, "':{'k':'", value, "'}")));
    CHECK(met(concat("'ForAllValues:", name, "':{'k':'", value, "'}")));
  }
  CHECK_FALSE(met("'StringEqualsIfExists':{'k':'a'}", {"k=b"}));
}

TEST_CASE("Condition: sets of values", "[iam][policy]") {
  const std::string all = "'ForAllValues:StringEquals':{'k':['a','b']}", any = "'ForAnyValue:StringEquals':{'k':['a','b']}";
  CHECK(met(all, {"k=a|b"}));
  CHECK_FALSE(met(all, {"k=a|c"}));
  CHECK(met(any, {"k=a|c"}));
  CHECK_FALSE(met(any, {"k=c|d"}));
  CHECK_FALSE(met(any, {"k="}));
  CHECK(met("'ForAllValues:StringNotEquals':{'k':['a','b']}", {"k=c|d"}));
  CHECK_FALSE(met("'ForAllValues:StringNotEquals':{'k':['a','b']}", {"k=a|d"}));
  CHECK(met("'ForAnyValue:StringNotEquals':{'k':['a','b']}", {"k=a|d"}));
  CHECK_FALSE(met("'ForAnyValue:StringNotEquals':{'k':['a','b']}", {"k=a|b"}));
  CHECK(met("'ForAllValues:StringLike':{'k':'a*'}", {"k=a|ab"}));
  CHECK(met("'ForAnyValue:StringEqualsIfExists':{'k':'a'}"));
}

TEST_CASE("Condition: all operators and all keys must be met", "[iam][policy]") {
  const std::string both = "'StringEquals':{'a':'1','b':'2'},'Bool':{'c':'true'}";
  CHECK(met(both, {"a=1", "b=2", "c=true"}));
  CHECK_FALSE(met(both, {"a=1", "b=3", "c=true"}));
  CHECK_FALSE(met(both, {"a=1", "b=2", "c=false"}));
  CHECK(met("'StringEquals':{'s3:ExistingObjectTag/Project':'x'}", {"s3:existingobjecttag/Project=x"}));
  CHECK_FALSE(met("'StringEquals':{'s3:ExistingObjectTag/project':'x'}", {"s3:existingobjecttag/Project=x"}));
}

TEST_CASE("Policy: what is none", "[iam][policy]") {
  using Kind = iam::PolicyFlaw::Kind;
  auto flaw = [](const std::string& text) {
    auto parsed = iam::parse_policy(json(text));
    return parsed ? std::optional<Kind>() : std::optional(parsed.error().kind);
  };
  CHECK(flaw("") == Kind::not_json);
  CHECK(flaw("{") == Kind::not_json);
  CHECK(flaw("[]") == Kind::syntax);
  CHECK(flaw("{}") == Kind::missing_field);
  CHECK(flaw("{'Version':'2026-01-01','Statement':[]}") == Kind::version);
  CHECK(flaw("{'Statement':[],'Colour':1}") == Kind::unknown_field);
  CHECK(flaw("{'Statement':'x'}") == Kind::syntax);
  CHECK(flaw("{'Statement':['x']}") == Kind::syntax);
  const std::string rest = ",'Action':'s3:*','Resource':'*'";
  CHECK(flaw(policy_of("'Effect':'Allow','Principal':'*','NotPrincipal':'*'" + rest)) == Kind::syntax);
  CHECK(flaw(policy_of("'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::*:root'}" + rest)) == Kind::principal);
  CHECK(flaw(policy_of("'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::111122223333:user/a*'}" + rest)) == Kind::principal);
  CHECK(flaw(policy_of("'Effect':'Allow','Principal':{'Star':'*'}" + rest)) == Kind::principal);
  CHECK(flaw(policy_of("'Effect':'Allow','Principal':'*','Action':'s3','Resource':'*'")) == Kind::action);
  CHECK(flaw(policy_of("'Effect':'Allow','Principal':'*','Action':[],'Resource':'*'")) == Kind::action);
  CHECK(flaw(policy_of("'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':7")) == Kind::resource);
  auto condition = [&](std::string_view text) { return flaw(allow_if(text)); };
  CHECK(condition("'StringEqualz':{'k':'a'}") == Kind::condition_operator);
  CHECK(condition("'NullIfExists':{'k':'true'}") == Kind::condition_operator);
  CHECK(condition("'ForSome:StringEquals':{'k':'a'}") == Kind::condition_operator);
  CHECK(condition("'StringEquals':'a'") == Kind::syntax);
  CHECK(condition("'StringEquals':{'k':{}}") == Kind::condition_value);
  CHECK(condition("'StringEquals':{'k':[['a']]}") == Kind::condition_value);
  // An old log may hold what is no policy: nobody is let in by it, and nobody kept out.
  CHECK(iam::remembered_policy("nonsense").statements.empty());
}

TEST_CASE("Policy: the worst that fits into one takes milliseconds", "[iam][policy][limits]") {
  // Each pattern nearly matches at every place of the text.
  std::string policy =
      "{'Version':'2012-10-17','Statement':{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{'StringLike':{'k':[";
  const std::string pattern = "'*" + std::string(500, 'a') + "b*'";
  for (int i = 0; i < 38; ++i) append(policy, i > 0 ? "," : "", pattern);
  policy += "]}}}}";
  REQUIRE(policy.size() < 20 * 1024);
  auto parsed = iam::parse_policy(json(policy));
  REQUIRE(parsed);
  std::vector<std::string> keys = {"k=" + std::string(16'000, 'a')};
  Keys context(keys);
  iam::Effort effort;
  uint64_t start = monotonic_ms();
  Verdict verdict =
      iam::evaluate(*parsed, {.caller = kAlice, .action = "s3:GetObject", .resource = "arn:aws:s3:::b/k", .context = context}, effort);
  CHECK(verdict == Verdict::exhausted);
  CHECK(monotonic_ms() - start < 500);  // generous: an unoptimised build on a busy machine
  // What people write is far from that.
  iam::Effort usual;
  std::vector<std::string> none;
  for (int i = 0; i < 1000; ++i) {
    auto common = iam::parse_policy(json(allow_of("['arn:aws:s3:::photos/public/*','arn:aws:s3:::photos/*/shared/*.jpg']")));
    (void)iam::evaluate(
        *common, {.caller = kAlice, .action = "s3:GetObject", .resource = "arn:aws:s3:::photos/2026/shared/cat.png", .context = Keys(none)},
        usual);
  }
  CHECK_FALSE(usual.exhausted());
}

}  // namespace cloudemu::test
