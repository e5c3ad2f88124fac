// Forms with a file, as browsers send them: RFC 7578.
#include "protocol/multipart_form.h"

#include <catch2/catch.hpp>

#include "core/strings.h"

namespace cloudemu::test {

namespace {

using Decoder = MultipartFormDecoder;

struct Form {
  bool whole = false;
  Decoder::Flaw flaw = Decoder::Flaw::none;
  std::string fields, content;
  std::optional<std::string> file_name;
};

Form decode(std::string_view body, size_t piece = SIZE_MAX) {
  Decoder decoder("xyz");
  Form form;
  for (size_t at = 0; at < body.size(); at += std::min(piece, body.size() - at)) {
    if (!decoder.feed(body.substr(at, piece), [&](std::string_view bytes) { form.content.append(bytes); })) break;
  }
  form.whole = decoder.finish();
  form.flaw = decoder.flaw();
  for (const auto& field : decoder.fields()) append(form.fields, field.name, "=", field.value, ";");
  form.file_name = decoder.file_name();
  return form;
}

std::string field(std::string_view name, std::string_view value) {
  return concat("--xyz\r\nContent-Disposition: form-data; name=\"", name, "\"\r\n\r\n", value, "\r\n");
}

std::string file(std::string_view content, std::string_view name = "cat.jpg") {
  return concat("--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"", name, "\"\r\nContent-Type: image/jpeg\r\n\r\n",
                content, "\r\n");
}

}  // namespace

TEST_CASE("Form: fields, then the file; what follows the file is ignored", "[protocol][form]") {
  const std::string body =
      concat(field("key", "a/${filename}"), field("empty", ""), file("meow\r\n--xy\r\n--xyw"), field("late", "1"), "--xyz--\r\n");
  for (size_t piece : {size_t{1}, size_t{2}, size_t{7}, SIZE_MAX}) {
    Form form = decode(body, piece);
    CHECK(form.whole);
    CHECK(form.fields == "key=a/${filename};empty=;");
    CHECK(form.content == "meow\r\n--xy\r\n--xyw");
    CHECK(form.file_name == "cat.jpg");
  }
}

TEST_CASE("Form: every length of a file, in pieces of every size", "[protocol][form]") {
  for (size_t size = 0; size < 40; ++size) {
    std::string content;
    for (size_t i = 0; i < size; ++i) content.push_back("\r\n--x"[i % 5]);
    for (size_t piece = 1; piece < 12; ++piece) {
      Form form = decode(concat(field("key", "k"), file(content), "--xyz--\r\n"), piece);
      CHECK(form.whole);
      CHECK(form.content == content);
    }
  }
}

TEST_CASE("Form: the ways to write it", "[protocol][form]") {
  CHECK(decode(concat("preamble\r\n", field("a", "1"), "--xyz--")).fields == "a=1;");
  CHECK(decode("--xyz  \t\r\ncontent-disposition:form-data;name=a\r\nX-More: 1\r\n\r\n1\r\n--xyz--").fields == "a=1;");
  CHECK(decode("--xyz\r\nContent-Disposition: form-data; filename=x; name=\"a;b\\\"c\\d\"\r\n\r\n1\r\n--xyz--").fields == "a;b\"c\\d=1;");
  CHECK(decode(concat(file("x", "C:\\cats\\tom.jpg"), "--xyz--")).file_name == "tom.jpg");
  CHECK(decode(concat(file("x", "/home/tom.jpg"), "--xyz--")).file_name == "tom.jpg");
  CHECK(decode("--xyz\r\nContent-Disposition: form-data; name=FILE\r\n\r\nx\r\n--xyz--").file_name == "");
  CHECK_FALSE(decode("--xyz--").file_name.has_value());
  CHECK(decode("--xyz--").whole);
}

TEST_CASE("Form: what is none", "[protocol][form]") {
  for (std::string body :
       {std::string(), std::string("x"), std::string("--xyz"), field("a", "1"), file("x").substr(0, file("x").size() - 2),
        std::string("--xyz\r\nContent-Type: text/plain\r\n\r\nno name\r\n--xyz--"), std::string("--xyz\r\n\r\nno headers\r\n--xyz--"),
        std::string("--xyzw\r\n\r\n"), std::string("--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--xyz--"),
        std::string("--zyx--\r\n")}) {
    INFO(body);
    Form form = decode(body);
    CHECK_FALSE(form.whole);
    CHECK(form.flaw == Decoder::Flaw::malformed);
    CHECK_FALSE(decode(body, 1).whole);
  }
}

TEST_CASE("Form: 20 KiB before the file, and one byte more", "[protocol][form][limits]") {
  const std::string rest = file("meow");
  size_t head = rest.find("meow");
  size_t room = Decoder::kFieldsBytesMax - field("a", "").size() - head;
  for (size_t piece : {size_t{1}, size_t{1000}, SIZE_MAX}) {
    CHECK(decode(concat(field("a", std::string(room, 'x')), rest, "--xyz--"), piece).content == "meow");
    Form form = decode(concat(field("a", std::string(room + 1, 'x')), rest, "--xyz--"), piece);
    CHECK(form.flaw == Decoder::Flaw::too_large);
    CHECK(form.content.empty());
  }
  CHECK(decode(std::string(30'000, 'x')).flaw == Decoder::Flaw::too_large);
  CHECK(decode(concat(file(std::string(100'000, 'x')), "--xyz--")).content.size() == 100'000);
}

TEST_CASE("Form: boundaries", "[protocol][form][limits]") {
  CHECK(form_boundary("multipart/form-data; boundary=abc") == "abc");
  CHECK(form_boundary("Multipart/Form-Data;charset=utf-8; Boundary=\"a b:c\"") == "a b:c");
  CHECK(form_boundary("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW") == "----WebKitFormBoundary7MA4YWxkTrZu0gW");
  CHECK(form_boundary("multipart/form-data; boundary=" + std::string(70, 'x')) == std::string(70, 'x'));
  for (std::string type : {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="),
                           std::string("text/plain; boundary=abc"), "multipart/form-data; boundary=" + std::string(71, 'x'),
                           std::string("multipart/form-data; boundary=\"a"), std::string("multipart/form-data; boundary=\"a \""),
                           std::string("multipart/form-data; boundary=a\tb"), std::string("multipart/form-data; charset"), std::string()}) {
    INFO(type);
    CHECK_FALSE(form_boundary(type).has_value());
  }
}

}  // namespace cloudemu::test
