// Saves a file as the browser saves downloads.

const KEPT_MS = 60_000; // a browser may ask for the place first

export function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
