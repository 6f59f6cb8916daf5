import {
  ConflictError,
  type DomainError,
  EmailTakenError,
  InvalidCodeError,
  InvalidCredentialsError,
  NotAvailableError,
  NotFoundError,
  ValidationError,
} from "../../errors.ts";
import { builder } from "./builder.ts";

/** What the domain's errors look like from outside; the builder finds each by its class. */
const ErrorInterface = builder.interfaceRef<DomainError>("Error").implement({
  description: "Every expected failure a mutation can answer with implements this.",
  fields: (t) => ({
    message: t.exposeString("message", {
      description: "What is wrong and what would do, in words for a person.",
    }),
  }),
});

const FieldError = builder.objectRef<ValidationError["fieldErrors"][number]>("FieldError").implement({
  description: "What is wrong with one field of an input.",
  fields: (t) => ({
    path: t.exposeStringList("path", { description: 'From the input\'s root: `["due", "timeZone"]`.' }),
    message: t.exposeString("message", {
      description: "What is wrong and what would do, in words for a person.",
    }),
  }),
});

builder.objectType(ValidationError, {
  name: "ValidationError",
  description: "All the problems of one input, at once. Nothing was changed.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    fieldErrors: t.expose("fieldErrors", { type: [FieldError], description: "One entry a problem." }),
  }),
});

builder.objectType(EmailTakenError, {
  name: "EmailTakenError",
  description: "There is an account with this e-mail address already.",
  interfaces: [ErrorInterface],
});

builder.objectType(InvalidCredentialsError, {
  name: "InvalidCredentialsError",
  description: "The same answer for an unknown address and for a wrong password.",
  interfaces: [ErrorInterface],
});

builder.objectType(InvalidCodeError, {
  name: "InvalidCodeError",
  description: "The same answer for a code that is wrong, was used, or has expired.",
  interfaces: [ErrorInterface],
});

builder.objectType(NotAvailableError, {
  name: "NotAvailableError",
  description: "This server was not set up for it; the message says what its operator can do.",
  interfaces: [ErrorInterface],
});

builder.objectType(NotFoundError, {
  name: "NotFoundError",
  description: "The same answer for an object that does not exist and for somebody else's.",
  interfaces: [ErrorInterface],
});

builder.objectType(ConflictError, {
  name: "ConflictError",
  description: "The object changed since the version that the caller named. Nothing was changed now.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentVersion: t.exposeInt("currentVersion", {
      nullable: true,
      description: "The version that the object is at; null where it has none.",
    }),
  }),
});
