"use strict";
(() => {
  const root = document.documentElement;
  document.getElementById("lang").addEventListener("click", () => {
    root.dataset.lang = root.dataset.lang === "zh" ? "en" : "zh";
    root.lang = root.dataset.lang === "zh" ? "zh-CN" : "en";
  });
  for (const scan of document.querySelectorAll(".scan")) {
    const all = (what) => [...scan.querySelectorAll(what)];
    const data = JSON.parse(scan.querySelector(".data").textContent);
    const [name, day] = ["name", "day"].map((n) => scan.querySelector(`input[name=${n}]`));
    const save = scan.querySelector(".save");
    const look = () => {
      const left = all("[data-seen]").filter((box) => !box.checked).length;
      scan.querySelector(".left").textContent = left;
      save.disabled = left > 0 || !/\p{L}/u.test(name.value) || !day.value;
    };
    const text = () => {
      const values = new Map(all("[data-slot]").map((v) => [v.dataset.slot, v.value.trim()]));
      const who = `${name.value.trim().replace(/\s+/g, " ")} ${day.value}`;
      const filled = (template, paper) => template.split(data.held).map((part, n) => {
        if (n % 2 === 0) return part;
        return JSON.stringify(part === data.who ? who : values.get(`${paper}.${part}`));
      }).join("");
      return data.papers.map(filled).join("---\n");
    };
    save.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text()], { type: "application/yaml" }));
      link.download = data.name;
      link.click();
    });
    scan.addEventListener("input", look);
    look();
  }
})();
