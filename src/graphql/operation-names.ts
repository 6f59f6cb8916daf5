import { getOperationAST, type OperationDefinitionNode } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { FrontContext } from "./yoga.ts";

/** A name longer than this says nothing more to whoever reads the log. */
const maxNameLength = 80;

/** @returns an operation's name, or its kind where it has none */
export function nameOperation({ name, operation }: OperationDefinitionNode): string {
  return name?.value.slice(0, maxNameLength) ?? operation;
}

/** Tells the request's log line which operation ran: its name, or its kind where it has none. */
export function useOperationNames(): Plugin<FrontContext> {
  return {
    onExecute({ args, context }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (operation) context.exchange.notes.operation = nameOperation(operation);
    },
  };
}
