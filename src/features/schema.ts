import "./sessions/refresh-schema.ts";
import "./accounts/schema.ts";
import { builder } from "./kit/builder.ts";
import "./email/schema.ts";
import "./kit/error-types.ts";
import { resolveDirectly } from "../schema/direct-fields.ts";
import { countLongTexts } from "../schema/long-texts.ts";
import { keepOutcomes } from "../schema/root-outcomes.ts";
import "./node-query.ts";
import "./password-reset/schema.ts";
import "./personal-tokens/schema.ts";
import "./profile/schema.ts";
import "./kit/scalars.ts";
import "./security-log/schema.ts";
import "./sessions/schema.ts";
import "./tasks/mutation-schema.ts";
import "./tasks/schema.ts";

export const schema = keepOutcomes(countLongTexts(resolveDirectly(builder.toSchema())));
