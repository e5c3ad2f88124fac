#pragma once
#include <string>
#include <string_view>

#include "events/s3_events.h"
#include "protocol/aws_error.h"
#include "protocol/xml_writer.h"
#include "services/s3/call.h"

/// Tags: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
namespace cloudemu::s3 {

/// What the tags are for; limits and words differ.
enum class Tagged { object, bucket, new_bucket };

/// x-amz-tagging: "a=b&c=d", percent-encoded. Errors: InvalidArgument for what is no such list, InvalidTag, BadRequest.
AwsResult<StringMap> parse_tag_header(std::string_view header);

/// A <Tagging> document. Errors: MalformedXML, InvalidTag, BadRequest.
AwsResult<StringMap> parse_tagging(const Document& document, Tagged tagged);

/// Checks tags that stood in a document. Errors: InvalidTag, BadRequest; InvalidRequest for a new bucket's duplicates.
AwsResult<void> check_tags(const StringMap& tags, Tagged tagged);

/// Writes a <TagSet> element.
void write_tag_set(xml::Writer& xml, const StringMap& tags);

/// A <Tagging> document.
std::string tagging_document(const StringMap& tags);

}  // namespace cloudemu::s3
