import { Alert } from "@mantine/core";

/** What is wrong with a form as a whole, above its fields. */
export function FormProblem({ children }: { children: string | undefined }) {
  if (!children) return null;
  return (
    <Alert color="red" role="alert" p="sm">
      {children}
    </Alert>
  );
}
