import { Button, type ButtonProps, Stack } from "@mantine/core";
import { createContext, type FormEvent, type ReactNode, type RefObject, use } from "react";
import { FormProblem } from "../ui/form-problem.tsx";

/** As wide as a field on a card gets: about what is typed into it. */
export const fieldWidth = { w: "100%", maw: 360 };

/** How fields look in a form that is a page, and in one on a card. */
const looks = { page: { size: "md" }, card: { size: "sm", ...fieldWidth } } as const;

const FormContext = createContext<{ look: keyof typeof looks; isBusy: boolean }>({
  look: "card",
  isBusy: false,
});

type Props = {
  /** What useForm() makes. */
  form: {
    ref: RefObject<HTMLFormElement | null>;
    submit: (event: FormEvent) => void;
    isBusy: boolean;
    errors: { form?: string };
  };
  look?: keyof typeof looks;
  gap?: "sm" | "md";
  children: ReactNode;
};

/** Fields and buttons below each other, and above them what is wrong with the form as a whole. */
export function Form({ form, look = "card", gap = "md", children }: Props) {
  return (
    <FormContext value={{ look, isBusy: form.isBusy }}>
      <form ref={form.ref} onSubmit={form.submit} noValidate>
        <Stack gap={gap} align={look === "card" ? "flex-start" : "stretch"}>
          <FormProblem>{form.errors.form}</FormProblem>
          {children}
        </Stack>
      </form>
    </FormContext>
  );
}

/** The size and width of a field in its form. */
export function useFieldLook() {
  return looks[use(FormContext).look];
}

/** Sends the form. */
export function SubmitButton(props: ButtonProps & { children: string }) {
  const { look, isBusy } = use(FormContext);
  return <Button type="submit" size={looks[look].size} loading={isBusy} {...props} />;
}
