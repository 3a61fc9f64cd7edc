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
