#include "services/sts/operations.h"

namespace cloudemu::sts {

namespace {

using query::Bound;

constexpr query::Operation kOperations[] = {
    {"AssumeRole", Bound<assume_role>::decide},
    {"AssumeRoleWithSAML"},
    {"AssumeRoleWithWebIdentity", Bound<assume_role_with_web_identity>::decide, {query::Needs::Of::token}},
    {"AssumeRoot"},
    {"DecodeAuthorizationMessage"},
    {"GetAccessKeyInfo", Bound<get_access_key_info>::decide},
    {"GetCallerIdentity", Bound<get_caller_identity>::decide},
    {"GetDelegatedAccessToken"},
    {"GetFederationToken", Bound<get_federation_token>::decide},
    {"GetSessionToken", Bound<get_session_token>::decide},
    {"GetWebIdentityToken"},
};

}  // namespace

const query::Service& service() {
  static const query::Service kService{.traits = {.name = "sts",
                                                  .version = "2011-06-15",
                                                  .xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/",
                                                  .error_detail = false,
                                                  .fault_namespace = "http://webservices.amazon.com/AWSFault/2005-15-09"},
                                       .operations = kOperations};
  return kService;
}

}  // namespace cloudemu::sts
