// What would break a client between two schemas, {"before": SDL, "after": SDL} on standard input: where, and what it is.
import { readFileSync } from "node:fs";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const { before, after } = JSON.parse(readFileSync(0, "utf8"));
const changes = await diff(buildSchema(before), buildSchema(after));
const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
console.log(JSON.stringify(breaking.map(({ path, message }) => ({ path, message }))));
