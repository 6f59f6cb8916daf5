import classes from "./check-circle.module.css";

type Props = {
  label: string;
  checked: boolean;
  disabled: boolean;
  /** The ring's colour, by the meaning that the page's style sheet gives it. */
  tone: string;
  onChange: () => void;
};

/** A round check box in a target that a finger hits. */
export function CheckCircle({ label, checked, disabled, tone, onChange }: Props) {
  return (
    <label className={classes.target}>
      <input
        type="checkbox"
        className={classes.circle}
        data-tone={tone}
        aria-label={label}
        checked={checked}
        disabled={disabled}
        onChange={onChange}
      />
    </label>
  );
}
