import "./auth/mutations.ts";
import "./auth/schema.ts";
import { builder } from "./builder.ts";
import "./email/schema.ts";
import "./error-types.ts";
import { countLongTexts } from "./graphql/answer-size.ts";
import { resolveDirectly } from "./graphql/direct-fields.ts";
import "./node.ts";
import "./password-reset/schema.ts";
import "./personal-tokens/schema.ts";
import "./profile/schema.ts";
import "./scalars.ts";
import "./security-log/schema.ts";
import "./sessions/schema.ts";
import "./tasks/mutations.ts";
import "./tasks/schema.ts";

export const schema = countLongTexts(resolveDirectly(builder.toSchema()));
