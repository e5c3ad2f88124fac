#include "services/dynamodb/expression/projection.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/expression/parser.h"

namespace cloudemu::dynamodb::expression {

namespace {

/// What AWS looks for first.
enum Rank { reserved, undefined_name, overlap, conflict };

class ProjectionParser : Parser {
 public:
  ProjectionParser(std::string_view text, Placeholders& placeholders) : Parser("ProjectionExpression", text, placeholders, {}) {
    rank_reserved_ = Rank::reserved;
    rank_undefined_name_ = Rank::undefined_name;
  }

  AwsResult<std::vector<Path>> parse() {
    TRY(check_text());
    std::vector<Path> paths;
    do paths.push_back(TRY(path()));
    while (accept(TokenKind::comma));
    if (peek().kind != TokenKind::end) return fail(syntax_error());
    note_clashes(paths);
    TRY(finish());
    return paths;
  }

 private:
  void note_clashes(const std::vector<Path>& paths) {
    for (size_t i = 1; i < paths.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        Clash clash = clash_of(paths[j], paths[i]);
        if (clash == Clash::none) continue;
        bool overlaps = clash == Clash::overlap;
        note(overlaps ? Rank::overlap : Rank::conflict, concat("Two document paths ", overlaps ? "overlap" : "conflict",
                                                               " with each other; must remove or rewrite one of these paths; path one: ",
                                                               shown(paths[j]), ", path two: ", shown(paths[i])));
      }
    }
  }
};

}  // namespace

Item flat_projection(const std::vector<Path>& paths, const Item& item) {
  Item flat;
  for (const Path& path : paths) {
    const Value* found = resolve(path, item);
    if (!found) continue;
    auto named = std::find_if(path.steps.rbegin(), path.steps.rend(), [](const PathStep& step) { return !step.is_index; });
    std::string name = named->name;
    for (auto step = named.base(); step != path.steps.end(); ++step) append(name, '[', step->index, ']');
    put(flat, name, *found);
  }
  return flat;
}

AwsResult<std::vector<Path>> parse_projection(std::string_view text, Placeholders& placeholders) {
  return ProjectionParser(text, placeholders).parse();
}

Projection::Projection(const std::vector<Path>& paths) {
  for (const Path& path : paths) {
    std::vector<Node>* level = &roots_;
    Node* node = nullptr;
    for (const PathStep& step : path.steps) {
      auto found = std::find_if(level->begin(), level->end(), [&](const Node& n) { return n.step == step; });
      if (found == level->end()) found = level->insert(level->end(), Node{.step = step, .whole = false, .below = {}});
      node = &*found;
      level = &node->below;
    }
    if (node) node->whole = true;
  }
}

bool Projection::pick(const Node& node, const Value& from, Value& to) {
  if (node.whole) {
    to = from;
    return true;
  }
  to.type = from.type;
  if (from.type == Type::map) {
    to.map = pick(node.below, from.map);
    return !to.map.empty();
  }
  if (from.type != Type::list) return false;
  for (size_t i = 0; i < from.elements.size(); ++i) {
    for (const Node& below : node.below) {
      Value element;
      if (below.step.is_index && below.step.index == i && pick(below, from.elements[i], element)) {
        to.elements.push_back(std::move(element));
      }
    }
  }
  return !to.elements.empty();
}

Item Projection::pick(const std::vector<Node>& nodes, const Item& from) {
  Item to;
  for (const Attribute& attribute : from) {
    for (const Node& node : nodes) {
      Value value;
      if (!node.step.is_index && node.step.name == attribute.name && pick(node, attribute.value, value)) {
        to.push_back({attribute.name, std::move(value)});
      }
    }
  }
  return to;
}

Item Projection::apply(const Item& item) const { return pick(roots_, item); }

}  // namespace cloudemu::dynamodb::expression
