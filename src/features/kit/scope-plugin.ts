import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  PothosSchemaError,
  type SchemaTypes,
} from "@pothos/core";
import type { NeededScope } from "../../identity/scopes.ts";

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      neededScope: ScopePlugin<Types>;
    }
  }
}

/** What the builder's `withAuth` takes. */
type AuthScopes = { scope?: NeededScope; session?: boolean };

const scopeOf = ({ scope, session }: AuthScopes) => (session === true ? "session" : scope);

/**
 * Has each field say in its extensions, as `scope`, what it takes of a personal token: that is looked at before an
 * operation is executed, at its root alone.
 */
class ScopePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const scope = config.extensions?.scope ?? scopeOf({ ...config.pothosOptions.authScopes } as AuthScopes);
    if (scope === undefined) return config;
    if (config.kind !== "Query" && config.kind !== "Mutation")
      throw new PothosSchemaError(`${config.parentType}.${config.name} has a scope, and is not at the root`);
    return { ...config, extensions: { ...config.extensions, scope } };
  }
}

SchemaBuilder.registerPlugin("neededScope", ScopePlugin);
