import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from "graphql";

/** Whether an answer to a document can vary though neither the request nor the viewer's rows do. */
export function hasVaryingField(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let varies = false;
  const enter = () => {
    varies ||= types.getFieldDef()?.extensions.varies === true;
  };
  visit(document, visitWithTypeInfo(types, { Field: { enter } }));
  return varies;
}
