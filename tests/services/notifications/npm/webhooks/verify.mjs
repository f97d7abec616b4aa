// What the reference library makes of each [secret, headers, body] of a list on standard input: the number inside, or which error it is.
import { readFileSync } from "node:fs";
import standard from "standardwebhooks";

const told = ([secret, headers, body]) => {
  try {
    return new standard.Webhook(secret).verify(body, headers).data.number;
  } catch (error) {
    return error.constructor.name;
  }
};
console.log(JSON.parse(readFileSync(0, "utf8")).map(told).join("\n"));
