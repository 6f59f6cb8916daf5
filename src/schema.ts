import "./auth/schema.ts";
import { builder } from "./builder.ts";
import "./error-types.ts";
import { resolveDirectly } from "./graphql/direct-fields.ts";
import "./node.ts";
import "./scalars.ts";
import "./tasks/mutations.ts";
import "./tasks/schema.ts";

export const schema = resolveDirectly(builder.toSchema());
