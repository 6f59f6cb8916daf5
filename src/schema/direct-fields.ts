import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import { encodeId } from "./ids.ts";
import { isNodeType } from "./node-types.ts";

type Row = Readonly<Record<string, unknown>>;
type Resolver = GraphQLFieldResolver<Row, unknown>;
type RowResolver = (row: Row, args: object, context: unknown) => unknown;

/** What Pothos notes with a field that stands for columns. */
type ColumnExtensions = {
  pothosPrismaSelect?: Readonly<Record<string, boolean>>;
  pothosOriginalResolve?: Resolver;
  pothosOptions?: object;
};

/**
 * Has the fields that stand for columns take them from the row, and ids be made on the spot.
 *
 * The Prisma plugin looks for each field of each row whether its columns have been read, in order to read them where they
 * have not; here each row is read with the columns that its selection needs, and with nothing else. The check that
 * remains is that this holds.
 */
export function resolveDirectly(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = directResolver(type, field);
      if (resolve !== null) field.resolve = resolve;
    }
  }
  return schema;
}

function directResolver(type: GraphQLObjectType, field: GraphQLField<Row, unknown>): Resolver | null {
  if (field.name === "id" && isNodeType(type)) return ({ id }) => encodeId(type.name, String(id));
  const { pothosPrismaSelect, pothosOriginalResolve, pothosOptions } = field.extensions as ColumnExtensions;
  if (pothosPrismaSelect === undefined || pothosOriginalResolve === undefined) return null;
  if (pothosOptions === undefined || "authScopes" in pothosOptions) return null;
  const name = `${type.name}.${field.name}`;
  const columns = Object.keys(pothosPrismaSelect);
  if (pothosOriginalResolve === defaultFieldResolver)
    return withColumns(name, columns, (row) => row[field.name]);
  // It would have to be made for each row, see graphql/plan/field.ts.
  if (pothosOriginalResolve.length > 3) throw new Error(`${name} is of columns, and takes info`);
  return withColumns(name, columns, pothosOriginalResolve as RowResolver);
}

function withColumns(name: string, columns: string[], resolve: RowResolver): Resolver {
  return (row, args, context) => {
    for (const column of columns) if (row[column] === undefined) throw new Error(`${name} lacks ${column}`);
    return resolve(row, args, context);
  };
}
