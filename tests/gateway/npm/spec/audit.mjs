// Every audit of GraphQL over HTTP against the server at the address given; prints those that are not "ok", and how many there are.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
const failed = results.filter(({ status }) => status !== "ok");
console.log(JSON.stringify({ audits: results.length, failed: failed.map(({ id, status, name, reason }) => ({ id, status, name, reason })) }));
