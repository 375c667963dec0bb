try {
  const kept = localStorage.getItem("gauger-theme");
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
} catch { /* a page opened from a file may have no storage */ }
