"use strict";
// Pages work without this file. It copies, follows what runs, and asks again after signing in elsewhere.

// Copy buttons.
for (const button of document.querySelectorAll("button.copy")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
}
document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button.copy");
    if (!button) return;
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
});

// An open question closes with Escape, or when another opens.
document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest?.("details.confirm[open]");
    if (open) {
        open.open = false;
        open.querySelector("summary").focus();
    }
});

// A browser does not send the cookie with a link from another site; asked from here, it does.
const retry = document.querySelector("form[data-retry]");
if (retry) {
    fetch(location.href, { redirect: "manual" }).then((answer) => {
        const next = retry.elements.next.value || "/";
        if (answer.type === "opaqueredirect" && next.startsWith("/") && !next.startsWith("//")) location.replace(next);
    });
}

// Links of MLflow's clients to its pages: they are below /mlflow/, or ours show the same.
const root = document.querySelector("main[data-leads-on]")?.dataset.leadsOn;
const leadOn = () => {
    if (!root || !location.hash.startsWith("#/")) return;
    if (root !== "/") return location.replace(root + location.hash);
    const [path, query] = location.hash.slice(2).split("?");
    const part = (text) => encodeURIComponent(text);
    let parts;
    try {
        parts = path.split("/").filter(Boolean).map(decodeURIComponent);
    } catch {
        return;
    }
    const [kind, name, second, third, ...rest] = parts;
    let target;
    if (kind === "experiments" && second === "runs" && third) {
        const file = rest[0] === "artifacts" ? rest.slice(1).join("/") : "";
        target = `/runs/${part(third)}` + (file ? `/artifacts?path=${part(file)}` : "");
    } else if (kind === "experiments") {
        target = name ? `/experiments/${part(name)}` : "/experiments";
    } else if (kind === "models") {
        target = "/models" + (name ? `/${part(name)}` : "") + (second === "versions" && third ? `/${part(third)}` : "");
    } else if (kind === "compare-runs") {
        try {
            const runs = JSON.parse(new URLSearchParams(query).get("runs"));
            target = `/compare?${runs.map((run) => `run=${part(run)}`).join("&")}`;
        } catch {
            return;
        }
    }
    if (target) location.replace(target);
};
leadOn();
addEventListener("hashchange", leadOn);

// What changes while one looks: the server says that it did, the page is fetched again, and the parts that have
// data-live are put in place. What the reader has open or focused stays.
const main = document.querySelector("main[data-events]");
if (main && window.EventSource) {
    let busy = false;
    let again = false;
    const refresh = async () => {
        if (busy) {
            again = true;
            return;
        }
        busy = true;
        try {
            const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
            if (answer.ok) {
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                for (const part of document.querySelectorAll("[data-live]")) {
                    const fresh = page.getElementById(part.id);
                    if (!fresh || fresh.innerHTML === part.innerHTML || part.querySelector("details[open]")) continue;
                    if (part.contains(document.activeElement) && document.activeElement !== part) continue;
                    const log = part.querySelector(".log");
                    const atEnd = log && log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
                    part.replaceChildren(...fresh.childNodes);
                    if (atEnd) part.querySelector(".log")?.scrollTo(0, 1e9);
                }
            }
        } catch (error) {
            // The server is away; the event source tries again by itself.
        }
        busy = false;
        if (again) {
            again = false;
            refresh();
        }
    };
    const source = new EventSource(main.dataset.events);
    source.addEventListener("change", refresh);
    source.addEventListener("end", () => {
        refresh();
        source.close();
    });
}

// Completion in the search box: the word before the caret, among the names that the page knows.
const box = document.querySelector("input[data-words]");
if (box) {
    const words = box.dataset.words.split("\n");
    const holder = document.createElement("div");
    const list = document.createElement("ul");
    holder.className = "completion";
    list.id = "completions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Names that fit");
    box.before(holder);
    holder.append(box, list);
    for (const [name, value] of Object.entries({
        role: "combobox", "aria-controls": "completions", "aria-expanded": "false", "aria-autocomplete": "list",
    })) box.setAttribute(name, value);
    let chosen = -1;
    const start = () => {
        const before = box.value.slice(0, box.selectionStart);
        // A quote that is open is a value, and values are not completed.
        if ((before.match(/'/g) ?? []).length % 2 === 1) return -1;
        return before.search(/[^\s()=<>!,]*$/);
    };
    const close = () => {
        list.hidden = true;
        chosen = -1;
        box.setAttribute("aria-expanded", "false");
        box.removeAttribute("aria-activedescendant");
    };
    const choose = (index) => {
        chosen = index;
        [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
        list.children[index].scrollIntoView({ block: "nearest" });
        box.setAttribute("aria-activedescendant", list.children[index].id);
    };
    const take = (text) => {
        const from = start();
        const after = box.value.slice(box.selectionStart);
        box.value = box.value.slice(0, from) + text + " " + after.trimStart();
        box.setSelectionRange(from + text.length + 1, from + text.length + 1);
        close();
        box.focus();
    };
    box.addEventListener("input", () => {
        const from = start();
        const typed = from < 0 ? "" : box.value.slice(from, box.selectionStart).toLowerCase();
        const fits = typed ? words.filter((word) => word.toLowerCase().includes(typed) && word !== typed).slice(0, 12) : [];
        list.replaceChildren(...fits.map((word, index) => {
            const item = document.createElement("li");
            item.id = `completion-${index}`;
            item.setAttribute("role", "option");
            item.setAttribute("aria-selected", "false");
            item.textContent = word;
            item.addEventListener("mousedown", (event) => {
                event.preventDefault();
                take(word);
            });
            return item;
        }));
        close();
        if (fits.length) {
            list.hidden = false;
            box.setAttribute("aria-expanded", "true");
        }
    });
    box.addEventListener("keydown", (event) => {
        if (list.hidden) return;
        const count = list.children.length;
        if (event.key === "ArrowDown") choose((chosen + 1) % count);
        else if (event.key === "ArrowUp") choose((chosen + count - 1) % count);
        else if (event.key === "Escape") close();
        else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen].textContent);
        else return;
        event.preventDefault();
    });
    box.addEventListener("blur", close);
}
