import type { Prisma } from "../../generated/prisma/client.ts";
import { accountColumns } from "../../identity/viewer.ts";
import { tokenColumns } from "../personal-tokens/service.ts";
import { eventColumns } from "../security-log/service.ts";
import { sessionColumns } from "../sessions/service.ts";
import { taskColumns } from "../tasks/service.ts";

/** The columns that the document is made from: what the owner sees in the API. */
export const exported = {
  User: accountColumns,
  Session: sessionColumns,
  PersonalToken: tokenColumns,
  SecurityEvent: eventColumns,
  Task: { ...taskColumns, deletedAt: true },
  Code: {},
} as const;

type Models = Prisma.TypeMap["model"];
type Columns<Model extends keyof Models> = keyof Models[Model]["payload"]["scalars"];
type OwnModel = { [M in keyof Models]: "userId" extends Columns<M> ? M : never }[keyof Models] | "User";

const owner = "The account's, like everything in the document.";
const secret = "Shows a secret, or the hash of one.";
const internal = "Of no use outside of this server.";
const derived = "Made from the rest, to compare, search and sort by.";

/** The other columns, each with the reason. One that is new does not compile before it is here or in the document. */
export const leftOut = {
  User: {
    emailKey: derived,
    hashedPassword: secret,
    disabledAt: "Nobody whose account is locked gets the document.",
    inviteId: internal,
    seq: internal,
  },
  Session: {
    userId: owner,
    refreshHash: secret,
    refreshSpentHash: secret,
    refreshGeneration: internal,
    refreshedAt: internal,
    refreshUsed: internal,
    seq: internal,
  },
  PersonalToken: { userId: owner, tokenHash: secret, seq: internal },
  SecurityEvent: { userId: owner, seq: internal },
  Task: { userId: owner, titleKey: derived, titleSearch: derived, descriptionSearch: derived, seq: internal },
  Code: {
    userId: owner,
    id: internal,
    purpose: internal,
    email: internal,
    codeHash: secret,
    createdAt: internal,
    expiresAt: internal,
    seq: internal,
  },
} as const satisfies {
  [M in OwnModel]: Record<Exclude<Columns<M>, keyof (typeof exported)[M]>, string>;
};
