#include "services/dynamodb/partiql/statement.h"
#include "services/dynamodb/shape_members.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kText{.kind = Kind::string, .min = 1, .max = partiql::kStatementCharactersMax};
constexpr Shape kParameters{.kind = Kind::list, .of = &kAttributeValue, .min = 1};
constexpr Shape kNextToken{.kind = Kind::string, .min = 1, .max = 32768};
constexpr Shape kLimit{.kind = Kind::integer, .min = 1};
constexpr Member kStatement{"Statement", &kText, true};
constexpr Member kParameterList{"Parameters", &kParameters};

constexpr Member kExecuteStatementMembers[] = {kStatement,      kParameterList,     kConsistent,  {"NextToken", &kNextToken},
                                               kReturnConsumed, {"Limit", &kLimit}, kReturnFailed};

constexpr Member kBatchStatementMembers[] = {kStatement, kParameterList, kConsistent, kReturnFailed};
constexpr Shape kBatchStatement{.kind = Kind::structure, .name = "BatchStatementRequest", .members = kBatchStatementMembers};
constexpr Shape kBatch{.kind = Kind::list, .of = &kBatchStatement, .min = 1, .max = 25};
constexpr Member kBatchExecuteStatementMembers[] = {{"Statements", &kBatch, true}, kReturnConsumed};

constexpr Member kTransactionStatementMembers[] = {kStatement, kParameterList, kReturnFailed};
constexpr Shape kTransactionStatement{.kind = Kind::structure, .name = "ParameterizedStatement", .members = kTransactionStatementMembers};
constexpr Shape kTransaction{.kind = Kind::list, .of = &kTransactionStatement, .min = 1, .max = 100};
constexpr Shape kToken{.kind = Kind::string, .min = 1, .max = 36};
constexpr Member kExecuteTransactionMembers[] = {
    {"TransactStatements", &kTransaction, true}, {"ClientRequestToken", &kToken}, kReturnConsumed};

}  // namespace

constinit const Shape kExecuteStatement{.kind = Kind::structure, .name = "ExecuteStatementInput", .members = kExecuteStatementMembers};
constinit const Shape kBatchExecuteStatement{
    .kind = Kind::structure, .name = "BatchExecuteStatementInput", .members = kBatchExecuteStatementMembers};
constinit const Shape kExecuteTransaction{
    .kind = Kind::structure, .name = "ExecuteTransactionInput", .members = kExecuteTransactionMembers};

}  // namespace cloudemu::dynamodb::shapes
