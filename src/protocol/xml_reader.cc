#include "protocol/xml_reader.h"

#include <expat.h>

#include <memory>

#include "core/strings.h"

namespace cloudemu::xml {

namespace {

struct Builder {
  XML_Parser parser;
  Element document;  // stands above the root
  std::vector<Element*> open{&document};
  size_t elements = 0;
  std::string refused;

  void refuse(std::string why) {
    refused = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }
};

std::string_view local_name(std::string_view name) {
  size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

void on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
  auto& b = *static_cast<Builder*>(user);
  if (static_cast<int>(b.open.size()) > kDepthMax) return b.refuse("too many levels");
  if (++b.elements > kElementsMax) return b.refuse("too many elements");
  // Only the innermost open element grows, so pointers to the open ones stay valid.
  Element& element = b.open.back()->children.emplace_back();
  element.name = local_name(name);
  for (; *attributes; attributes += 2) element.attributes.emplace_back(local_name(attributes[0]), attributes[1]);
  b.open.push_back(&element);
}

void on_end(void* user, const XML_Char*) { static_cast<Builder*>(user)->open.pop_back(); }

void on_text(void* user, const XML_Char* text, int size) {
  static_cast<Builder*>(user)->open.back()->text.append(text, static_cast<size_t>(size));
}

void on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<Builder*>(user)->refuse("document type declarations are not accepted");
}

}  // namespace

const Element* Element::find(std::string_view child) const {
  for (const Element& element : children) {
    if (element.name == child) return &element;
  }
  return nullptr;
}

std::string_view Element::child_text(std::string_view child) const {
  const Element* element = find(child);
  return element ? std::string_view(element->text) : std::string_view();
}

Result<Element> parse(std::string_view text) {
  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate("UTF-8"), XML_ParserFree);
  Builder builder{.parser = parser.get(), .document = {}, .refused = {}};
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK) {
    if (!builder.refused.empty()) return fail(Errc::bad_input, builder.refused);
    return fail(Errc::bad_input,
                concat(XML_ErrorString(XML_GetErrorCode(parser.get())), " (line ", XML_GetCurrentLineNumber(parser.get()), ")"));
  }
  return std::move(builder.document.children.front());
}

}  // namespace cloudemu::xml
