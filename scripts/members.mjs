// Called by update-members: node members.mjs DIRECTORY_WITH_SDKS TOP_OF_PROJECT. Writes names and nothing else: of the structures that the
// inputs of a service are made of with their members, and for S3 of the headers that each operation takes.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [directory, top] = process.argv.slice(2);
const kList = 1, kMap = 2, kStructure = 3, kUnion = 4, kOperation = 9;

const resolve = (schema) => (typeof schema === "function" ? schema() : schema);
const byName = ([a], [b]) => (a < b ? -1 : 1);

/// Adds a structure and all that it is made of.
function collect(schema, found) {
  const s = resolve(schema);
  if (!Array.isArray(s)) return;
  const [kind, , name, , members, types] = s;
  if (s.length === 2) return collect(s[0], found);  // [schema, traits of the member]
  if (kind === kList || kind === kMap) return [members, types].forEach((part) => collect(part, found));
  if ((kind !== kStructure && kind !== kUnion) || found.has(name)) return;
  found.set(name, members ?? []);
  (types ?? []).forEach((type) => collect(type, found));
}

function headers(schema) {
  const [, , , , members, types] = resolve(schema);
  const names = (members ?? []).map((_, i) => Array.isArray(types[i]) && types[i].length === 2 && types[i][1].httpHeader);
  return names.filter((name) => name && name.startsWith("x-amz-")).map((name) => name.toLowerCase());
}

function load(service) {
  const root = `${directory}/node_modules/@aws-sdk/client-${service}`;
  const { version } = JSON.parse(readFileSync(`${root}/package.json`));
  const schemas = Object.values(createRequire(`${root}/`)(root));
  return { version, operations: schemas.filter((s) => Array.isArray(s) && s[0] === kOperation) };
}

/// C++ rows {"name", " one two "}, in lines that fit.
function rows(pairs) {
  return pairs.map(([name, words]) => {
    const lines = [];
    for (const word of [...words].sort()) {
      if (!lines.length || lines.at(-1).length + word.length > 110) lines.push("");
      lines.push(`${lines.pop()} ${word}`);
    }
    lines.push(`${lines.pop() ?? ""} `);
    return `{"${name}",\n${lines.map((line) => `     "${line}"`).join("\n")}},\n`;
  });
}

function write(service, version, operations, pairs, file) {
  const text = [
    `// Made by scripts/update-members from the AWS SDK for JavaScript ${version}: names as AWS's own model has them.\n`,
    `// Operations: ${operations.length}\n`,
    ...rows(pairs.sort(byName)),
  ];
  writeFileSync(`${top}/src/services/${service}/${file}`, text.join(""));
}

for (const service of ["dynamodb", "sqs"]) {
  const { version, operations } = load(service);
  const found = new Map();
  for (const [, , , , input] of operations) collect(input, found);
  write(service, version, operations, [...found], "real_members.inc");
}
const s3 = load("s3");
write("s3", s3.version, s3.operations, s3.operations.map(([, , name, , input]) => [name, headers(input)]), "real_headers.inc");
