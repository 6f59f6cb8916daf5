import { type GraphQLNamedType, type GraphQLObjectType, isObjectType } from "graphql";

/** Whether things of a type have permanent ids. */
export const isNodeType = (type: GraphQLNamedType | undefined): type is GraphQLObjectType =>
  isObjectType(type) && type.getInterfaces().some(({ name }) => name === "Node");
