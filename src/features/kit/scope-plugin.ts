import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  PothosSchemaError,
  type SchemaTypes,
} from "@pothos/core";

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      neededScope: ScopePlugin<Types>;
    }
  }
}

/**
 * What a field takes of a personal token is in its extensions, as `scope`, and looked at before an operation is executed,
 * at its root alone: no schema is made with one below.
 */
class ScopePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const isAtRoot = config.kind === "Query" || config.kind === "Mutation";
    if (config.extensions?.scope !== undefined && !isAtRoot)
      throw new PothosSchemaError(`${config.parentType}.${config.name} has a scope, and is not at the root`);
    return config;
  }
}

SchemaBuilder.registerPlugin("neededScope", ScopePlugin);
