#include "services/dynamodb/shape_members.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kKeys{.kind = Kind::list, .of = &kAttributeMap, .min = 1, .max = 100};
constexpr Member kKeysAndAttributesMembers[] = {{"Keys", &kKeys, true}, kToGet, kConsistent, kProjection, kNameMap};
constexpr Shape kKeysAndAttributes{.kind = Kind::structure, .name = "KeysAndAttributes", .members = kKeysAndAttributesMembers};
constexpr Shape kReads{.kind = Kind::map, .of = &kKeysAndAttributes, .keys = &kTableRef, .min = 1, .max = 100};
constexpr Member kBatchGetItemMembers[] = {kReturnConsumed, {"RequestItems", &kReads, true}};

constexpr Member kPutRequestMembers[] = {kItem};
constexpr Shape kPutRequest{.kind = Kind::structure, .name = "PutRequest", .members = kPutRequestMembers};
constexpr Member kDeleteRequestMembers[] = {kKey};
constexpr Shape kDeleteRequest{.kind = Kind::structure, .name = "DeleteRequest", .members = kDeleteRequestMembers};
constexpr Member kWriteRequestMembers[] = {{"PutRequest", &kPutRequest}, {"DeleteRequest", &kDeleteRequest}};
constexpr Shape kWriteRequest{.kind = Kind::structure, .name = "WriteRequest", .members = kWriteRequestMembers};
constexpr Shape kWriteRequests{.kind = Kind::list, .of = &kWriteRequest, .min = 1, .max = 25};
// That it is not empty is checked by the operation, which words it in another way.
constexpr Shape kWrites{.kind = Kind::map, .of = &kWriteRequests, .keys = &kTableRef, .max = 25};
constexpr Member kBatchWriteItemMembers[] = {kReturnConsumed, kMetrics, {"RequestItems", &kWrites, true}};

constexpr Member kGetMembers[] = {kKey, kTable, kProjection, kNameMap};
constexpr Shape kGet{.kind = Kind::structure, .name = "Get", .members = kGetMembers};
constexpr Member kTransactGetItemMembers[] = {{"Get", &kGet, true}};
constexpr Shape kTransactGetItem{.kind = Kind::structure, .name = "TransactGetItem", .members = kTransactGetItemMembers};
constexpr Shape kTransactGetList{.kind = Kind::list, .of = &kTransactGetItem, .min = 1, .max = 100};
constexpr Member kTransactGetItemsMembers[] = {kReturnConsumed, {"TransactItems", &kTransactGetList, true}};

constexpr Member kCheckMembers[] = {kKey, kTable, {"ConditionExpression", &kString, true}, kNameMap, kValueMap, kReturnFailed};
constexpr Shape kCheck{.kind = Kind::structure, .name = "ConditionCheck", .members = kCheckMembers};
constexpr Member kPutMembers[] = {kItem, kTable, kCondition, kNameMap, kValueMap, kReturnFailed};
constexpr Shape kPut{.kind = Kind::structure, .name = "Put", .members = kPutMembers};
constexpr Member kDeleteMembers[] = {kKey, kTable, kCondition, kNameMap, kValueMap, kReturnFailed};
constexpr Shape kDelete{.kind = Kind::structure, .name = "Delete", .members = kDeleteMembers};
constexpr Member kUpdateMembers[] = {kKey, {"UpdateExpression", &kString, true}, kTable, kCondition, kNameMap, kValueMap, kReturnFailed};
constexpr Shape kUpdate{.kind = Kind::structure, .name = "Update", .members = kUpdateMembers};
constexpr Member kTransactWriteItemMembers[] = {{"ConditionCheck", &kCheck}, {"Put", &kPut}, {"Delete", &kDelete}, {"Update", &kUpdate}};
constexpr Shape kTransactWriteItem{.kind = Kind::structure, .name = "TransactWriteItem", .members = kTransactWriteItemMembers};
constexpr Shape kTransactWriteList{.kind = Kind::list, .of = &kTransactWriteItem, .min = 1, .max = 100};
constexpr Shape kToken{.kind = Kind::string, .min = 1, .max = 36};
constexpr Member kTransactWriteItemsMembers[] = {
    kReturnConsumed, kMetrics, {"TransactItems", &kTransactWriteList, true}, {"ClientRequestToken", &kToken}};

}  // namespace

constinit const Shape kBatchGetItem{
    .kind = Kind::structure, .name = "BatchGetItemInput", .members = kBatchGetItemMembers, .telling = {.plain = true}};
constinit const Shape kBatchWriteItem{.kind = Kind::structure, .name = "BatchWriteItemInput", .members = kBatchWriteItemMembers};
constinit const Shape kTransactGetItems{.kind = Kind::structure, .name = "TransactGetItemsInput", .members = kTransactGetItemsMembers};
constinit const Shape kTransactWriteItems{
    .kind = Kind::structure, .name = "TransactWriteItemsInput", .members = kTransactWriteItemsMembers};

}  // namespace cloudemu::dynamodb::shapes
