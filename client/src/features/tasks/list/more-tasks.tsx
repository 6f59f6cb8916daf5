import { Button, Center } from "@mantine/core";
import { useEffect, useEffectEvent, useRef } from "react";

/** Asks for the next page when its place comes near the screen, or at a click. */
export function MoreTasks({ onMore }: { onMore: () => void }) {
  const ref = useRef<HTMLButtonElement>(null);
  const ask = useEffectEvent(onMore);
  useEffect(() => {
    const button = ref.current;
    if (!button) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) ask();
      },
      { rootMargin: "600px" },
    );
    observer.observe(button);
    return () => observer.disconnect();
  }, []);
  return (
    <Center py="md">
      <Button ref={ref} variant="subtle" onClick={onMore}>
        Show more
      </Button>
    </Center>
  );
}
