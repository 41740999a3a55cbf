// The second opinion: ajv judges instances, one JSON text a line.
//
// It is taken from the folder that is named as the argument. The first line of standard input is an object of schemas
// by name. Each further line is [name, instance], and is answered by a line true or false. A schema with anything that
// ajv does not know ends the program.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.argv[2]}/`);
const Ajv = require("ajv/dist/2020.js");
const addFormats = require("ajv-formats").default;

// Types in lists are ours, and so is asking for one of several members where the members are described elsewhere.
// The rules in allOf say nothing of types: those are beside them.
const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
addFormats(ajv);
// The format of ours: a JSON array in a text.
ajv.addFormat("json-array", (text) => {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
});

const validators = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const read = JSON.parse(line);
  if (validators.size === 0) {
    for (const [name, schema] of Object.entries(read)) validators.set(name, ajv.compile(schema));
  } else {
    const [name, instance] = read;
    process.stdout.write(`${validators.get(name)(instance)}\n`);
  }
}
