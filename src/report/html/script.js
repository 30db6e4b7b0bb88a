"use strict";
(() => {
  const root = document.documentElement;
  const all = (what, within) => [...(within || document).querySelectorAll(what)];
  const speak = (lang) => {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
  };
  document.getElementById("lang").addEventListener("click", () => speak(root.dataset.lang === "zh" ? "en" : "zh"));
  const inputs = all(".filters select, .filters input");
  const rows = new Map(all(".overview tbody tr").map((row) => [row.dataset.shipment, row]));
  const shipments = all(".shipment");
  const cards = new Map(shipments.map((s) => [s, all(".finding", s)]));
  const has = (list, value) => !value || list.split("\n").includes(value);
  const filter = () => {
    const asked = Object.fromEntries(inputs.map((i) => [i.name, i.value.trim()]));
    const words = asked.text.toLowerCase();
    const narrow = asked.lane || asked.rule || asked.document || words;
    const seen = new Set();
    for (const shipment of shipments) {
      let any = false;
      for (const card of cards.get(shipment)) {
        const fits = has(card.dataset.lane, asked.lane) && has(card.dataset.rule, asked.rule)
          && has(card.dataset.documents, asked.document)
          && (!words || shipment.dataset.id.toLowerCase().includes(words) || card.textContent.toLowerCase().includes(words));
        card.hidden = !fits;
        any = any || fits;
      }
      const named = words && !asked.lane && !asked.rule && !asked.document && shipment.dataset.id.toLowerCase().includes(words);
      const shown = has(shipment.dataset.verdict, asked.verdict) && (!narrow || any || named);
      shipment.hidden = !shown;
      if (shown) seen.add(shipment.id);
    }
    for (const [id, row] of rows) {
      const own = document.getElementById(id);
      const names = (list, value) => !value || (list || "").split(" ").includes(value);
      row.hidden = own ? !seen.has(id) : !(has(row.dataset.verdict, asked.verdict)
        && names(row.dataset.lane, asked.lane) && names(row.dataset.rule, asked.rule) && !asked.document
        && (!words || row.textContent.toLowerCase().includes(words)));
    }
  };
  inputs.forEach((i) => i.addEventListener("input", filter));
  const open = () => {
    const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = at && at.closest("details");
    if (folded && !folded.open) {
      folded.open = true;
      at.scrollIntoView();
    }
  };
  addEventListener("hashchange", open);
  open();
})();
