// PostGraphile v5 over the tables of the services: `node server.mjs DATABASE_URL PORT`.
//
// Services name each other's things by ids alone; which column leads where is told here, as smart tags.

import { createServer } from "node:http";
import { grafserv } from "postgraphile/grafserv/node";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { jsonPgSmartTags } from "postgraphile/utils";

const [url, port] = process.argv.slice(2);
const leads = (...lines) => ({ tags: { foreignKey: lines } });

const tags = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      "workflow.declaration": leads(
        "(person_id) references accounts.person (id)|@fieldName applicant",
        "(unit_id) references accounts.organisation (id)|@fieldName unit",
      ),
      "workflow.material_verdict": leads(
        "(organisation_id) references accounts.organisation (id)|@fieldName organisation",
      ),
      "workflow.history": leads(
        "(subject_id) references workflow.declaration (id)|@foreignFieldName steps",
        "(organisation_id) references accounts.organisation (id)|@fieldName organisation",
      ),
      "accounts.organisation_closure": leads(
        "(ancestor_id) references accounts.organisation (id)|@fieldName above",
        "(descendant_id) references accounts.organisation (id)|@foreignFieldName line",
      ),
    },
  },
});

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  disablePlugins: ["PgIndexBehaviorsPlugin"], // it does not see that partial indexes serve
  pgServices: [makePgService({ connectionString: url, schemas: ["workflow", "accounts", "quota"], poolConfig: { max: 16 } })],
  grafserv: { graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
};

const served = postgraphile(preset).createServ(grafserv);
const server = createServer();
await served.addTo(server);
server.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
