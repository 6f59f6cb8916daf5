import { getNamedType, isCompositeType, isObjectType } from "graphql";
import { schema } from "../../src/features/schema.ts";

/**
 * @param leftOut names of fields that are not wanted, at whatever depth
 * @returns a selection of all that a type of the schema has, so that a field that is new is looked at as well
 */
export function allFieldsOf(typeName: string, leftOut: readonly string[] = []): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
  const wanted = Object.values(type.getFields()).filter(({ name }) => !leftOut.includes(name));
  const fields = wanted.map((field) => {
    const below = getNamedType(field.type);
    return isCompositeType(below) ? `${field.name} { ${allFieldsOf(below.name, leftOut)} }` : field.name;
  });
  return fields.join(" ");
}
